package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A table of numbers with a column of classes. Each column is a channel of an image of 1×1, {@code input: {channels: 4, height: 1,
 * width: 1}}, in its own unit: the network normalises it by the training rows. Sets are files of their own, or drawn from one, of each
 * class the same share. All rows are held in memory.
 */
public record CsvSource(
        @Option("the file, relative to the YAML file") String path,
        @Option(value = "the column of the class: its name, its number from 1 if there are no names, or last", byDefault = "last") String label,
        @Option(value = "columns that are not read", byDefault = "[]") List<String> ignore,
        @Option(value = "whether the first row has the names of the columns", byDefault = "true") boolean header,
        @Option(value = "what stands between values: one character", byDefault = "','") String separator,
        @Option(value = "classes in the order of the logits; [] for all that there are, sorted", byDefault = "[]") List<String> classes,
        @Option("a file of the same columns to rank submodels by; if absent, rows of the first file") Optional<String> validationPath,
        @Option("a file of the same columns to report accuracy on; if absent, rows of the first file") Optional<String> testPath,
        @Option(value = "how many of the first file's rows to rank by, if there is no file: a share, of each class the same, or a count",
                byDefault = "15 %", min = 0.001) double validation,
        @Option(value = "how many of the first file's rows to report on, if there is no file: a share or a count", byDefault = "15 %", min = 0.001)
        double test,
        @Option(value = "of the draw of rows", byDefault = "1") long seed) implements DataSource {

    /** @throws IllegalArgumentException if the separator is no single character, or a set is neither a share nor a count */
    public CsvSource {
        ignore = List.copyOf(ignore);
        classes = List.copyOf(classes);
        if (separator.length() != 1) {
            throw new IllegalArgumentException("separator is one character, found '" + separator + "'. Maybe \"\\t\" in double quotes?");
        }
        Partition.of(validation, test, seed, Optional.empty());
    }

    @Override
    public Splits open(Path base) throws IOException {
        return InputFile.read(InputFile.resolve(base, path), () -> read(base));
    }

    private Splits read(Path base) throws IOException {
        CsvTable first = read(base, path);
        List<String> names = classes.isEmpty() ? sorted(first) : classes;
        Dataset rows = dataset(first, first, names);
        Optional<Dataset> held = other(base, validationPath, first, names);
        Optional<Dataset> reported = other(base, testPath, first, names);
        return Partition.of(validation, test, seed, Optional.empty()).of(rows, held, reported, first.path());
    }

    private CsvTable read(Path base, String name) throws IOException {
        Path file = InputFile.resolve(base, name);
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException(file, "there is no such file. Maybe it is not relative to the YAML file?");
        }
        return CsvTable.read(file, separator.charAt(0), header);
    }

    private Optional<Dataset> other(Path base, Optional<String> name, CsvTable first, List<String> names) throws IOException {
        return name.isEmpty() ? Optional.empty() : Optional.of(dataset(read(base, name.get()), first, names));
    }

    private List<String> sorted(CsvTable table) throws IOException {
        int column = labelColumn(table);
        Set<String> texts = new TreeSet<>(table.rows().stream().map(row -> row.get(column)).toList());
        boolean numbers = texts.stream().allMatch(text -> text.matches("-?\\d{1,9}"));
        return numbers ? texts.stream().sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b))).toList() : List.copyOf(texts);
    }

    private int labelColumn(CsvTable table) throws IOException {
        return label.equals("last") ? table.columns().size() - 1 : column(table, label, "label");
    }

    private static int column(CsvTable table, String name, String option) throws IOException {
        int index = table.columns().indexOf(name);
        if (index < 0) {
            throw new UnreadableException(table.path(), "'" + option + "' names a column '" + name + "', which is not there; there are "
                    + String.join(", ", table.columns()) + Spelling.maybe(name, table.columns()));
        }
        return index;
    }

    private Dataset dataset(CsvTable table, CsvTable first, List<String> names) throws IOException {
        if (!table.columns().equals(first.columns())) {
            throw new UnreadableException(table.path(), "its columns are " + table.columns() + ", those of " + first.path().getFileName() + " are "
                    + first.columns());
        }
        int labelled = labelColumn(table);
        Set<Integer> left = new LinkedHashSet<>(List.of(labelled));
        for (String name : ignore) {
            left.add(column(table, name, "ignore"));
        }
        int[] features = IntStream.range(0, table.columns().size()).filter(c -> !left.contains(c)).toArray();
        if (features.length == 0) {
            throw new UnreadableException(table.path(), "no column is left beside the label and those in 'ignore'");
        }
        Map<String, Integer> numbers = new HashMap<>();
        names.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
        List<float[]> values = new ArrayList<>();
        int[] labels = new int[table.rows().size()];
        for (int i = 0; i < labels.length; i++) {
            List<String> row = table.rows().get(i);
            String place = table.path() + ":" + table.lines().get(i);
            labels[i] = numbers.getOrDefault(row.get(labelled), -1);
            if (labels[i] < 0) {
                throw new UnreadableException(place, "the class '" + row.get(labelled) + "' is not among " + names
                        + Spelling.maybe(row.get(labelled), names));
            }
            values.add(new float[features.length]);
            for (int f = 0; f < features.length; f++) {
                values.get(i)[f] = number(row.get(features[f]), place, table.columns().get(features[f]));
            }
        }
        return ArrayDataset.ofTable(names, values.toArray(float[][]::new), labels);
    }

    private static float number(String text, String place, String column) throws UnreadableException {
        try {
            float number = Float.parseFloat(text);
            if (Float.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, as a number that is not finite is
        }
        throw new UnreadableException(place, "column '" + column + "'" + (text.isEmpty() ? " is empty. Maybe fill it in, or leave the row out?"
                : " is '" + text + "', not a number. Maybe leave the column out with 'ignore'?"));
    }
}
