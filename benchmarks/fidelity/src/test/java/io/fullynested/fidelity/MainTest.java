package io.fullynested.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

    @TempDir
    private Path folder;

    private Path csv;
    private final StringWriter console = new StringWriter();

    @BeforeEach
    void file() {
        csv = folder.resolve("results.csv");
    }

    private int run(String... more) {
        List<String> args = new ArrayList<>(List.of("--data", "../../examples/data/fashion-mnist", "--network", "src/test/resources/tiny.yaml",
                "--threads", "1", "--out", csv.toString()));
        args.addAll(List.of(more));
        if (!args.contains("--epochs")) {
            args.addAll(List.of("--epochs", "2"));
        }
        return Main.run(new PrintWriter(console, true), args.toArray(String[]::new));
    }

    private List<Row> rows(String recipe) throws IOException {
        return new Results(csv).read().stream().filter(row -> row.recipe().equals(recipe)).toList();
    }

    @Test
    void trainsAndMeasuresEveryPieceOnce() throws IOException {
        assertThat(run("--table", "channels", "--seeds", "1,2")).as(console.toString()).isZero();

        assertThat(rows("nested")).hasSize(8).extracting(Row::weightBits).containsOnly(32);
        assertThat(rows("twin")).hasSize(8).allSatisfy(row -> assertThat(row.trainMacs()).isEqualTo(3 * row.macs() * row.images()));
        assertThat(rows("twin")).extracting(Row::images).containsOnly(512L);
        assertThat(rows("truncated")).hasSize(6);
        Row full = rows("twin").get(0);
        Row nested = rows("nested").get(0);
        assertThat(nested.selection()).isEqualTo(full.selection());
        // as many epochs as cost about two twins, the last one not begun
        assertThat((double) nested.trainMacs() / full.trainMacs()).isBetween(1.3, 2.2);
        assertThat(nested.images()).isGreaterThan(2 * full.images());
        assertThat(folder.resolve("results.runs.txt")).content().contains("--table channels").contains("256 training and 4000 test images")
                .doesNotContain("--data", "--out", folder.toString());

        String before = Files.readString(csv);
        assertThat(run("--table", "channels", "--seeds", "1,2")).isZero();
        assertThat(csv).hasContent(before);
        assertThat(console.toString()).contains("channels: 10 of 10 pieces are done");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tuned", "tuned-weights"})
    void tunesEachSelectionOfTheNestedNetworkFurther(String recipe) throws IOException {
        assertThat(run("--table", "channels", "--seeds", "1", "--cost", "4", "--recipes", "nested")).as(console.toString()).isZero();
        List<Row> nested = rows("nested");
        Files.delete(csv);

        assertThat(run("--table", "channels", "--seeds", "1", "--cost", "4", "--recipes", recipe)).as(console.toString()).isZero();

        List<Row> tuned = rows(recipe);
        assertThat(tuned).extracting(Row::selection).isEqualTo(nested.stream().map(Row::selection).toList());
        double alone = 3.0 * 2 * 256 * nested.get(0).macs();
        assertThat(tuned.stream().mapToLong(Row::trainMacs).sum() / alone).as("in trainings of the full network").isBetween(2.8, 4.1);
        assertThat(tuned.subList(1, tuned.size())).allSatisfy(row -> {
            assertThat(row.images()).as("an epoch").isEqualTo(256);
            assertThat(row.trainMacs()).isEqualTo(3 * row.macs() * row.images());
        });
        assertThat(tuned).extracting(Row::testAccuracy).isNotEqualTo(nested.stream().map(Row::testAccuracy).toList());
        assertThat(folder.resolve("trainings")).isDirectoryContaining("glob:**.safetensors");
        try (Stream<Path> trainings = Files.list(folder.resolve("trainings"))) {
            assertThat(trainings).as("a longer nested one, a shorter one, and what that was tuned to").hasSize(1 + tuned.size());
        }
    }

    @ParameterizedTest
    @CsvSource({"channels, us-net", "channels, slimmable", "channels, nested-net", "channels, paper", "bits, adabits", "bits, any-precision", "bits, dorefa"})
    void trainsByTheRecipesOfPeers(String table, String recipe) throws IOException {
        assertThat(run("--table", table, "--seeds", "1", "--recipes", recipe)).as(console.toString()).isZero();

        assertThat(rows(recipe)).hasSize(table.equals("bits") ? 5 : 4).extracting(Row::testAccuracy).allMatch(accuracy -> accuracy > 5);
    }

    @Test
    void measuresTheHeldOutImagesWhenTuning() throws IOException {
        assertThat(run("--table", "layers", "--seeds", "1", "--recipes", "twin")).isZero();
        List<Row> tested = rows("twin");
        Files.delete(csv);

        assertThat(run("--table", "layers", "--seeds", "1", "--recipes", "twin", "--tuning")).isZero();
        assertThat(rows("twin")).extracting(Row::testAccuracy).isNotEqualTo(tested.stream().map(Row::testAccuracy).toList());
    }

    @Test
    void tablesShareTheTrainingsOfTheSameNetwork() throws IOException {
        assertThat(run("--table", "layers,paths", "--seeds", "1", "--recipes", "twin")).as(console.toString()).isZero();

        List<Row> twins = rows("twin");
        List<Row> full = twins.stream().filter(row -> row.macs() == twins.get(0).macs()).toList();
        assertThat(full).extracting(Row::table).containsExactly("layers", "paths");
        assertThat(full.get(0)).extracting(Row::testAccuracy, Row::trainMacs, Row::images)
                .containsExactly(full.get(1).testAccuracy(), full.get(1).trainMacs(), full.get(1).images());
        try (Stream<Path> kept = Files.list(folder.resolve("trainings"))) {
            assertThat(kept).hasSize(twins.size() - 1);
        }
    }

    @Test
    void goesOnWhereItWasStopped() throws IOException {
        assertThat(run("--table", "bits", "--seeds", "1", "--recipes", "twin")).as(console.toString()).isZero();
        List<Row> all = new Results(csv).read();
        assertThat(all).extracting(Row::recipe).containsOnly("twin", "truncated", "float32");
        assertThat(rows("float32")).singleElement().satisfies(row -> assertThat(row.weightBits()).isEqualTo(32));
        assertThat(rows("twin")).extracting(Row::weightBits).containsExactly(8, 6, 4, 3, 2);

        List<String> lines = Files.readAllLines(csv);
        lines.removeIf(line -> line.contains("twin") && line.contains("weights.bits=3"));
        Files.write(csv, lines);
        assertThat(run("--table", "bits", "--seeds", "1", "--recipes", "twin")).isZero();

        assertThat(console.toString()).contains("bits: 5 of 6 pieces are done");
        // the same seed gives the same network
        assertThat(new Results(csv).read()).extracting(Row::key, Row::testAccuracy, Row::trainMacs).containsExactlyInAnyOrderElementsOf(
                all.stream().map(row -> tuple(row.key(), row.testAccuracy(), row.trainMacs())).toList());
    }

    @Test
    void refusesToMixTrainingsOfDifferentLength() throws IOException {
        assertThat(run("--table", "layers", "--seeds", "1", "--recipes", "twin")).isZero();
        String before = Files.readString(csv);

        assertThat(run("--table", "layers", "--seeds", "1", "--recipes", "twin", "--epochs", "3")).isEqualTo(2);
        assertThat(console.toString()).contains("trained on 512 images, not on 768. Maybe");
        assertThat(csv).hasContent(before);
    }

    @Test
    void beginsNothingWhenTheTimeIsOver() {
        assertThat(run("--table", "joint", "--limit-minutes", "0")).isEqualTo(3);
        assertThat(console.toString()).contains("pieces left; the same command goes on from here");
        assertThat(csv).doesNotExist();
    }

    @Test
    void tablesOfAllLevelsHaveRecipesOfTheirOwn() throws IOException {
        String own;
        try (Stream<Path> files = Files.list(Path.of("recipes/joint"))) {
            own = files.map(file -> file.getFileName().toString().replace(".yaml", "")).sorted().collect(Collectors.joining(","));
        }
        assertThat(own).contains("nested,").contains("uniform");
        assertThat(run("--table", "ablation", "--recipes", own, "--limit-minutes", "0")).as(console.toString()).isEqualTo(3);
        assertThat(run("--table", "channels", "--recipes", "uniform")).isEqualTo(2);
        assertThat(console.toString()).contains("There is no file uniform.yaml in the folder recipes, nor in channels there");
    }

    @Test
    void tellsWhatIsWrongWithTheCommand() {
        assertThat(Stream.of(run("--table", "bit"), run("--table", "bits", "--recipes", "ofa"), run(),
                run("--table", "bits", "--epochs", "0"))).containsOnly(2);
        assertThat(console.toString()).contains("There is no table 'bit'", "There is no file ofa.yaml", "--table says which", "--epochs 0");
    }
}
