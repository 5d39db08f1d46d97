package io.fullynested.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Learns from a few submodels what all others are worth, and measures those that promise the most, as once-for-all networks are searched
 * (Cai et al., ICLR 2020, section 3.4; there a network of three layers learns the accuracy of 16,000 submodels, here a
 * {@link DivergenceModel} the divergence from the full model of some hundred). Goes the ways down of {@link RacingGreedy}, draws
 * submodels within each budget, and then goes through rounds of {@link Refinement}. How well the model ranks draws that it has not seen
 * is among the figures of the result. The same for the same seed.
 *
 * @param draws     submodels to draw for each budget
 * @param rounds    rounds of refinement
 * @param promising submodels to measure in each round, for each budget
 * @param finalists submodels to measure on all validation images, for each budget
 * @param model     what learns
 */
public record PredictorSearch(
        @Option(value = "submodels to draw for each budget", byDefault = "10", min = 1) int draws,
        @Option(value = "rounds in which what the predictor promises is measured", byDefault = "4", min = 0) int rounds,
        @Option(value = "submodels to measure in each round for each budget", byDefault = "2", min = 1) int promising,
        @Option(value = "submodels to measure on all validation images for each budget", byDefault = "1", min = 1) int finalists,
        @Option(value = "what learns: ridge, a regression on steps and pairs of axes; or trees, boosted ones", byDefault = "ridge") Model model)
        implements SearchStrategy {

    /** What learns how far submodels are from the full model. */
    public enum Model {
        /** A ridge regression on the steps of each axis and on pairs of axes. */
        RIDGE(RidgeModel::fit),
        /** Gradient-boosted regression trees (Chen and Guestrin, XGBoost, KDD 2016). */
        TREES(BoostedTrees::fit);

        private final DivergenceModel.Learner learner;

        Model(DivergenceModel.Learner learner) {
            this.learner = learner;
        }
    }

    /** With the ridge regression. */
    public PredictorSearch(int draws, int rounds, int promising, int finalists) {
        this(draws, rounds, promising, finalists, Model.RIDGE);
    }

    /** The figure that says how well the predictor ranks submodels it has not seen. */
    public static final String RANK_CORRELATION = "rank correlation of the predictor on unseen submodels";

    /** Below it a predictor hardly tells better from worse. */
    private static final double DOUBTFUL = .5;
    private static final int FOLDS = 5;
    private static final int WAY_BLOCKS = 2;
    /** Shares of the whole search that are done after the ways down, and when all draws are measured. */
    private static final double WAYS = .3;
    private static final double DRAWING = .5;

    @Override
    public SearchResult search(SearchProblem problem) {
        Exploration explored = new Exploration(problem);
        Random random = new Random(problem.seed());
        Set<SubmodelSpec> drawn = new LinkedHashSet<>();
        for (Budget budget : problem.budgets()) {
            IntStream.range(0, draws).forEach(i -> drawn.add(RandomSearch.draw(explored, budget, random)));
        }
        RacingGreedy.descend(explored, problem.budgets(), explored.blocks(WAY_BLOCKS), 1, WAYS);
        Refinement refinement = new Refinement(explored, model.learner);
        refinement.measure(drawn);
        explored.report(DRAWING, "all", drawn.size() + " drawn");
        double correlation = rankCorrelation(problem.space(), explored.samples(), List.copyOf(drawn));
        if (!Double.isNaN(correlation)) {
            explored.figure(RANK_CORRELATION, correlation);
        }
        refinement.run(rounds, promising, finalists, DRAWING);
        return explored.result();
    }

    /** What a person should know of a result whose predictor ranked badly. */
    public static Optional<String> doubt(SearchResult found) {
        return Optional.ofNullable(found.figures().get(RANK_CORRELATION)).filter(correlation -> correlation < DOUBTFUL)
                .map(correlation -> String.format(Locale.ROOT, "the predictor ranks submodels badly (%.2f, where 1 is perfect and 0 is chance), so "
                        + "better ones may have been passed over. Maybe more draws, or the strategy racing-greedy?", correlation));
    }

    /** Between divergences of draws as measured and as predicted by models that saw all samples but those of a fifth of the draws. */
    private double rankCorrelation(AxisSpace space, List<DivergenceModel.Sample> samples, List<SubmodelSpec> drawn) {
        List<Double> predicted = new ArrayList<>();
        List<Double> measured = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            int left = fold;
            Set<SubmodelSpec> unseen = IntStream.range(0, drawn.size()).filter(i -> i % FOLDS == left).mapToObj(drawn::get).collect(Collectors.toSet());
            DivergenceModel fitted = model.learner.fit(space, samples.stream().filter(sample -> !unseen.contains(sample.spec())).toList());
            samples.stream().filter(sample -> unseen.contains(sample.spec())).forEach(sample -> {
                predicted.add(fitted.predict(sample.spec(), sample.block()));
                measured.add(sample.divergence());
            });
        }
        return RankCorrelation.of(predicted, measured);
    }
}
