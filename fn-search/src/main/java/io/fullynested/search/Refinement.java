package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Looks for better submodels than those measured so far: fits a {@link DivergenceModel}, climbs on it, measures what it promises, and
 * begins anew with what that taught. Every measurement is on two blocks of images, and one submodel's blocks are not the next one's, so
 * that the model does not learn what is true of a hundred images only; what still leads is measured on further ones.
 */
final class Refinement {

    /** Blocks of one measurement, and blocks that there is a turn of. */
    private static final int AT_ONCE = 2;
    private static final int TURN = 8;
    /** Ways up the model for each budget: from so many of the best known, and from so many drawn at random. */
    private static final int KNOWN = 2;
    private static final int DRAWN = 2;

    private final Exploration explored;
    private final DivergenceModel.Learner learner;
    private final Random random;
    private final int turn;
    private DivergenceModel model;
    private int measurements;

    Refinement(Exploration explored, DivergenceModel.Learner learner) {
        this.explored = explored;
        this.learner = learner;
        this.random = new Random(explored.problem().seed());
        this.turn = explored.blocks(TURN);
    }

    /** Measures submodels, each on its next blocks. */
    void measure(Collection<SubmodelSpec> specs) {
        Map<Integer, List<SubmodelSpec>> byBlock = new TreeMap<>();
        for (SubmodelSpec spec : specs) {
            List<Integer> unknown = IntStream.range(0, turn).map(i -> (AT_ONCE * measurements + i) % turn)
                    .filter(block -> !explored.isKnown(spec, block)).limit(AT_ONCE).boxed().toList();
            unknown.forEach(block -> byBlock.computeIfAbsent(block, b -> new ArrayList<>()).add(spec));
            measurements++;
        }
        byBlock.forEach((block, some) -> explored.measure(some, block));
    }

    /**
     * Goes through rounds, and then measures the best for each budget on all images.
     *
     * @param promising submodels to measure in each round, for each budget
     * @param finalists submodels to measure on all images, for each budget
     * @param done      share of the search that is done already
     */
    void run(int rounds, int promising, int finalists, double done) {
        List<Budget> budgets = explored.problem().budgets();
        double steps = rounds + budgets.size();
        for (int round = 1; round <= rounds; round++) {
            measure(promising(promising));
            explored.report(done + (1 - done) * round / steps, "all", "round " + round + " of " + rounds);
        }
        model = fit();
        for (int i = 0; i < budgets.size(); i++) {
            explored.visit(least(known(budgets.get(i)), finalists));
            explored.report(done + (1 - done) * (rounds + i + 1) / steps, budgets.get(i).name(), "measured on all images");
        }
    }

    private DivergenceModel fit() {
        return learner.fit(explored.problem().space(), explored.samples());
    }

    /** What the model promises, and is not known well yet. */
    private Set<SubmodelSpec> promising(int wanted) {
        model = fit();
        Set<SubmodelSpec> promising = new LinkedHashSet<>();
        for (Budget budget : explored.problem().budgets()) {
            Map<SubmodelSpec, Double> predicted = known(budget);
            Climb climb = new Climb(explored, model, budget);
            least(predicted, KNOWN).forEach(climb::from);
            for (int i = 0; i < DRAWN; i++) {
                climb.from(RandomSearch.draw(explored, budget, random));
            }
            predicted.putAll(climb.passed());
            predicted.keySet().removeIf(spec -> IntStream.range(0, turn).allMatch(block -> explored.isKnown(spec, block)));
            promising.addAll(least(predicted, wanted));
        }
        return promising;
    }

    /** The measured submodels that a budget allows, and what is thought of them. */
    private Map<SubmodelSpec, Double> known(Budget budget) {
        Map<SubmodelSpec, Double> predicted = new HashMap<>();
        explored.meanDivergences().forEach((spec, measured) -> {
            if (budget.allows(explored.costs(spec))) {
                predicted.put(spec, Double.isFinite(measured) ? model.predict(spec) : measured);
            }
        });
        return predicted;
    }

    private static List<SubmodelSpec> least(Map<SubmodelSpec, Double> predicted, int wanted) {
        return predicted.keySet().stream().sorted(Comparator.<SubmodelSpec>comparingDouble(predicted::get)
                .thenComparing(SubmodelSpec::toString)).limit(wanted).toList();
    }
}
