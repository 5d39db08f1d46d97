package io.fullynested.testkit;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Makes small random supernets with random masters, a function of a seed. */
final class RandomNetworks {

    /** What is quantised in a network. */
    enum Codes {
        NONE, WEIGHTS, WEIGHTS_AND_SIGNALS
    }

    private final SplittableRandom random;
    private final boolean tame;

    private RandomNetworks(int seed, boolean tame) {
        this.random = new SplittableRandom(seed);
        this.tame = tame;
    }

    /** The network of a seed, quantised or not. */
    static RandomNetwork of(int seed) {
        return of(seed, Codes.values()[Math.floorMod(seed, Codes.values().length)]);
    }

    /** The network of a seed, quantised as told. */
    static RandomNetwork of(int seed, Codes codes) {
        return new RandomNetworks(seed, false).network(codes);
    }

    /** The network of a seed around a block, between a convolution and a classifier. */
    static RandomNetwork around(int seed, NestableBlock block) {
        return new RandomNetworks(seed, false).network(Codes.values()[Math.floorMod(seed, Codes.values().length)], block);
    }

    /** Blocks one after the other, all of them quantised. */
    static RandomNetwork chain(int seed, NetworkSpec.Input input, List<NestableBlock> chain) {
        RandomNetworks networks = new RandomNetworks(seed, false);
        List<NetworkSpec.Block> blocks = new ArrayList<>();
        chain.forEach(block -> blocks.add(networks.named(blocks.size(), block, true)));
        return networks.network(Codes.WEIGHTS_AND_SIGNALS, input, blocks, List.of());
    }

    /**
     * The network of a seed around a block that sees signals of a shape, without a gamma near zero.
     *
     * @param nested whether what comes in is nested too
     */
    static RandomNetwork around(int seed, Codes codes, NestableBlock block, Shape shape, boolean nested) {
        return around(seed, codes, block, shape, nested, List.of());
    }

    /**
     * The same, where several may come out.
     *
     * @param heads blocks that also take what the block gives; what they give comes out before the logits
     */
    static RandomNetwork around(int seed, Codes codes, NestableBlock block, Shape shape, boolean nested, List<NestableBlock> heads) {
        RandomNetworks networks = new RandomNetworks(seed, true);
        List<NetworkSpec.Block> blocks = new ArrayList<>();
        NestableBlock before = new AdHocBlocks.Before(shape, nested);
        NestableBlock after = new AdHocBlocks.After(networks.random.nextBoolean());
        for (NestableBlock each : List.of(before, block, after, new Classifier(networks.between(2, 5)))) {
            blocks.add(networks.named(blocks.size(), each, true));
        }
        NetworkSpec.Block last = blocks.remove(blocks.size() - 1);
        String features = blocks.get(blocks.size() - 1).name();
        List<String> outputs = new ArrayList<>();
        for (NestableBlock head : heads) {
            outputs.add("head" + (outputs.size() + 1));
            blocks.add(new NetworkSpec.Block(outputs.get(outputs.size() - 1), head, List.of(blocks.get(1).name()), true, Optional.empty()));
        }
        blocks.add(last.taking(features));
        outputs.add(last.name());
        return networks.network(codes, new NetworkSpec.Input(networks.between(1, 3), shape.height(), shape.width()), blocks, outputs);
    }

    private RandomNetwork network(Codes codes, NestableBlock... inner) {
        NetworkSpec.Input input = new NetworkSpec.Input(between(1, 3), between(6, 9), between(6, 9));
        List<NestableBlock> blocks = new ArrayList<>();
        blocks.add(new ConvBlock(between(3, 8), 3, between(1, 2), 1, one(Nonlinearity.values())));
        blocks.addAll(List.of(inner));
        for (int i = inner.length > 0 ? 0 : between(1, 3); i > 0; i--) {
            blocks.add(imageBlock());
        }
        blocks.add(new AdHocBlocks.ToFeatures(random.nextBoolean()));
        if (random.nextBoolean()) {
            blocks.add(new DenseBlock(between(2, 9), one(Nonlinearity.values())));
        }
        if (between(1, 4) == 1) {
            blocks.add(new AdHocBlocks.Mixture(between(2, 4), between(2, 6)));
        }
        blocks.add(new Classifier(between(2, 5)));
        List<NetworkSpec.Block> named = new ArrayList<>();
        boolean afterLayers = false;
        for (NestableBlock block : blocks) {
            // a float block that follows nested layers sees their last sum in float, which masking cannot imitate
            named.add(named(named.size(), block, afterLayers || between(1, 8) > 1));
            afterLayers = block instanceof ResidualStage || block instanceof AdHocBlocks.LinearResidual;
        }
        return network(codes, input, named, List.of());
    }

    private NetworkSpec.Block named(int before, NestableBlock block, boolean quantize) {
        return new NetworkSpec.Block("block" + (before + 1), block, quantize, between(1, 6) == 1 ? Optional.of(nesting()) : Optional.empty());
    }

    /** What is described, all of it quantised, without a gamma near zero. */
    static RandomNetwork of(int seed, List<NetworkSpec.Input> inputs, List<NetworkSpec.Block> blocks, List<String> outputs) {
        return new RandomNetworks(seed, true).network(Codes.WEIGHTS_AND_SIGNALS, inputs, blocks, outputs);
    }

    private RandomNetwork network(Codes codes, NetworkSpec.Input input, List<NetworkSpec.Block> blocks, List<String> outputs) {
        return network(codes, List.of(input), blocks, outputs);
    }

    private RandomNetwork network(Codes codes, List<NetworkSpec.Input> inputs, List<NetworkSpec.Block> blocks, List<String> outputs) {
        Supernet net = new Supernet(new NetworkSpec(inputs.size() == 1 ? Optional.of(inputs.get(0)) : Optional.empty(),
                inputs.size() == 1 ? List.of() : inputs, blocks, nesting(), quantization(codes), Optional.empty(), outputs));
        Map<String, Tensor> masters = new HashMap<>();
        net.masters().forEach(master -> masters.put(master.name(), values(master)));
        Tensor images = Tensor.zeros(IntStream.concat(IntStream.of(tame ? 16 : 8), Arrays.stream(net.spec().sample().extents())).toArray());
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = (float) random.nextDouble();
        }
        return new RandomNetwork(net, new Parameters(masters, net.spec().quantization().quantizer()), images, random.split());
    }

    private NestableBlock imageBlock() {
        return switch (between(1, 11)) {
            case 1, 2 -> new ResidualStage(between(4, 8), between(1, 3), between(1, 3), between(0, 3), one(1, 3), between(1, 2));
            case 3 -> new AdHocBlocks.SqueezeExcite(between(1, 4), one(Activation.SIGMOID, Activation.HARD_SIGMOID));
            case 4 -> new AdHocBlocks.PixelGate();
            case 5 -> new AdHocBlocks.ShuffleUnit(between(2, 4));
            case 6 -> new AdHocBlocks.Branches(between(2, 4), between(2, 4), one(Activation.values()));
            case 7 -> new AdHocBlocks.Bundle(between(2, 3), between(1, 3), between(3, 6));
            case 8 -> new AdHocBlocks.Depthwise(one(3, 5), between(1, 2), one(Nonlinearity.values()));
            case 9 -> new AdHocBlocks.LinearResidual(between(2, 3), random.nextBoolean());
            case 10 -> new AdHocBlocks.GatedLinear(between(3, 6), random.nextBoolean());
            default -> new AdHocBlocks.Pool(random.nextBoolean(), between(1, 3), between(1, 2));
        };
    }

    private NestingOptions nesting() {
        return new NestingOptions(level(), level(), level(), level());
    }

    private NestingOptions.Level level() {
        List<Double> keeps = one(List.of(), List.of(.5, 1.), List.of(.25, .5, .75, 1.));
        Granularity per = one(Granularity.LAYER, Granularity.LAYER, Granularity.BLOCK, Granularity.NETWORK);
        return new NestingOptions.Level(keeps, between(1, 2), per);
    }

    private QuantizationOptions quantization(Codes codes) {
        Optional<Bits> weights = codes == Codes.NONE ? Optional.empty() : Optional.of(new Bits(8, 1, List.of(), one(Granularity.values())));
        Optional<Bits> signals = codes != Codes.WEIGHTS_AND_SIGNALS ? Optional.empty()
                : Optional.of(new Bits(8, 2, List.of(), one(Granularity.values())));
        return new QuantizationOptions(weights, signals, new MidRise(between(1, 3)));
    }

    private Tensor values(MasterParameter master) {
        Tensor tensor = Tensor.zeros(master.shape());
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = (float) switch (master.role()) {
                case WEIGHT -> random.nextGaussian() * master.initial();
                case BIAS, BETA, TABLE -> random.nextGaussian() / 3;
                case GAMMA -> gamma();
                case CLIP -> 1 + 3 * random.nextDouble();
                case BOUND -> master.initial();
                case INPUT_MEAN -> 0.3 + random.nextDouble() / 3;
                case INPUT_DEVIATION -> 0.2 + random.nextDouble() / 3;
            };
        }
        return tensor;
    }

    /** Of either sign; unless tame, near zero every fifth time, and zero itself every tenth. */
    private double gamma() {
        double size = tame ? 0.3 + random.nextDouble() : switch (between(1, 10)) {
            case 1 -> 0;
            case 2, 3 -> Math.pow(10, -between(2, 40));
            default -> 0.3 + random.nextDouble();
        };
        return random.nextBoolean() ? size : -size;
    }

    private int between(int from, int to) {
        return random.nextInt(from, to + 1);
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
