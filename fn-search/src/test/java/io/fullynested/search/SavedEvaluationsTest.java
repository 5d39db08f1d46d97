package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchProblem;
import io.fullynested.api.search.SearchResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavedEvaluationsTest {

    private final SyntheticProblem net = new SyntheticProblem(List.of(axis("x", 1, 2, 3), axis("y", 1, 2, 3)),
            spec -> Map.of("cost", 1.0 * spec.keep("x") * spec.keep("y")), spec -> 1.0 / spec.keep("x") + .7 / spec.keep("y"));

    @TempDir
    private Path folder;

    private SearchResult search(String key) throws IOException {
        net.measured.clear();
        try (SavedEvaluations saved = new SavedEvaluations(folder.resolve("evaluations.csv"), key, net)) {
            return new PredictorSearch(5, 2, 2, 1).search(new SearchProblem(net.space(), net.costs(), saved,
                    List.of(new Budget("small", Map.of("cost", 4.0)), new Budget("tiny", Map.of("cost", 2.0))), Progress.NONE, 1));
        }
    }

    @Test
    void theSameSearchMeasuresNothingAgainAndFindsTheSame() throws IOException {
        SearchResult first = search("one");
        assertThat(net.measured).isNotEmpty();
        assertThat(search("one")).isEqualTo(first);
        assertThat(net.measured).isEmpty();
    }

    @Test
    void anotherNetworkStartsAnew() throws IOException {
        search("one");
        search("two");
        assertThat(net.measured).isNotEmpty();
        search("two");
        assertThat(net.measured).isEmpty();
    }

    @Test
    void linesCutShortAreMeasuredAgain() throws IOException {
        SearchResult first = search("one");
        Path file = folder.resolve("evaluations.csv");
        String text = Files.readString(file);
        Files.writeString(file, text.substring(0, text.length() - 9));
        Files.writeString(file, "nonsense\n\nimages,x\n", StandardOpenOption.APPEND);
        assertThat(search("one")).isEqualTo(first);
        assertThat(net.measured).hasSize(1);
    }

    @Test
    void whatIsNoNumberAndWhatIsNoTextAreMeasuredAgain() throws IOException {
        SearchResult first = search("one");
        Path file = folder.resolve("evaluations.csv");
        List<String> lines = new ArrayList<>(Files.readAllLines(file, StandardCharsets.ISO_8859_1));
        lines.set(1, lines.get(1).replaceFirst("^(\\w+,\\d+),[^,]+", "$1,NaN"));
        lines.set(2, lines.get(2).replaceFirst("\"(.)", "\"\u00ff$1"));
        Files.write(file, lines, StandardCharsets.ISO_8859_1);
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("NaN", "\u00ff");
        assertThat(search("one")).isEqualTo(first);
        assertThat(net.measured).hasSize(2);
    }
}
