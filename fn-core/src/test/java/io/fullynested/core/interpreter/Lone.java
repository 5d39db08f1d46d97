package io.fullynested.core.interpreter;

import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** An operator on its own, its parameters given as arrays. */
final class Lone {

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    ParameterSlice parameter(String name, int[] shape, float... values) {
        tensors.put(name, new Tensor(shape, values));
        return ParameterSlice.whole(name, shape);
    }

    ParameterSlice vector(String name, float... values) {
        return parameter(name, new int[] {values.length}, values);
    }

    Weight weight(int[] shape, float... values) {
        return new Weight(parameter("weight", shape, values), Weight.FLOAT);
    }

    Tensor evaluate(Operator operator, Shape shape, Tensor... inputs) {
        Node node = new Node("lone", operator, IntStream.range(0, inputs.length).boxed().toList(), shape);
        return new EjmlInterpreter().evaluate(node, Parameters.constants(tensors, Map.of()), List.of(inputs));
    }

    static Tensor image(int channels, int height, int width, float... values) {
        return new Tensor(new int[] {values.length / (channels * height * width), channels, height, width}, values);
    }

    static Tensor flat(int features, float... values) {
        return new Tensor(new int[] {values.length / features, features}, values);
    }
}
