package io.fullynested.core.plugin;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.quantize.Quantizer;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.api.task.Task;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part that plugins can play.
 *
 * @param type     the interface of what they make
 * @param noun     what people call it
 * @param reserved keys that stand beside the options in YAML, so that no option may be called so
 * @param provided what a plugin provides of it
 * @param <T>      the interface
 */
public record Role<T>(Class<T> type, String noun, List<String> reserved, Function<FullyNestedPlugin, List<Factory<T>>> provided) {

    public static final Role<NestableBlock> BLOCK = new Role<>(NestableBlock.class, "block",
            List.of("kind", "name", "of", "quantize", "nesting"), FullyNestedPlugin::blocks);
    public static final Role<CostModel> COST_MODEL = new Role<>(CostModel.class, "cost model",
            List.of("kind", "name"), FullyNestedPlugin::costModels);
    public static final Role<Device> DEVICE = new Role<>(Device.class, "device", List.of("kind", "name"), FullyNestedPlugin::devices);
    public static final Role<SearchStrategy> SEARCH_STRATEGY = new Role<>(SearchStrategy.class, "search strategy",
            List.of("kind"), FullyNestedPlugin::searchStrategies);
    public static final Role<OrderedDropout> ORDERED_DROPOUT = new Role<>(OrderedDropout.class, "ordered dropout",
            List.of("kind"), FullyNestedPlugin::orderedDropouts);
    public static final Role<Quantizer> QUANTIZER = new Role<>(Quantizer.class, "quantizer",
            List.of("kind"), FullyNestedPlugin::quantizers);
    public static final Role<DataSource> DATA_SOURCE = new Role<>(DataSource.class, "data source",
            List.of("kind"), FullyNestedPlugin::dataSources);
    public static final Role<Task> TASK = new Role<>(Task.class, "task", List.of("kind"), FullyNestedPlugin::tasks);

    /** Every role there is. */
    public static final List<Role<?>> ALL = List.of(BLOCK, COST_MODEL, DEVICE, SEARCH_STRATEGY, ORDERED_DROPOUT, QUANTIZER, DATA_SOURCE,
            TASK);

    /** The role whose interface a type is. */
    public static Optional<Role<?>> of(Type type) {
        return ALL.stream().filter(role -> role.type.equals(type)).findFirst();
    }
}
