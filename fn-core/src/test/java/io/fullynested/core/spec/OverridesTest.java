package io.fullynested.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverridesTest {

    private static final String YAML = """
            # a comment
            data: {kind: idx, path: 'a: b #c "d"'}
            training:
              epochs: 60   # many
              ordered-dropout: uniform
            search:
              strategy:
              budgets:
              - {name: large, macs: 800k}
              - name: tiny
                size: 20 KiB
            """;

    private static String set(String... pairs) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            values.put(pairs[i], pairs[i + 1]);
        }
        SpecFile<?> file = new SpecFile<>("a.yaml", YAML, new Overrides(values), null);
        assertThat(YamlText.of(YamlReader.read(file.text(), new ArrayList<>()).orElseThrow())).as("read and written again").isEqualTo(
                values.isEmpty() ? YamlText.of(YamlReader.read(YAML, new ArrayList<>()).orElseThrow()) : file.text());
        return file.text();
    }

    @Test
    void nothingSetLeavesTheFileAsItWasWritten() {
        assertThat(set()).isEqualTo(YAML);
    }

    @Test
    void valuesAreReplacedAndAddedAnywhere() {
        assertThat(set("training.epochs", "3", "training.optimizer.learning-rate", "0.1", "training.ordered-dropout.ratio", "2",
                "search.strategy.kind", "greedy", "search.budgets.tiny.size", "4 KiB", "search.budgets[0]", "{name: big, macs: 1M}",
                "export.format", "packed")).isEqualTo("""
                data: {kind: idx, path: "a: b #c \\"d\\""}
                training: {epochs: 3, ordered-dropout: {kind: uniform, ratio: 2}, optimizer: {learning-rate: 0.1}}
                search: {strategy: {kind: greedy}, budgets: [{name: big, macs: 1M}, {name: tiny, size: 4 KiB}]}
                export: {format: packed}
                """);
    }

    @Test
    void problemsNameTheirPlace() {
        List<Problem> problems = new ArrayList<>();
        YamlNode tree = YamlReader.read(YAML, problems).orElseThrow();
        new Overrides(Map.of("search.budgets[2].macs", "3")).over(tree, problems);
        assertThat(problems).singleElement().extracting(problem -> problem.in("a.yaml"))
                .isEqualTo("--set search.budgets[2].macs: there is no '[2]' in search.budgets, which is a list of 2");
        SpecFile<?> file = new SpecFile<>("a.yaml", YAML, new Overrides(Map.of("training.epochs", "3")), null);
        assertThat(file.refuse("training.epochs", "no")).hasMessage("--set training.epochs: no");
        assertThat(file.refuse("training.ordered-dropout", "no")).hasMessage("a.yaml:5: training.ordered-dropout: no");
    }
}
