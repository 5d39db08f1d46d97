package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Window;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.plugin.Option;
import io.fullynested.onnx.Format;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A block of one's own: two convolutions side by side, one dilated, each nested in its channels. Argument: the ONNX file to write. */
public final class OwnBlock {

    private OwnBlock() {
    }

    /** Looks near and far: {@code C×H×W → 2·channels×H×W}. */
    public record NearAndFar(@Option(value = "channels of each half", min = 1) int channels) implements NestableBlock {
        @Override
        public Signal build(Signal x, BlockBuilder b) {
            return b.concat(List.of(half("near", 1, x, b), half("far", 2, x, b)));
        }

        private Signal half(String name, int dilation, Signal x, BlockBuilder b) {
            Extent kept = b.axis(NestingLevel.CHANNELS, name, channels);
            return b.relu(b.batchNorm(name + "-norm", b.convolution(name, x, kept, Window.of(3).dilation(dilation))));
        }
    }

    /** What makes {@code kind: near-and-far} known; in a jar of its own it would stand in META-INF/services. */
    public static final class Blocks implements FullyNestedPlugin {
        @Override
        public String name() {
            return "own-block";
        }

        @Override
        public List<Factory<NestableBlock>> blocks() {
            return List.of(Factory.of("near-and-far", "convolutions near and far", NearAndFar.class, NestableBlock.class));
        }
    }

    private static final String YAML = """
            data: {kind: idx, path: data/fashion-mnist}
            network:
              input: {channels: 1, height: 28, width: 28}
              blocks: [{kind: conv, channels: 16, stride: 2}, {kind: near-and-far, channels: 16}, global-average-pool, {kind: classifier, classes: 10}]
            training: {epochs: %d}
            """;

    public static void main(String[] args) throws IOException {
        System.out.println(run(10, Settings.standard().withBase(Path.of("examples")), Path.of(args[0])));
    }

    /** Exports the submodel that looks near with all channels and far with the fewest; what it was nested in is returned. */
    static List<NestedAxis> run(int epochs, Settings settings, Path onnx) throws IOException {
        try (FullyNested fn = FullyNested.open(YAML.formatted(epochs), settings.withPlugins(new Blocks()))) {
            TrainedSupernet net = fn.train(TrainingListener.NONE);
            NestedAxis far = net.axes().axis("far1.far");
            net.export(net.axes().full().with(far.id(), far.smallest()), Format.FLOAT32).write(onnx);
            return net.axes().axes();
        }
    }
}
