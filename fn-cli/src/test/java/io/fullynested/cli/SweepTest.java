package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {

    private static final String[] SWEEP = {"sweep", "@tiny.yaml", "--threads", "1", "--set", "training.epochs=1,3", "--set", "seed=1..2",
        "--set", "search.strategy=greedy", "--out", "@swept"};

    @TempDir
    static Path folder;

    private static TinyProject project;
    private static TinyProject.Outcome swept;

    @BeforeAll
    static void sweep() throws IOException {
        project = TinyProject.in(folder);
        swept = project.fn(SWEEP);
    }

    @Test
    void eachChoiceIsARunOfItsOwn() throws IOException {
        assertThat(swept.code()).as(swept.err()).isZero();
        List<String> rows = Files.readAllLines(project.path("swept/sweep.csv"));
        assertThat(rows.get(0)).isEqualTo("training.epochs,seed,search.strategy,full,small,tiny");
        assertThat(rows.subList(1, rows.size())).extracting(row -> row.replaceFirst("greedy.*", "greedy"))
                .containsExactly("1,1,greedy", "1,2,greedy", "3,1,greedy", "3,2,greedy");
        for (String choice : List.of("epochs=1,seed=1", "epochs=1,seed=2", "epochs=3,seed=1", "epochs=3,seed=2")) {
            String[] parts = choice.split("\\D+");
            assertThat(Files.readString(project.path("swept/" + choice + "/summary.json"))).contains("\"training.epochs\" : \"" + parts[1] + "\"",
                    "\"seed\" : " + parts[2] + ",", "\"macs\" : \"MACs\"");
        }
    }

    @Test
    void theFolderSaysWhereItComesFrom() throws IOException {
        assertThat(project.content("swept")).contains("run.json", "log.txt", "epochs=1,seed=2/run.json");
        assertThat(Files.readString(project.path("swept/run.json"))).contains("\"sweep\"", "\"tiny.yaml\"");
    }

    @Test
    void dataThatAreTheSameAreOpenedOnce() throws IOException {
        Settings settings = Settings.standard();
        try (SharedData shared = new SharedData(); FullyNested first = shared.open(project.path("tiny.yaml"), settings.withSeed(1));
                FullyNested second = shared.open(project.path("tiny.yaml"), settings.withSeed(2));
                FullyNested less = shared.open(project.path("tiny.yaml"), settings.withOverrides(Map.of("data.train-limit", "100")))) {
            assertThat(second.data().train()).isSameAs(first.data().train());
            assertThat(less.data().train().size()).isEqualTo(100);
        }
    }

    @Test
    void scoresAreMeansOverSeeds() throws IOException {
        assertThat(swept.out().lines()).anyMatch(line -> line.matches(" +seeds +full +small +tiny"))
                .anyMatch(line -> line.matches("epochs=1 +2( +\\d+\\.\\d\\d ± \\d+\\.\\d\\d %){3}"))
                .anyMatch(line -> line.matches("epochs=3 +2( +\\d+\\.\\d\\d ± \\d+\\.\\d\\d %){3}"));
        assertThat(Files.readString(project.path("swept/compare.html"))).contains("Over seeds", "epochs=3,seed=2", "Fronts of validation accuracy over macs");
    }

    @Test
    void whatEndedIsNotRunAgain() throws IOException {
        Path journal = project.path("swept/epochs=1,seed=2/summary.json");
        byte[] before = Files.readAllBytes(journal);
        var again = project.fn(SWEEP);
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("is there already");
        assertThat(Files.readAllBytes(journal)).isEqualTo(before);
    }

    @Test
    void runsAreComparedByNameAndDescription() throws IOException {
        var compared = project.fn("compare", "@swept/epochs=1,seed=1", "@swept/epochs=3,seed=1", "--out", "@page.html");
        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out().lines()).anyMatch(line -> line.matches("test accuracy +full +small +tiny"))
                .anyMatch(line -> line.matches("training.epochs +1 +3")).noneMatch(line -> line.startsWith("seed"));
        assertThat(Files.readString(project.path("page.html"))).contains("class=\"run run1\"").doesNotContain("{{");
        var nowhere = project.fn("compare", "@swept/epochs=1,seed=1", "@data", "--out", "@other.html");
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains(project.path("data") + ": no folder of a run that ended");
        assertThat(project.path("other.html")).doesNotExist();
    }

    @Test
    void aReportIsWrittenAgainWithoutMeasuring() throws IOException {
        Path run = project.path("swept/epochs=3,seed=2");
        String report = Files.readString(run.resolve("report.html"));
        String evaluations = Files.readString(run.resolve("evaluations.csv"));
        Files.delete(run.resolve("report.html"));
        var again = project.fn("report", "@swept/epochs=3,seed=2", "--threads", "1");
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(Files.readString(run.resolve("report.html"))).isEqualTo(report);
        assertThat(Files.readString(run.resolve("evaluations.csv"))).isEqualTo(evaluations);
        assertThat(project.fn("report", "@data").err()).contains("no folder of a run that ended; it has no summary.json");
    }

    @Test
    void aReportTellsOfNothingElseThanWasExported() throws IOException {
        Moment.copy(project.path("swept/epochs=3,seed=1"), Files.createDirectories(project.path("copies")).resolve("other"));
        Path summary = project.path("copies/other/summary.json");
        String small = Files.readString(summary).replaceFirst("(\"selection\" : \\{[^}]*\"weights.bits\" : )\\d", "$19");
        Files.writeString(summary, small);
        List<String> before = project.content("copies/other");
        byte[] report = Files.readAllBytes(project.path("copies/other/report.html"));
        var refused = project.fn("report", "@copies/other");
        assertThat(refused.code()).as(refused.err()).isEqualTo(1);
        assertThat(refused.err()).contains("for the budget small, the search finds another submodel now than the run exported");
        assertThat(project.content("copies/other")).isEqualTo(before);
        assertThat(project.path("copies/other/report.html")).hasBinaryContent(report);
    }

    @Test
    void whatCannotVaryIsToldBeforeAnythingIsTrained() {
        Map<String, String> wrong = Map.of("training.epochs=3", "nothing varies", "training.epochs=1,1", "a value is there twice",
                "training.epochs=1,many", "--set training.epochs", "seed=3..1", "not from a number to a greater one", "seed=1,x", "not a whole number",
                "training.epochs=1,,2", "a value is missing");
        wrong.forEach((set, message) -> {
            var refused = project.fn("sweep", "@tiny.yaml", "--set", set, "--out", "@refused");
            assertThat(refused.code()).as(set).isEqualTo(2);
            assertThat(refused.err()).as(set).contains(message);
            assertThat(project.path("refused")).doesNotExist();
        });
    }

    @Test
    void listsAreOneValue() {
        assertThat(Variations.of(Map.of("a.keeps", "[.5, 1],[.25, 1]"))).extracting(choice -> choice.values().get("a.keeps"))
                .containsExactly("[.5, 1]", "[.25, 1]");
        assertThat(Variations.of(Map.of("a.size", "1,2", "b.size", "3,4")).get(0).name().split(",")).containsExactlyInAnyOrder("a.size=1", "b.size=3");
    }
}
