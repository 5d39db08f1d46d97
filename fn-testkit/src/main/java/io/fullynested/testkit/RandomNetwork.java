package io.fullynested.testkit;

import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.Provenance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A supernet with numbers.
 *
 * @param net     the supernet
 * @param masters random master tensors
 * @param images  random images
 * @param random  for what else is random about a test of it
 */
record RandomNetwork(Supernet net, Parameters masters, Tensor images, SplittableRandom random) {

    /** A random selection. */
    SubmodelSpec selection() {
        return net.axes().select(this::keep);
    }

    /** A random legal keep. */
    int keep(NestedAxis axis) {
        return axis.keeps().get(random.nextInt(axis.keeps().size()));
    }

    /** A selection that reads all signals at the same bits. */
    SubmodelSpec withSignalBits(SubmodelSpec selection, int bits) {
        return net.axes().select(axis -> axis.id().endsWith("activations.bits") ? bits : selection.keep(axis.id()));
    }

    /** The submodel of a selection, its batch norms not recalibrated. */
    Model submodel(SubmodelSpec selection) {
        return new Model(net.compile(selection), masters);
    }

    /** The submodel of a selection, recalibrated on the images. */
    Model recalibrated(SubmodelSpec selection) {
        return recalibrated(submodel(selection), images);
    }

    /** A model with the statistics of some images. */
    static Model recalibrated(Model model, Tensor images) {
        try (EjmlInterpreter interpreter = new EjmlInterpreter()) {
            return model.with(interpreter.recalibrate(model, images));
        }
    }

    /** A submodel as a file. Signals are clipped only, where the file holds no codes. */
    OnnxFile export(Graph submodel, OnnxExporter exporter, Provenance provenance, Provenance widest) {
        Graph exported = exporter.format().coded() ? submodel : GraphPasses.clipped(submodel);
        return exporter.export(IntegerBias.round(SubmodelExtractor.extract(recalibrated(new Model(exported, masters), images))), provenance,
                Optional.of(widest));
    }

    /** What a batch norm multiplies each channel by: gamma / σ. */
    static double[] factors(Model recalibrated, BatchNorm norm) {
        float[] gamma = recalibrated.parameters().value(norm.gamma()).data();
        float[] variance = recalibrated.parameters().value(norm.variance()).data();
        return IntStream.range(0, gamma.length).mapToDouble(c -> gamma[c] / Math.sqrt(variance[c] + norm.epsilon())).toArray();
    }

    /**
     * Whether a relative error of the statistics is less than 30 times greater in the output. Where a channel is constant over the
     * batch, its gamma being near zero, each batch norm after it magnifies errors by up to {@code 1 / √epsilon}: then nothing can be
     * said of the output in float32, but of each operator.
     */
    boolean isWellConditioned(Model recalibrated) {
        double error = 1e-4;
        Map<String, Tensor> disturbed = new HashMap<>();
        recalibrated.parameters().tensors().forEach((name, tensor) -> {
            if (name.endsWith("/mean") || name.endsWith("/variance")) {
                Tensor other = Tensor.zeros(tensor.shape());
                for (int i = 0; i < other.data().length; i++) {
                    other.data()[i] = (float) (tensor.data()[i] * (1 + error * (2 * random.nextDouble() - 1)));
                }
                disturbed.put(name, other);
            }
        });
        try (EjmlInterpreter interpreter = new EjmlInterpreter()) {
            Tensor expected = interpreter.run(recalibrated, images);
            return Differences.relative(interpreter.run(recalibrated.with(disturbed), images), expected) < 30 * error;
        }
    }

    /** The blocks, for the message of a failing test. */
    @Override
    public String toString() {
        List<String> blocks = net.spec().blocks().stream().map(block -> block.block() + (block.quantize() ? "" : " in float")).toList();
        return net.spec().takes() + " → " + String.join(" → ", blocks) + ", " + net.spec().quantization();
    }
}
