package io.fullynested.onnx;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Networks with random weights, their clips and statistics those of random images. */
final class RandomModels {

    private static final EjmlInterpreter ENGINE = new EjmlInterpreter();
    private static final int CHANNELS = 2;
    private static final int SIDE = 12;

    private RandomModels() {
    }

    /** Images whose neighbouring pixels are alike, {@code [count, 2, 12, 12]}. */
    static Tensor images(int count, long seed) {
        Random random = new Random(seed);
        Tensor images = Tensor.zeros(count, CHANNELS, SIDE, SIDE);
        for (int plane = 0; plane < count * CHANNELS; plane++) {
            float level = random.nextFloat();
            for (int i = 0; i < SIDE * SIDE; i++) {
                images.data()[plane * SIDE * SIDE + i] = Math.min(1, Math.max(0, level + 0.3f * (float) random.nextGaussian()));
            }
        }
        return images;
    }

    /** A network of blocks whose weights and signals, if quantised, are codes of 8 bits at most. */
    static Supernet supernet(boolean weights, boolean activations, NestableBlock... blocks) {
        return supernet(new NetworkSpec.Input(CHANNELS, SIDE, SIDE), weights, activations, blocks);
    }

    /** The same with another input of that shape. */
    static Supernet supernet(NetworkSpec.Input input, boolean weights, boolean activations, NestableBlock... blocks) {
        Optional<QuantizationOptions.Bits> bits = Optional.of(new QuantizationOptions.Bits(8, 2, List.of(), Granularity.NETWORK));
        QuantizationOptions quantization = new QuantizationOptions(weights ? bits : Optional.empty(), activations ? bits : Optional.empty(),
                new MidRise(2));
        NestingOptions.Level level = new NestingOptions.Level(List.of(.5, 1.), 1, Granularity.LAYER);
        List<NetworkSpec.Block> named = new ArrayList<>();
        for (NestableBlock block : blocks) {
            named.add(new NetworkSpec.Block("block" + (named.size() + 1), block, true, Optional.empty()));
        }
        return new Supernet(new NetworkSpec(input, named, new NestingOptions(level, level, level, level),
                quantization));
    }

    /** An extracted submodel; {@code selection} may leave axes out. */
    static Model extract(Supernet net, String selection, long seed) {
        return IntegerBias.round(SubmodelExtractor.extract(recalibrated(net, selection, seed)));
    }

    /** A submodel over its masters, its batch norms not folded yet. */
    static Model recalibrated(Supernet net, String selection, long seed) {
        Graph graph = net.compile(net.axes().complete(SubmodelSpec.parse(selection)));
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new HashMap<>();
        for (MasterParameter master : net.masters()) {
            float[] values = new float[Tensor.elements(master.shape())];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) switch (master.role()) {
                    case WEIGHT -> master.initial() * random.nextGaussian();
                    case BIAS, BETA, TABLE -> 0.3 * random.nextGaussian();
                    case GAMMA -> (random.nextBoolean() ? 1 : -1) * (0.5 + random.nextDouble());
                    case CLIP -> 1;
                    case BOUND -> master.initial();
                    case INPUT_MEAN -> 0.5;
                    case INPUT_DEVIATION -> 0.3;
                };
            }
            tensors.put(master.name(), new Tensor(master.shape(), values));
        }
        Tensor drawn = images(50, seed + 1);
        Tensor images = graph.inputs().size() == 1 ? drawn : new Tensor(new int[] {50, graph.sample().elements()}, drawn.data());
        Model floats = new Model(withoutActivationQuantizers(graph), new Parameters(tensors, net.spec().quantization().quantizer()));
        floats = floats.with(ENGINE.recalibrate(floats, images));
        List<Tensor> signals = ENGINE.trace(floats, images);
        Map<String, Tensor> clips = new HashMap<>();
        for (int i = 0; i < signals.size(); i++) {
            float max = 0;
            for (float value : signals.get(i).data()) {
                max = Math.max(max, Math.abs(value));
            }
            clips.put(floats.graph().node(i).name() + "/clip", Tensor.scalar(0.8f * max));
        }
        clips.keySet().retainAll(net.masters().stream().filter(master -> master.role() == MasterParameter.Role.CLIP).map(MasterParameter::name).toList());
        Model model = new Model(graph, floats.parameters().with(clips));
        return model.with(ENGINE.recalibrate(model, images));
    }

    private static Graph withoutActivationQuantizers(Graph graph) {
        List<Node> nodes = new ArrayList<>();
        int[] moved = new int[graph.nodes().size()];
        for (int i = 0; i < moved.length; i++) {
            Node node = graph.node(i);
            boolean quantizer = node.operator() instanceof FakeQuantize;
            moved[i] = quantizer ? moved[node.inputs().get(0)] : nodes.size();
            if (!quantizer) {
                nodes.add(new Node(node.name(), node.operator(), node.inputs().stream().map(input -> moved[input]).toList(), node.shape()));
            }
        }
        return new Graph(nodes);
    }

    /** What the reference engine computes. */
    static Tensor logits(Model model, Tensor images) {
        return ENGINE.run(model, images);
    }
}
