package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingOptions;

/** All that a YAML file says. */
public record RunSpec(
        @Option("where images come from") DataSource data,
        @Option("the supernet") NetworkSpec network,
        @Option(value = "how it is trained", byDefault = "{}") TrainingOptions training,
        @Option(value = "which submodels are looked for", byDefault = "{budgets: []}") SearchOptions search,
        @Option(value = "how they are exported", byDefault = "{}") ExportOptions export) {
}
