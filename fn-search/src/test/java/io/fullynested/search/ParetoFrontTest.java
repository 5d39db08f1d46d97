package io.fullynested.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Evaluation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParetoFrontTest {

    private final Candidate full = candidate(4, .9, .3, 100, 50);
    private final Candidate small = candidate(3, .8, .5, 60, 50);
    private final Candidate packed = candidate(2, .8, .4, 100, 20);

    @Test
    void leavesOutWhatIsDominated() {
        Candidate worse = candidate(5, .7, .1, 60, 50);
        Candidate bigger = candidate(6, .8, .1, 61, 50);
        Candidate equal = candidate(7, .8, .5, 60, 50);
        assertThat(ParetoFront.of(List.of(worse, bigger, full, small, packed, equal)).candidates()).containsExactly(full, small, packed);
        assertThat(ParetoFront.of(List.of(packed, small, full, equal, bigger, worse)).candidates()).containsExactly(packed, small, full);
    }

    @Test
    void equalsTheDefinitionOnRandomCandidates() {
        Random random = new Random(7);
        List<Candidate> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(candidate(i, random.nextInt(1000) / 1000.0, 0, random.nextInt(1000), random.nextInt(1000)));
        }
        List<Candidate> expected = all.stream().filter(a -> all.stream().noneMatch(b -> b != a
                && b.evaluation().score() >= a.evaluation().score()
                && b.costs().get("macs") <= a.costs().get("macs") && b.costs().get("size") <= a.costs().get("size"))).toList();
        assertThat(expected).hasSizeBetween(10, 190);
        assertThat(ParetoFront.of(all).candidates()).isEqualTo(expected);
    }

    @Test
    void theBestIsTheMostAccurateThatABudgetAllows() {
        ParetoFront front = ParetoFront.of(List.of(small, full, packed));
        assertThat(front.best(new Budget("all", Map.of("macs", 100.0)))).contains(full);
        assertThat(front.best(new Budget("fast", Map.of("macs", 99.0)))).contains(small);
        assertThat(front.best(new Budget("none", Map.of("macs", 99.0, "size", 49.0)))).isEmpty();
        assertThat(new ParetoFront(List.of(small, packed)).best(new Budget("tie", Map.of("macs", 100.0)))).contains(packed);
    }

    @Test
    void isWrittenAsATable(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("front.csv");
        Candidate slow = new Candidate(SubmodelSpec.parse("b=2,a=1"), Map.of("size", 1.25e9, "macs", 0.0), new Evaluation(.8845, 1e-5, 9));
        FrontCsv.write(new ParetoFront(List.of(full, slow)), "accuracy", file);
        assertThat(Files.readString(file)).isEqualTo("""
                macs,size,validation_accuracy,validation_loss,selection
                100,50,0.9,0.3,"a=4"
                0,1250000000,0.8845,0.00001,"a=1,b=2"
                """);
    }

    private static Candidate candidate(int keep, double accuracy, double loss, double macs, double size) {
        return new Candidate(new SubmodelSpec(Map.of("a", keep)), Map.of("macs", macs, "size", size), new Evaluation(accuracy, loss, 100));
    }
}
