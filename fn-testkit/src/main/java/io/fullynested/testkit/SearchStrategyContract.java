package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import io.fullynested.api.search.SearchStrategy;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What every {@link SearchStrategy} promises, tried on small random spaces. Extend it in the tests of a plugin. */
public abstract class SearchStrategyContract {

    private static final int SEEDS = 20;
    /** Evaluations that may be under way, so to speak, when a search is cancelled. */
    private static final int CHANCES = 3;

    /** The strategy under test; a new one or the same each time. */
    protected abstract SearchStrategy strategy();

    @FunctionalInterface
    private interface Check {
        void accept(SyntheticSearch search, SearchProblem problem, SearchResult result);
    }

    /** There is a submodel for each budget, a legal one, and it is within all limits. */
    @Test
    public final void meetsItsBudgets() {
        forAll((search, problem, result) -> {
            assertThat(result.chosen()).as("budgets that submodels were chosen for").containsOnlyKeys(
                    problem.budgets().stream().map(Budget::name).toList());
            for (Budget budget : problem.budgets()) {
                Candidate chosen = result.chosen().get(budget.name());
                assertThat(problem.space().complete(chosen.spec())).as("selection chosen for %s", budget.name()).isEqualTo(chosen.spec());
                assertThat(budget.allows(search.costs(chosen.spec()))).as("%s of %s are within %s", search.costs(chosen.spec()), chosen.spec(),
                        budget).isTrue();
            }
        });
    }

    /** What it says of a submodel is what the cost models say, and the evaluator on all images. */
    @Test
    public final void reportsWhatWasMeasured() {
        forAll((search, problem, result) -> {
            assertThat(result.visited()).as("submodels on the way").isNotEmpty();
            List<Candidate> chosen = problem.budgets().stream().map(budget -> result.chosen().get(budget.name())).toList();
            for (List<Candidate> candidates : List.of(result.visited(), chosen)) {
                for (Candidate candidate : candidates) {
                    assertThat(candidate).isEqualTo(new Candidate(candidate.spec(), search.costs(candidate.spec()),
                            search.evaluation(candidate.spec(), search.images())));
                }
            }
        });
    }

    /** Of the submodels on its way that a budget allows it chooses the most accurate. */
    @Test
    public final void choosesTheBestItVisited() {
        forAll((search, problem, result) -> {
            for (Budget budget : problem.budgets()) {
                double best = result.visited().stream().filter(candidate -> budget.allows(candidate.costs()))
                        .mapToDouble(candidate -> candidate.evaluation().score()).max().orElse(0);
                assertThat(result.chosen().get(budget.name()).evaluation().score()).as("accuracy chosen for %s", budget)
                        .isGreaterThanOrEqualTo(best);
            }
        });
    }

    /** The same problem with the same seed gives the same result. */
    @Test
    public final void isDeterministicUnderASeed() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            SearchResult once = strategy().search(new SyntheticSearch(seed).problem(Progress.NONE));
            SearchResult again = strategy().search(new SyntheticSearch(seed).problem(Progress.NONE));
            assertThat(again).as("result of %s, once more", strategy()).isEqualTo(once);
        }
    }

    /** It tells how far it is, as a share of the whole. */
    @Test
    public final void reportsItsProgress() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            int[] reports = new int[1];
            strategy().search(new SyntheticSearch(seed).problem((done, message) -> {
                reports[0]++;
                assertThat(done).as("progress at '%s'", message).isBetween(0.0, 1.0);
                assertThat(message).as("message at %s", done).isNotBlank();
            }));
            assertThat(reports[0]).as("reports of progress").isPositive();
        }
    }

    /** It stops with a {@link CancellationException} soon after it was cancelled, be it before it starts or on its way. */
    @Test
    public final void stopsWhenCancelled() {
        for (int seed = 1; seed <= SEEDS; seed++) {
            SyntheticSearch whole = new SyntheticSearch(seed);
            strategy().search(whole.problem(Progress.NONE));
            for (int after : new int[] {0, 1, whole.calls() / 2}) {
                if (after == 0 || after + CHANCES < whole.calls()) {
                    checkCancelled(new SyntheticSearch(seed), after);
                }
            }
        }
    }

    private void checkCancelled(SyntheticSearch search, int after) {
        try {
            strategy().search(search.problem(cancelledOnce(() -> search.calls() >= after)));
        } catch (CancellationException e) {
            assertThat(search.calls()).as("evaluations of a search cancelled after %d", after).isLessThanOrEqualTo(after + CHANCES);
            return;
        }
        fail("A search cancelled after " + after + " evaluations went on to its end, after " + search.calls());
    }

    private static Progress cancelledOnce(BooleanSupplier cancelled) {
        return new Progress() {
            @Override
            public void report(double done, String message) {
                // whoever cancels does not listen
            }

            @Override
            public boolean cancelled() {
                return cancelled.getAsBoolean();
            }
        };
    }

    private void forAll(Check check) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            SyntheticSearch search = new SyntheticSearch(seed);
            SearchProblem problem = search.problem(Progress.NONE);
            check.accept(search, problem, strategy().search(problem));
        }
    }
}
