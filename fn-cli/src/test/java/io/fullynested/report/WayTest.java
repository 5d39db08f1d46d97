package io.fullynested.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import java.util.List;
import java.util.Map;
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

    @Test
    void isTheOneThatAGreedySearchWent() {
        // two ways down, of which the second crosses the first at 2,2
        List<Candidate> visited = candidates(3, 3, 3, 2, 2, 2, 2, 1, 2, 3, 1, 2);
        Way way = Way.to("tiny", candidate(2, 1), candidate(3, 3), visited);
        assertThat(way.steps()).isEqualTo(candidates(3, 3, 3, 2, 2, 2, 2, 1));
        assertThat(way.removed(0, AXES)).isEmpty();
        assertThat(way.removed(2, AXES)).containsExactly("a 3 → 2");
    }

    @Test
    void goesThroughPartsOnlyHoweverTheyWereVisited() {
        List<Candidate> visited = candidates(1, 1, 1, 3, 3, 1, 2, 1);
        Way way = Way.to("tiny", candidate(1, 1), candidate(3, 3), visited);
        assertThat(way.steps()).isEqualTo(candidates(3, 3, 3, 1, 2, 1, 1, 1));
        assertThat(way.removed(1, AXES)).containsExactly("b 3 → 1");
    }

    @Test
    void endsWhereItBeginsIfTheFullModelWasChosen() {
        assertThat(Way.to("all", candidate(3, 3), candidate(3, 3), candidates(3, 3, 1, 1)).steps()).isEqualTo(candidates(3, 3));
    }
}
