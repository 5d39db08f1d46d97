package io.fullynested.testkit;


import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.search.Greedy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of the contract catches a strategy that is broken in its way: the built-in one, its answer or its question changed. */
class SearchStrategyContractTest {

    private static final SearchStrategy RIGHT = new Greedy(100, Greedy.RankBy.LOSS);

    private static SearchStrategyContract contract(SearchStrategy strategy) {
        return new SearchStrategyContract() {
            @Override
            protected SearchStrategy strategy() {
                return strategy;
            }
        };
    }

    /** The built-in one, which answers something else. */
    private static SearchStrategy answering(BiFunction<SearchProblem, SearchResult, SearchResult> change) {
        return problem -> change.apply(problem, RIGHT.search(problem));
    }

    private static SearchResult fullForAll(SearchProblem problem, SearchResult right) {
        return choosing(problem, right, measured(problem, problem.space().full()));
    }

    private static SearchResult smallestForAll(SearchProblem problem, SearchResult right) {
        return choosing(problem, right, measured(problem, problem.space().smallest()));
    }

    private static SearchResult choosing(SearchProblem problem, SearchResult right, Candidate candidate) {
        Map<String, Candidate> chosen = new HashMap<>();
        problem.budgets().forEach(budget -> chosen.put(budget.name(), candidate));
        return new SearchResult(right.visited(), chosen);
    }

    private static Candidate measured(SearchProblem problem, SubmodelSpec spec) {
        Evaluation evaluation = problem.evaluator().evaluate(List.of(spec), problem.evaluator().images()).get(0);
        return new Candidate(spec, problem.costs().apply(spec), evaluation);
    }

    private static SearchResult withoutOneBudget(SearchProblem problem, SearchResult right) {
        Map<String, Candidate> chosen = new HashMap<>(right.chosen());
        chosen.remove(problem.budgets().get(0).name());
        return new SearchResult(right.visited(), chosen);
    }

    private static SearchResult onFewImages(SearchProblem problem, SearchResult right) {
        List<Candidate> visited = new ArrayList<>(right.visited());
        Candidate last = visited.remove(visited.size() - 1);
        visited.add(new Candidate(last.spec(), last.costs(), problem.evaluator().evaluate(List.of(last.spec()), 10).get(0)));
        return new SearchResult(visited, right.chosen());
    }

    private static SearchResult anotherOrder(SearchResult right, Random random) {
        List<Candidate> visited = new ArrayList<>(right.visited());
        Collections.shuffle(visited, random);
        return new SearchResult(visited, right.chosen());
    }

    /** The built-in one, which hears and tells of progress what another one passes on. */
    private static SearchStrategy with(UnaryOperator<Progress> progress) {
        return problem -> RIGHT.search(new SearchProblem(problem.space(), problem.costs(), problem.evaluator(), problem.budgets(),
                progress.apply(problem.progress()), problem.seed()));
    }

    private static Progress inPercent(Progress progress) {
        return (done, message) -> progress.report(100 * done, message);
    }

    /** Is told of a cancellation at the end only. */
    private static SearchStrategy lateToStop() {
        return problem -> {
            SearchResult result = RIGHT.search(new SearchProblem(problem.space(), problem.costs(), problem.evaluator(), problem.budgets(),
                    Progress.NONE, problem.seed()));
            if (problem.progress().cancelled()) {
                throw new CancellationException();
            }
            return result;
        };
    }

    /** Wants more images than there are. */
    private static SearchResult tooManyImages(SearchProblem problem, SearchResult right) {
        Evaluator evaluator = problem.evaluator();
        evaluator.evaluate(List.of(problem.space().full()), evaluator.images() + 1);
        return right;
    }

    static Stream<Mutant<SearchStrategyContract>> mutants() {
        Random random = new Random(1);
        return Stream.of(
                broken("meetsItsBudgets", "the full network for every budget", answering(SearchStrategyContractTest::fullForAll), "are within"),
                broken("meetsItsBudgets", "nothing for one budget", answering(SearchStrategyContractTest::withoutOneBudget), "share-0.3"),
                broken("meetsItsBudgets", "asks for more images than there are", answering(SearchStrategyContractTest::tooManyImages), "images that a strategy wants"),
                broken("reportsWhatWasMeasured", "measures one on few images", answering(SearchStrategyContractTest::onFewImages), "images=10"),
                broken("reportsWhatWasMeasured", "tells of none on its way",
                        answering((problem, right) -> new SearchResult(List.of(), right.chosen())), "on the way"),
                broken("choosesTheBestItVisited", "the smallest for every budget", answering(SearchStrategyContractTest::smallestForAll), "accuracy chosen for"),
                broken("isDeterministicUnderASeed", "another order each time",
                        answering((problem, right) -> anotherOrder(right, random)), "once more"),
                broken("reportsItsProgress", "tells progress in percent", with(SearchStrategyContractTest::inPercent), "progress at"),
                broken("reportsItsProgress", "tells no progress", with(progress -> Progress.NONE), "reports of progress"),
                broken("stopsWhenCancelled", "never asks whether it is cancelled", with(progress -> Progress.NONE), "went on to its end"),
                broken("stopsWhenCancelled", "asks whether it is cancelled at the end only", lateToStop(), "cancelled after"));
    }

    private static Mutant<SearchStrategyContract> broken(String check, String defect, SearchStrategy strategy, String message) {
        return new Mutant<>(SearchStrategyContract.class, check, defect, contract(strategy), contract(RIGHT), message);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void catches(Mutant<SearchStrategyContract> mutant) {
        mutant.caught();
    }
}
