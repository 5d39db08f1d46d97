package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of numbers with a column of classes, or of what else a task learns. Each column is a channel of an image of 1×1, {@code input: {channels: 4, height: 1,
 * width: 1}}, in its own unit: the network normalises it by the training rows. Sets are files of their own, or drawn from one, of each
 * class the same share. All rows are held in memory.
 */
public record CsvSource(
        @Option("the file, relative to the YAML file") String path,
        @Option(value = "the column of the class or the quantity, or a list of them for several quantities or labels: names, numbers from 1 if "
                + "there are no names, or last", byDefault = "last") List<String> label,
        @Option(value = "columns that are not read", byDefault = "[]") List<String> ignore,
        @Option(value = "whether the first row has the names of the columns", byDefault = "true") boolean header,
        @Option(value = "what stands between values: one character", byDefault = "','") String separator,
        @Option(value = "classes in the order of the logits; [] for all that there are, sorted", byDefault = "[]") List<String> classes,
        @Option("a file of the same columns to rank submodels by; if absent, rows of the first file") Optional<String> validationPath,
        @Option("a file of the same columns to report scores on; if absent, rows of the first file") Optional<String> testPath,
        @Option(value = "how many of the first file's rows to rank by, if there is no file: a share, of each class the same, or a count",
                byDefault = "15 %", min = 0.001) double validation,
        @Option(value = "how many of the first file's rows to report on, if there is no file: a share or a count", byDefault = "15 %", min = 0.001)
        double test,
        @Option(value = "of the draw of rows", byDefault = "1") long seed) implements DataSource {

    private static final String LAST = "last";

    /** @throws IllegalArgumentException if the separator is no single character, or a set is neither a share nor a count */
    public CsvSource {
        label = List.copyOf(label);
        ignore = List.copyOf(ignore);
        classes = List.copyOf(classes);
        if (separator.length() != 1) {
            throw new IllegalArgumentException("separator is one character, found '" + separator + "'. Maybe \"\\t\" in double quotes?");
        }
        Partition.of(validation, test, seed, Optional.empty());
    }

    @Override
    public Splits open(Path base) throws IOException {
        return open(base, Target.Kind.CLASS);
    }

    @Override
    public Splits open(Path base, Target.Kind wanted) throws IOException {
        return InputFile.read(InputFile.resolve(base, path), () -> read(base, wanted));
    }

    private Splits read(Path base, Target.Kind wanted) throws IOException {
        CsvTable first = read(base, path);
        CsvTargets targets = CsvTargets.of(first, targets(first, wanted), wanted, classes);
        Dataset rows = dataset(first, first, targets);
        Optional<Dataset> held = other(base, validationPath, first, targets);
        Optional<Dataset> reported = other(base, testPath, first, targets);
        Splits splits = Partition.of(validation, test, seed, Optional.empty()).of(rows, held, reported, first.path());
        List<String> notes = new ArrayList<>(splits.notes());
        for (int column : features(first, targets)) {
            if (first.numbersRows(column)) {
                String name = first.columns().get(column);
                notes.add(first.path() + ": column '" + name + "' numbers the rows, which tells nothing of others. Maybe ignore: [" + name + "]?");
            }
        }
        return new Splits(splits.train(), splits.validation(), splits.test(), notes);
    }

    /** The columns that go in. */
    private int[] features(CsvTable table, CsvTargets targets) throws UnreadableException {
        Set<Integer> left = Arrays.stream(targets.columns()).boxed().collect(Collectors.toSet());
        for (String name : ignore) {
            left.add(table.column(name, "ignore"));
        }
        return IntStream.range(0, table.columns().size()).filter(c -> !left.contains(c)).toArray();
    }

    private CsvTable read(Path base, String name) throws IOException {
        Path file = InputFile.resolve(base, name);
        if (!Files.isRegularFile(file)) {
            throw new UnreadableException(file, "there is no such file. Maybe it is not relative to the YAML file?");
        }
        return CsvTable.read(file, separator.charAt(0), header);
    }

    private Optional<Dataset> other(Path base, Optional<String> name, CsvTable first, CsvTargets targets) throws IOException {
        return name.isEmpty() ? Optional.empty() : Optional.of(dataset(read(base, name.get()), first, targets));
    }

    /** Where targets stand. A table without any may name the columns of what is not to be learnt. */
    private int[] targets(CsvTable table, Target.Kind wanted) throws UnreadableException {
        if (wanted == Target.Kind.NOTHING && label.equals(List.of(LAST))) {
            return new int[0];
        }
        int[] columns = new int[label.size()];
        for (int k = 0; k < columns.length; k++) {
            columns[k] = label.get(k).equals(LAST) ? table.columns().size() - 1 : table.column(label.get(k), "label");
        }
        return columns;
    }

    private Dataset dataset(CsvTable table, CsvTable first, CsvTargets targets) throws IOException {
        if (!table.columns().equals(first.columns())) {
            throw new UnreadableException(table.path(), "its columns are " + table.columns() + ", those of " + first.path().getFileName() + " are "
                    + first.columns());
        }
        int[] features = features(table, targets);
        if (features.length == 0) {
            table.requireColumns();
            throw new UnreadableException(table.path(), "no column is left beside the label and those in 'ignore'");
        }
        float[][] values = new float[table.rows().size()][features.length];
        float[] wanted = new float[values.length * targets.target().size()];
        for (int i = 0; i < values.length; i++) {
            targets.read(table, i, wanted, i * targets.target().size());
            for (int f = 0; f < features.length; f++) {
                values[i][f] = table.number(i, features[f], "leave the column out with 'ignore', or a column of 0 and 1 for each of its values");
            }
        }
        return ArrayDataset.ofTable(targets.target(), values, wanted);
    }
}
