package io.fullynested.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WayTest {

    private static final List<NestedAxis> AXES = List.of(new NestedAxis("a", NestingLevel.LAYERS, 3, List.of(1, 2, 3)),
            new NestedAxis("b", NestingLevel.BITS, 3, List.of(1, 2, 3)));

    private static Candidate candidate(int a, int b) {
        return new Candidate(new SubmodelSpec(Map.of("a", a, "b", b)), Map.of("macs", 10.0 * a * b), new Evaluation(0.5, 1, 100));
    }

    private static List<Candidate> candidates(int... keeps) {
        return Stream.iterate(0, i -> i < keeps.length, i -> i + 2).map(i -> candidate(keeps[i], keeps[i + 1])).toList();
    }

    private static List<SubmodelSpec> specs(int... keeps) {
        return candidates(keeps).stream().map(Candidate::spec).toList();
    }

    private static Way way(Candidate end, List<List<SubmodelSpec>> paths, List<Candidate> visited) {
        return Way.to("tiny", end, paths, visited, spec -> candidate(spec.keep("a"), spec.keep("b")).costs());
    }

    private static List<SubmodelSpec> specs(Way way) {
        return way.steps().stream().map(Way.Step::spec).toList();
    }

    @Test
    void isTheOneThatTheSearchWentAsFarAsItWasChosen() {
        List<List<SubmodelSpec>> paths = List.of(specs(3, 3, 2, 3, 1, 3), specs(3, 3, 3, 2, 2, 2, 1, 2));
        Way way = way(candidate(2, 2), paths, candidates(3, 3, 2, 3, 2, 2));
        assertThat(specs(way)).isEqualTo(specs(3, 3, 3, 2, 2, 2));
        assertThat(way.steps().stream().map(Way.Step::score)).containsExactly(OptionalDouble.of(0.5), OptionalDouble.empty(), OptionalDouble.of(0.5));
        assertThat(way.steps().get(1).costs()).isEqualTo(Map.of("macs", 60.0));
        assertThat(specs(way(candidate(2, 2), List.of(specs(2, 3, 2, 2)), candidates(3, 3, 2, 2)))).isEqualTo(specs(3, 3, 2, 3, 2, 2));
        assertThat(way.removed(0, AXES)).isEmpty();
        assertThat(way.removed(2, AXES)).containsExactly("a 3 → 2");
    }

    @Test
    void isTheLongestThroughWhatWasVisitedIfItWentNone() {
        Way way = way(candidate(1, 1), List.of(specs(3, 3, 1, 3)), candidates(3, 3, 1, 1, 1, 3, 3, 1, 2, 1));
        assertThat(specs(way)).isEqualTo(specs(3, 3, 3, 1, 2, 1, 1, 1));
        assertThat(way.removed(1, AXES)).containsExactly("b 3 → 1");
    }

    @Test
    void endsWhereItBeginsIfTheFullModelWasChosen() {
        assertThat(specs(way(candidate(3, 3), List.of(), candidates(3, 3, 1, 1)))).isEqualTo(specs(3, 3));
    }
}
