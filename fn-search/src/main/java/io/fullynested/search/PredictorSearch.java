package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Learns from a few submodels what all others are worth, and measures those that promise the most, as once-for-all networks are searched
 * (Cai et al., ICLR 2020, section 3.4; there a network of three layers learns the accuracy of 16,000 submodels, here a
 * {@link DivergenceModel} the divergence from the full model of some hundred). Draws submodels within each budget, and then goes through
 * rounds of {@link Refinement}. How well the model ranks a fifth of the draws before it has seen them is among the figures of the
 * result. The same for the same seed.
 *
 * @param draws     submodels to draw for each budget
 * @param rounds    rounds of refinement
 * @param promising submodels to measure in each round, for each budget
 * @param finalists submodels to measure on all validation images, for each budget
 */
public record PredictorSearch(
        @Option(value = "submodels to draw for each budget", byDefault = "20", min = 1) int draws,
        @Option(value = "rounds in which what the predictor promises is measured", byDefault = "4", min = 0) int rounds,
        @Option(value = "submodels to measure in each round for each budget", byDefault = "2", min = 1) int promising,
        @Option(value = "submodels to measure on all validation images for each budget", byDefault = "1", min = 1) int finalists)
        implements SearchStrategy {

    /** The figure that says how well the predictor ranks submodels it has not seen. */
    public static final String RANK_CORRELATION = "rank correlation of the predictor on unseen submodels";

    private static final int HELD_OUT = 5;
    /** Of the whole search. */
    private static final double DRAWING = .5;

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        Random random = new Random(problem.seed());
        Set<SubmodelSpec> drawn = new LinkedHashSet<>();
        for (Budget budget : problem.budgets()) {
            IntStream.range(0, draws).forEach(i -> drawn.add(RandomSearch.draw(explored, budget, random)));
        }
        List<SubmodelSpec> all = List.copyOf(drawn);
        List<SubmodelSpec> unseen = IntStream.range(0, all.size()).filter(i -> i % HELD_OUT == HELD_OUT - 1).mapToObj(all::get).toList();
        Refinement refinement = new Refinement(explored);
        refinement.measure(all.stream().filter(spec -> !unseen.contains(spec)).toList());
        explored.report(DRAWING * (HELD_OUT - 1) / HELD_OUT, "all", all.size() + " drawn");
        DivergenceModel model = DivergenceModel.fit(problem.space(), explored.samples());
        refinement.measure(unseen);
        explored.figure(RANK_CORRELATION, RankCorrelation.of(unseen.stream().map(model::predict).toList(),
                unseen.stream().map(explored.meanDivergences()::get).toList()));
        refinement.run(rounds, promising, finalists, DRAWING);
        return explored.result();
    }
}
