package io.fullynested;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.task.Task;
import io.fullynested.core.spec.Named;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingOptions;
import java.util.List;

/** All that a YAML file says. */
public record RunSpec(
        @Option("where images come from") DataSource data,
        @Option(value = "what the network is for", byDefault = "classification") Task task,
        @Option("the supernet") NetworkSpec network,
        @Option(value = "how it is trained", byDefault = "{}") TrainingOptions training,
        @Option(value = "cost models with options of their own, to be named in budgets", byDefault = "[]") List<Named<CostModel>> costs,
        @Option(value = "devices, whose costs budgets call by device and quantity: pi4.latency, or latency if no other device has one; "
                + "more come from files with --device", byDefault = "[]") List<Named<Device>> devices,
        @Option(value = "which submodels are looked for", byDefault = "{budgets: []}") SearchOptions search,
        @Option(value = "how they are exported", byDefault = "{}") ExportOptions export) {
}
