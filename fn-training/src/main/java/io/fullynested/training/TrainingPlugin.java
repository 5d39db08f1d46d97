package io.fullynested.training;

import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** The built-in distributions of ordered dropout. */
public final class TrainingPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "training";
    }

    @Override
    public List<Factory<OrderedDropout>> orderedDropouts() {
        return List.of(
                Factory.of("uniform", "every legal prefix equally often", Uniform.class, OrderedDropout.class),
                Factory.of("geometric", "every legal prefix by a constant factor rarer than the next shorter one", Geometric.class,
                        OrderedDropout.class),
                Factory.of("ends", "the whole and the smallest prefix more often than those between", Ends.class, OrderedDropout.class),
                Factory.of("categorical", "explicit probabilities, one for each legal prefix", Categorical.class, OrderedDropout.class),
                Factory.of("learned", "learnt beside the network, by what draws lose and cost", Learned.class, OrderedDropout.class),
                Factory.of("curriculum", "the whole at first, then ever shorter prefixes too", Curriculum.class, OrderedDropout.class));
    }
}
