package io.fullynested.api.search;

/**
 * How good a submodel is.
 *
 * @param accuracy share of images classified rightly, 0..1
 * @param loss     mean cross-entropy in nats
 * @param images   how many images were looked at
 */
public record Evaluation(double accuracy, double loss, int images) {
}
