package io.fullynested.search;

import io.fullynested.api.plugin.Option;

/**
 * The cheapest submodel that is accurate enough.
 *
 * @param name     names the submodel that is found
 * @param minimise the cost model by which it should be cheap
 * @param accuracy the least accuracy on the validation images, 0..1
 */
public record Floor(
        @Option("its name, as a budget's") String name,
        @Option("the cost that should be as low as possible") String minimise,
        @Option(value = "the least validation accuracy", min = 0, max = 1) double accuracy) {
}
