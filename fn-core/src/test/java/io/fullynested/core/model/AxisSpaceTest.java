package io.fullynested.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class AxisSpaceTest {

    @Test
    void everySubmodelComesOnce() {
        AxisSpace space = new AxisSpace(List.of(new NestedAxis("b", NestingLevel.PATHS, 4, List.of(1, 4)), new NestedAxis("c", NestingLevel.LAYERS, 2, List.of(2)),
                new NestedAxis("a", NestingLevel.BITS, 8, List.of(2, 4, 8))));
        assertThat(space.stream().map(SubmodelSpec::toString)).containsExactly("a=2,b=1,c=2", "a=2,b=4,c=2", "a=4,b=1,c=2", "a=4,b=4,c=2",
                "a=8,b=1,c=2", "a=8,b=4,c=2");
        assertThat(space.submodels()).isEqualTo(6);
        assertThat(new AxisSpace(List.of()).stream()).containsExactly(new AxisSpace(List.of()).full());
    }
}
