package io.fullynested.bundle;

import java.util.Map;
import java.util.Optional;

/**
 * One of the submodels in a bundle.
 *
 * @param name     unique in the bundle
 * @param bytes    size of its ONNX file
 * @param metadata what its ONNX file says about itself, such as {@code fullynested.cost.macs} or {@code fullynested.accuracy.test}
 */
public record Member(String name, int bytes, Map<String, String> metadata) {

    public Member {
        metadata = Map.copyOf(metadata);
    }

    /** The name of the metric that its score is of. */
    public String metric() {
        return metadata.getOrDefault("fullynested.metric", "accuracy");
    }

    /** Its score on the images that it was chosen on, or if that is not told, on the test images; the greater the better. */
    public Optional<Double> score() {
        return number("fullynested." + metric() + ".validation").or(() -> number("fullynested." + metric() + ".test"));
    }

    /** Multiply-accumulates of a run as its file has them computed, or if that is not told, as the network has them. */
    public Optional<Double> work() {
        return number("fullynested.cost.executed-macs").or(() -> number("fullynested.cost.macs"));
    }

    /** A number in the metadata, if it is there and one. */
    public Optional<Double> number(String key) {
        try {
            return Optional.ofNullable(metadata.get(key)).map(Double::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
