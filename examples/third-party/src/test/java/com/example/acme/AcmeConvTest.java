package com.example.acme;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Shape;
import io.fullynested.testkit.BlockContract;
import java.util.List;

class AcmeConvTest extends BlockContract {

    @Override
    protected NestableBlock block() {
        return new AcmeConv(6, 3);
    }

    @Override
    protected List<Shape> inputs() {
        return List.of(Shape.image(8, 6, 6), Shape.image(5, 7, 5));
    }
}
