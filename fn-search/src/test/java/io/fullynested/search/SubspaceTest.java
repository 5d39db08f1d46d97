package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SubspaceTest {

    private final AxisSpace whole = new AxisSpace(List.of(axis("a", 1, 2, 4), axis("b", 8, 16), axis("c", 1, 2, 3, 4, 5), axis("d", 2, 4)));

    @Test
    void frozenAxesAreNotSearched() {
        Subspace part = new Subspace(whole, Map.of("b", 8, "c", 5), List.of(), UnaryOperator.identity());
        assertThat(part.space().axes()).extracting(NestedAxis::id).containsExactly("a", "d");
        assertThat(part.whole(part.space().full())).hasToString("a=4,b=8,c=5,d=4");
        assertThat(part.whole(part.space().smallest())).hasToString("a=1,b=8,c=5,d=2");
    }

    @Test
    void tiedAxesMoveTogether() {
        Subspace part = new Subspace(whole, Map.of(), List.of(List.of("a", "c", "d")), UnaryOperator.identity());
        assertThat(part.space().axes()).extracting(NestedAxis::id).containsExactly("a+c+d", "b");
        NestedAxis tied = part.space().axes().get(0);
        assertThat(tied.keeps()).containsExactly(1, 2, 3, 4, 5);
        assertThat(tied.keeps().stream().map(keep -> part.whole(part.space().full().with("a+c+d", keep)).toString()))
                .containsExactly("a=1,b=16,c=1,d=2", "a=2,b=16,c=2,d=2", "a=2,b=16,c=3,d=4", "a=4,b=16,c=4,d=4", "a=4,b=16,c=5,d=4");
    }

    @Test
    void withoutEitherItIsTheWholeSpace() {
        Subspace part = new Subspace(whole, Map.of(), List.of(), UnaryOperator.identity());
        assertThat(part.space()).isEqualTo(whole);
        assertThat(part.whole(whole.smallest())).isEqualTo(whole.smallest());
    }

    @Test
    void selectionsOfOneSubmodelAreOne() {
        // of the smallest a nothing of c is used
        Subspace part = new Subspace(whole, Map.of("d", 2), List.of(), spec -> spec.keep("a") == 1 ? spec.with("c", 5).with("d", 4) : spec);
        assertThat(part.whole(part.space().smallest())).hasToString("a=1,b=8,c=5,d=2");
        assertThat(part.whole(part.space().smallest().with("a", 2))).hasToString("a=2,b=8,c=1,d=2");
    }

    @Test
    void refusesWhatIsNotThere() {
        refuses(Map.of("e", 1), List.of(), "There is no axis 'e'; the axes are [a, b, c, d]");
        refuses(Map.of("b", 9), List.of(), "Axis 'b' cannot keep 9; legal are [8, 16]");
        refuses(Map.of(), List.of(List.of("a", "e")), "There is no axis 'e'");
        refuses(Map.of("a", 1), List.of(List.of("a", "b")), "axis 'a' is frozen, so it cannot be tied");
        refuses(Map.of(), List.of(List.of("a", "b"), List.of("b", "c")), "axis 'b' is already tied");
    }

    private void refuses(Map<String, Integer> frozen, List<List<String>> tied, String message) {
        assertThatThrownBy(() -> new Subspace(whole, frozen, tied, UnaryOperator.identity())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }
}
