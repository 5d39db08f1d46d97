package io.fullynested.api.plugin;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.api.task.Task;
import java.util.List;

/**
 * What a jar adds to Fully Nested. Name the class, which needs a public constructor without arguments, in
 * {@code META-INF/services/io.fullynested.api.plugin.FullyNestedPlugin} and override what it provides.
 */
public interface FullyNestedPlugin {

    /** Its name, as {@code ./fn plugins} shows it. */
    String name();

    /** Blocks for {@code network.blocks}. */
    default List<Factory<NestableBlock>> blocks() {
        return List.of();
    }

    /** Cost models for {@code costs}. The kinds of those that need no option are keys of budgets as they are. */
    default List<Factory<CostModel>> costModels() {
        return List.of();
    }

    /** Devices for {@code devices} and device files. */
    default List<Factory<Device>> devices() {
        return List.of();
    }

    /** Strategies for {@code search.strategy}. */
    default List<Factory<SearchStrategy>> searchStrategies() {
        return List.of();
    }

    /** Distributions for {@code training.ordered-dropout}. */
    default List<Factory<OrderedDropout>> orderedDropouts() {
        return List.of();
    }

    /** Weight quantisers for {@code quantization.weights}. */
    default List<Factory<Quantizer>> quantizers() {
        return List.of();
    }

    /** Data sources for {@code data}. */
    default List<Factory<DataSource>> dataSources() {
        return List.of();
    }

    /** Tasks for {@code task}. */
    default List<Factory<Task>> tasks() {
        return List.of();
    }
}
