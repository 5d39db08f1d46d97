package io.fullynested.training;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Noisy images with a bright bar at one of four places, and what they are said to be. */
record Bars(int size, IntUnaryOperator labels) implements Dataset {

    /** The right label. */
    static final IntUnaryOperator PLACE = index -> index % 4;

    @Override
    public Shape shape() {
        return Shape.image(1, 8, 8);
    }

    @Override
    public List<String> classes() {
        return List.of("first", "second", "third", "fourth");
    }

    @Override
    public int label(int index) {
        return labels.applyAsInt(index);
    }

    @Override
    public void read(int index, float[] into, int from) {
        SplittableRandom noise = new SplittableRandom(index);
        for (int i = 0; i < 64; i++) {
            into[from + i] = (float) (noise.nextDouble() * 0.5 + (i / 16 == PLACE.applyAsInt(index) ? 0.4 : 0));
        }
    }

    /** A small network for them, nested at four levels, or at five. */
    static Supernet net(boolean quantized) {
        Level shares = new Level(List.of(.5, 1.), 1, Granularity.LAYER);
        Level all = new Level(List.of(), 1, Granularity.LAYER);
        Optional<Bits> bits = quantized ? Optional.of(new Bits(8, 4, List.of(), Granularity.BLOCK)) : Optional.empty();
        List<NetworkSpec.Block> blocks = List.of(
                new NetworkSpec.Block("stem", new ConvBlock(8, 3, 2, 1, Nonlinearity.RELU), true, Optional.empty()),
                new NetworkSpec.Block("stage", new ResidualStage(8, 2, 2, 3, 3, 1), true, Optional.empty()),
                new NetworkSpec.Block("dense", new DenseBlock(16, Nonlinearity.RELU), true, Optional.empty()),
                new NetworkSpec.Block("classifier", new Classifier(4), true, Optional.empty()));
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(1, 8, 8), blocks, new NestingOptions(shares, shares, all, all),
                new QuantizationOptions(bits, bits, new MidRise(2))));
    }

    /** The same with batch norms and clips of their own for each width and number of bits. */
    static Supernet switchable() {
        NetworkSpec spec = net(true).spec();
        NestingOptions nesting = spec.nesting();
        QuantizationOptions codes = spec.quantization();
        return new Supernet(spec.with(spec.blocks(),
                new NestingOptions(nesting.channels(), nesting.neurons(), nesting.paths(), nesting.layers(), true),
                new QuantizationOptions(codes.weights(), codes.activations(), codes.quantizer(), true, true)));
    }

    /** How many of 512 bars a submodel tells the right place of, 0..1. */
    static double accuracy(Supernet net, SubmodelSpec selection, Map<String, Tensor> masters) {
        LabelledImages images = LabelledImages.first(new Bars(512, PLACE), 512);
        try (TorchEngine engine = new TorchEngine(1)) {
            Model model = new Model(net.compile(selection), new Parameters(masters, net.spec().quantization().quantizer()));
            Model recalibrated = model.with(engine.recalibrate(model, images.joined()));
            return Outputs.evaluate(Scorer.classification(new Bars(512, PLACE)), engine.bind(recalibrated, ComputeDevice.CPU), images).score();
        }
    }
}
