package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.onnx.Format;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Bits for the weights of each layer on its own, so that the whole stays within a number of bytes. Channels are not nested here, which
 * leaves mixed precision as others know it. Argument: the ONNX file to write.
 */
public final class MixedPrecision {

    private static final String YAML = """
            data: {kind: idx, path: data/fashion-mnist}
            network:
              input: {channels: 1, height: 28, width: 28}
              blocks:
                - {kind: conv, channels: 16, stride: 2}
                - {kind: conv, channels: 32, stride: 2}
                - {kind: conv, channels: 64, stride: 2}
                - {kind: global-average-pool}
                - {kind: classifier, classes: 10}
              nesting: {channels: {keeps: [1]}}
              quantization:
                weights: {bits: 8, keeps: [2, 3, 4, 8], per: layer}
                activations: {bits: 8, keeps: [8]}
            training: {epochs: %d}
            export: {format: packed}
            """;

    private MixedPrecision() {
    }

    public static void main(String[] args) throws IOException {
        Candidate found = run(15, 14_000, Settings.standard().withBase(Path.of("examples")), Path.of(args[0]));
        found.spec().keeps().forEach((layer, bits) -> System.out.println(layer + " " + bits));
        System.out.println(found.costs().get("size") + " bytes, validation accuracy " + found.evaluation().score());
    }

    static Candidate run(int epochs, double bytes, Settings settings, Path onnx) throws IOException {
        try (FullyNested fn = FullyNested.open(YAML.formatted(epochs), settings)) {
            TrainedSupernet net = fn.train(TrainingListener.NONE);
            Candidate found = net.search(List.of(new Budget("fits", Map.of("size", bytes))), Progress.NONE).chosen().get("fits");
            net.export(found.spec(), Format.PACKED).write(onnx);
            return found;
        }
    }
}
