package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceTest {

    @TempDir
    private Path folder;
    private final List<String> lines = new ArrayList<>(List.of("id,\"width, cm\",height,kind"));

    /** 40 rows of each of two classes; the width is the number of the row. */
    @BeforeEach
    void write() throws IOException {
        for (int i = 0; i < 80; i++) {
            lines.add("row" + i + "," + i + ".5, -1e3 ," + (i % 2 == 0 ? "rose" : "\"tu\"\"lip\""));
        }
        Files.write(folder.resolve("table.csv"), lines);
    }

    private static CsvSource source(Optional<String> validationPath, Optional<String> testPath, long seed) {
        return new CsvSource("table.csv", List.of("last"), List.of("id"), true, ",", List.of(), validationPath, testPath, 0.15, 0.1, seed);
    }

    private static List<Float> widths(Dataset data) {
        List<Float> widths = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            widths.add(Pixels.of(data, i)[0]);
        }
        return widths;
    }

    @Test
    void columnsAreChannelsInTheirOwnUnits() throws IOException {
        DataSource.Splits splits = source(Optional.empty(), Optional.empty(), 1).open(folder);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(2, 1, 1));
        assertThat(Pixels.of(splits.train(), 0)).containsExactly(widths(splits.train()).get(0), -1000);
        assertThat(splits.train().classes()).containsExactly("rose", "tu\"lip");
        for (int i = 0; i < splits.train().size(); i++) {
            assertThat(splits.train().label(i)).isEqualTo((int) Pixels.of(splits.train(), i)[0] % 2);
        }
    }

    @Test
    void rowsAreDrawnByTheSeedAndOfEachClassTheSameShare() throws IOException {
        DataSource.Splits splits = source(Optional.empty(), Optional.empty(), 1).open(folder);
        assertThat(List.of(splits.train().size(), splits.validation().size(), splits.test().size())).containsExactly(60, 12, 8);
        for (Dataset set : List.of(splits.train(), splits.validation(), splits.test())) {
            assertThat(Collections.frequency(Pixels.labels(set), 0)).isEqualTo(set.size() / 2);
        }
        assertThat(Stream.of(splits.train(), splits.validation(), splits.test()).flatMap(set -> widths(set).stream())).doesNotHaveDuplicates().hasSize(80);
        assertThat(widths(source(Optional.empty(), Optional.empty(), 1).open(folder).test())).isEqualTo(widths(splits.test()));
        assertThat(widths(source(Optional.empty(), Optional.empty(), 2).open(folder).test())).isNotEqualTo(widths(splits.test()));
    }

    @Test
    void setsMayBeFilesOfTheirOwn() throws IOException {
        Files.write(folder.resolve("other.csv"), lines.subList(0, 5));
        DataSource.Splits tested = source(Optional.empty(), Optional.of("other.csv"), 1).open(folder);
        assertThat(widths(tested.test())).containsExactly(.5f, 1.5f, 2.5f, 3.5f);
        assertThat(List.of(tested.train().size(), tested.validation().size())).containsExactly(68, 12);
        DataSource.Splits held = source(Optional.of("other.csv"), Optional.empty(), 1).open(folder);
        assertThat(List.of(held.train().size(), held.validation().size(), held.test().size())).containsExactly(72, 4, 8);
        DataSource.Splits both = source(Optional.of("other.csv"), Optional.of("other.csv"), 1).open(folder);
        assertThat(List.of(both.train().size(), both.validation().size(), both.test().size())).containsExactly(80, 4, 4);
    }

    @Test
    void namesMayBeMissingAndLabelsNumbers() throws IOException {
        Files.write(folder.resolve("table.csv"), Collections.nCopies(20, "10;2.5;\n2;3.5;\n\n"));
        DataSource.Splits splits = new CsvSource("table.csv", List.of("1"), List.of("3"), false, ";", List.of(), Optional.empty(), Optional.empty(),
                0.2, 0.2, 1).open(folder);
        assertThat(splits.train().classes()).containsExactly("2", "10");
        assertThat(splits.train().shape()).isEqualTo(Shape.image(1, 1, 1));
        assertThat(splits.train().size()).isEqualTo(24);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        lines.set(3, "row2,wide,1,rose");
        assertRefused("table.csv:4: column 'width, cm' is 'wide', not a number. Maybe leave the column out with 'ignore', or a column of 0 and 1 for "
                + "each of its values?");
        lines.set(3, "row2,NA,1,rose");
        assertRefused("is 'NA', not a number. Maybe fill it in, or leave the row out?");
        lines.set(3, "row2,\"1,5\",1,rose");
        assertRefused("is '1,5', not a number. Maybe a decimal point in the place of the comma?");
        lines.set(3, "row2,,1,rose");
        assertRefused("table.csv:4: column 'width, cm' is empty. Maybe fill it in");
        lines.set(3, "row2,1,rose");
        assertRefused("table.csv:4: 3 values in 4 columns. Maybe another separator than ','?");
        lines.set(3, "row2,\"1,1,rose");
        assertRefused("table.csv:4: a double quote is not closed");
        lines.set(3, "row2,1,1,rosa");
        Files.write(folder.resolve("table.csv"), lines);
        assertThatThrownBy(() -> new CsvSource("table.csv", List.of("kind"), List.of("id"), true, ",", List.of("rose", "tulip"), Optional.empty(),
                Optional.empty(), 0.1, 0.1, 1).open(folder)).hasMessageContaining("table.csv:3: the class 'tu\"lip' is not among [rose, tulip]");
        assertThatThrownBy(() -> new CsvSource("table.csv", List.of("kinds"), List.of(), true, ",", List.of(), Optional.empty(), Optional.empty(), 0.1, 0.1, 1)
                .open(folder)).hasMessageContaining("'label' names a column 'kinds', which is not there; there are id, width, cm, height, kind")
                .hasMessageContaining("Maybe 'kind'?");
        assertThatThrownBy(() -> source(Optional.of("nowhere.csv"), Optional.empty(), 1).open(folder)).hasMessageContaining("nowhere.csv: there is no such file");
        assertThatThrownBy(() -> new CsvSource("table.csv", List.of("last"), List.of(), true, "tab", List.of(), Optional.empty(), Optional.empty(), 0.1, 0.1, 1))
                .hasMessageContaining("separator is one character");
    }

    @Test
    void anotherSeparatorIsSuggested() throws IOException {
        Files.write(folder.resolve("table.csv"), List.of("id;width;kind", "1;2.5;rose"));
        for (String label : List.of("last", "kind")) {
            assertThatThrownBy(() -> new CsvSource("table.csv", List.of(label), List.of(), true, ",", List.of(), Optional.empty(), Optional.empty(), 0.1, 0.1, 1)
                    .open(folder)).hasMessageContaining("table.csv: it has one column, 'id;width;kind'. Maybe separator: ';'?");
        }
    }

    @Test
    void aColumnThatNumbersTheRowsIsTold() throws IOException {
        List<String> rows = new ArrayList<>(List.of("id,width,kind"));
        for (int i = 0; i < 40; i++) {
            rows.add((140 - i) + "," + i % 7 + "," + (i % 2 == 0 ? "rose" : "tulip"));
        }
        Files.write(folder.resolve("table.csv"), rows);
        assertThat(new CsvSource("table.csv", List.of("kind"), List.of(), true, ",", List.of(), Optional.empty(), Optional.empty(), 0.2, 0.2, 1).open(folder)
                .notes()).anySatisfy(note -> assertThat(note).endsWith("column 'id' numbers the rows, which tells nothing of others. Maybe ignore: [id]?"));
        assertThat(new CsvSource("table.csv", List.of("kind"), List.of("id"), true, ",", List.of(), Optional.empty(), Optional.empty(), 0.2, 0.2, 1).open(folder)
                .notes()).noneMatch(note -> note.contains("numbers the rows"));
    }

    private void assertRefused(String message) throws IOException {
        Files.write(folder.resolve("table.csv"), lines);
        assertThatThrownBy(() -> source(Optional.empty(), Optional.empty(), 1).open(folder)).isInstanceOf(IOException.class)
                .hasMessageContaining(message).hasMessageContaining(folder.toString());
    }
}
