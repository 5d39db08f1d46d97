package io.fullynested.search;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.uma.jmetal.algorithm.multiobjective.nsgaii.NSGAII;
import org.uma.jmetal.operator.crossover.impl.IntegerSBXCrossover;
import org.uma.jmetal.operator.mutation.impl.IntegerPolynomialMutation;
import org.uma.jmetal.operator.selection.impl.BinaryTournamentSelection;
import org.uma.jmetal.problem.Problem;
import org.uma.jmetal.problem.integerproblem.impl.AbstractIntegerProblem;
import org.uma.jmetal.solution.integersolution.IntegerSolution;
import org.uma.jmetal.util.comparator.RankingAndCrowdingDistanceComparator;
import org.uma.jmetal.util.evaluator.SolutionListEvaluator;
import org.uma.jmetal.util.pseudorandom.JMetalRandom;
import org.uma.jmetal.util.pseudorandom.impl.JavaRandomGenerator;

/** Submodels as jMetal's integer solutions: a variable for each axis, which numbers its legal prefixes from the shortest, 0. */
final class Evolution extends AbstractIntegerProblem implements SolutionListEvaluator<IntegerSolution> {

    private static final long serialVersionUID = 1;

    /** As in Deb et al., section V; one variable is mutated on average. */
    private static final double CROSSOVER = .9;
    private static final double DISTRIBUTION_INDEX = 20;

    private final transient Exploration explored;
    private final transient Random random;
    private final transient List<String> limited;
    private final transient Map<String, Double> most;
    private final int blocks;
    private final int generations;
    private int generation;

    private Evolution(Exploration explored, int generations, int blocks) {
        this.explored = explored;
        this.random = new Random(explored.problem().seed());
        this.limited = explored.problem().budgets().stream().flatMap(budget -> budget.limits().keySet().stream()).distinct().toList();
        this.most = explored.costs(explored.problem().space().full());
        this.blocks = blocks;
        this.generations = generations;
        numberOfObjectives(1 + limited.size());
        List<NestedAxis> axes = explored.problem().space().axes();
        variableBounds(axes.stream().map(axis -> 0).toList(), axes.stream().map(axis -> axis.keeps().size() - 1).toList());
    }

    /** Lets generations follow on each other; what they measure, the exploration knows. */
    static void run(Exploration explored, List<SubmodelSpec> seeds, int population, int generations, int blocks) {
        if (explored.problem().space().axes().isEmpty()) {
            return;
        }
        Evolution problem = new Evolution(explored, generations, blocks);
        List<IntegerSolution> first = problem.first(seeds, population);
        NSGAII<IntegerSolution> algorithm = new NSGAII<>(problem, population * generations, population, population, population,
                new IntegerSBXCrossover(CROSSOVER, DISTRIBUTION_INDEX),
                new IntegerPolynomialMutation(1.0 / problem.numberOfVariables(), DISTRIBUTION_INDEX),
                new BinaryTournamentSelection<>(new RankingAndCrowdingDistanceComparator<>()), problem) {
            private static final long serialVersionUID = 1;

            @Override
            protected List<IntegerSolution> createInitialPopulation() {
                return first;
            }
        };
        JMetalRandom shared = JMetalRandom.getInstance();
        synchronized (shared) {
            // all of jMetal draws from one generator
            shared.setRandomGenerator(new JavaRandomGenerator(explored.problem().seed()));
            algorithm.run();
        }
    }

    /** Of the seeds the last ones, which are the smallest, up to half of the population; and draws within one budget after another. */
    private List<IntegerSolution> first(List<SubmodelSpec> seeds, int population) {
        List<Budget> budgets = explored.problem().budgets();
        List<IntegerSolution> first = new ArrayList<>();
        for (int i = 0; i < population; i++) {
            first.add(solution(i < Math.min(seeds.size(), population / 2) ? seeds.get(seeds.size() - 1 - i)
                    : RandomSearch.draw(explored, budgets.get(i % budgets.size()), random)));
        }
        return first;
    }

    private IntegerSolution solution(SubmodelSpec spec) {
        IntegerSolution solution = createSolution();
        write(spec, solution);
        return solution;
    }

    private void write(SubmodelSpec spec, IntegerSolution solution) {
        List<NestedAxis> axes = explored.problem().space().axes();
        for (int i = 0; i < axes.size(); i++) {
            solution.variables().set(i, axes.get(i).keeps().indexOf(spec.keep(axes.get(i).id())));
        }
    }

    private SubmodelSpec spec(IntegerSolution solution) {
        List<NestedAxis> axes = explored.problem().space().axes();
        Map<String, Integer> keeps = new TreeMap<>();
        for (int i = 0; i < axes.size(); i++) {
            keeps.put(axes.get(i).id(), axes.get(i).keeps().get(solution.variables().get(i)));
        }
        return new SubmodelSpec(keeps);
    }

    /** Until the nearest budget holds. */
    private SubmodelSpec repaired(SubmodelSpec spec) {
        Budget nearest = explored.problem().budgets().stream()
                .min(Comparator.comparingDouble(budget -> explored.excess(spec, budget))).orElseThrow();
        return RandomSearch.within(explored, spec, nearest, random);
    }

    @Override
    public List<IntegerSolution> evaluate(List<IntegerSolution> solutions, Problem<IntegerSolution> problem) {
        List<SubmodelSpec> specs = new ArrayList<>();
        for (IntegerSolution solution : solutions) {
            SubmodelSpec repaired = repaired(spec(solution));
            write(repaired, solution);
            specs.add(repaired);
        }
        List<Double> divergences = explored.divergences(specs, blocks);
        for (int i = 0; i < specs.size(); i++) {
            double[] objectives = solutions.get(i).objectives();
            objectives[0] = divergences.get(i);
            Map<String, Double> costs = explored.costs(specs.get(i));
            for (int j = 0; j < limited.size(); j++) {
                objectives[1 + j] = costs.get(limited.get(j)) / most.get(limited.get(j));
            }
        }
        generation++;
        explored.report(Evolutionary.START + (Evolutionary.END - Evolutionary.START) * generation / generations, "all", "generation " + generation + " of " + generations);
        return solutions;
    }

    @Override
    public IntegerSolution evaluate(IntegerSolution solution) {
        return evaluate(List.of(solution), this).get(0);
    }

    @Override
    public void shutdown() {
        // holds nothing
    }
}
