package io.fullynested;

import io.fullynested.api.cost.Device;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.core.spec.Named;
import java.util.List;

/** All that the file of a device says. */
public record DeviceFile(
        @Option("what budgets call it, its kind, and the kind's own keys") Named<Device> device,
        @Option(value = "submodels that are looked for where nobody names budgets", byDefault = "[]") List<Budget> budgets) {
}
