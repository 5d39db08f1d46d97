package io.fullynested.c;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.graph.Activate;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Concat;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Results lie where nothing else is that is still needed, in as many bytes as are held at once. */
class ArenaTest {

    /** Steps that take some of the results before them; every third may take the place of one. */
    private static List<Step> steps(Random random) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            List<Integer> inputs = i == 0 ? List.of() : random.ints(1 + random.nextInt(2), Math.max(0, i - 4), i).boxed().distinct().toList();
            boolean inPlace = i % 3 == 2;
            int elements = inPlace ? steps.get(inputs.get(0)).result().elements() : 1 + random.nextInt(40);
            Node node = new Node("node" + i, inPlace ? new Activate(Activation.RELU) : new Concat(), List.of(), Shape.flat(elements));
            steps.add(new Step(node, List.of(), inPlace ? inputs.subList(0, 1) : inputs, new Signal(elements, 1 + random.nextInt(8), false, 1)));
        }
        return steps;
    }

    private static int mostHeld(List<Step> steps) {
        int most = 0;
        for (int i = 0; i < steps.size(); i++) {
            int now = i;
            int held = 0;
            boolean replaces = false;
            for (int j = 0; j < i; j++) {
                int before = j;
                boolean last = steps.get(i).inputs().contains(j) && IntStream.range(now + 1, steps.size()).noneMatch(k -> steps.get(k).inputs().contains(before));
                boolean needed = IntStream.range(now, steps.size()).anyMatch(k -> steps.get(k).inputs().contains(before));
                held += needed ? steps.get(j).result().bytes() : 0;
                replaces |= last && steps.get(i).mayReplace(steps.get(j).result());
            }
            most = Math.max(most, held + (replaces ? 0 : steps.get(i).result().bytes()));
        }
        return most;
    }

    @Test
    void nothingIsOverwrittenThatIsNeeded() {
        int moved = 0;
        for (int seed = 1; seed <= 2000; seed++) {
            List<Step> steps = steps(new Random(seed));
            Arena arena = Arena.of(steps);
            assertThat(arena.bytes()).as("network %d", seed).isEqualTo(mostHeld(steps));
            int[] memory = new int[arena.bytes()];
            for (int i = 0; i < steps.size(); i++) {
                for (Arena.Move move : arena.moves().get(i)) {
                    System.arraycopy(memory, move.from(), memory, move.to(), move.bytes());
                    moved++;
                }
                for (int k = 0; k < steps.get(i).inputs().size(); k++) {
                    int input = steps.get(i).inputs().get(k);
                    int at = arena.reads().get(i).get(k);
                    assertThat(Arrays.copyOfRange(memory, at, at + steps.get(input).result().bytes())).as("what node%d reads, in network %d", i, seed)
                            .containsOnly(input + 1);
                }
                Arrays.fill(memory, arena.offsets()[i], arena.offsets()[i] + steps.get(i).result().bytes(), i + 1);
                int now = i;
                boolean replaces = steps.get(i).inputs().stream().anyMatch(input -> arena.reads().get(now).get(steps.get(now).inputs().indexOf(input))
                        .equals(arena.offsets()[now]));
                assertThat(!replaces || steps.get(i).inputs().stream().anyMatch(input -> steps.get(now).mayReplace(steps.get(input).result()))).isTrue();
            }
        }
        // rarely, and never without need: most networks have places for all
        assertThat(moved).isPositive();
    }
}
