package io.fullynested.search;

import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;

/** The built-in search strategies. */
public final class SearchPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "search";
    }

    @Override
    public List<Factory<SearchStrategy>> searchStrategies() {
        return List.of(
                Factory.of("greedy", "removes the last term that costs the least quality for what it saves, until the budget holds",
                        Greedy.class, SearchStrategy.class),
                Factory.of("racing-greedy", "as greedy, but compares predictions on few images, and only of the removals that lead",
                        RacingGreedy.class, SearchStrategy.class),
                Factory.of("evolutionary", "NSGA-II, beginning with what racing-greedy finds", Evolutionary.class, SearchStrategy.class),
                Factory.of("exhaustive", "measures every submodel; for small spaces", Exhaustive.class, SearchStrategy.class),
                Factory.of("knapsack", "measures each axis alone and solves for the least sum exactly; for bits of many layers", Knapsack.class, SearchStrategy.class),
                Factory.of("predictor", "learns from a few submodels what the others are worth, and measures the promising",
                        PredictorSearch.class, SearchStrategy.class),
                Factory.of("random", "draws submodels that the budget allows and keeps the best; a baseline",
                        RandomSearch.class, SearchStrategy.class),
                Factory.of("uniform-scaling", "keeps the same share of the legal prefixes of every axis; a baseline",
                        UniformScaling.class, SearchStrategy.class));
    }
}
