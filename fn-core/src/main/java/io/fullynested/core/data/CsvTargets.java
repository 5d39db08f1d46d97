package io.fullynested.core.data;

import io.fullynested.api.data.Target;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.Spelling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads targets from columns of a table.
 *
 * @param target  what they are
 * @param columns where they stand
 * @param numbers the number of each class, by name
 */
record CsvTargets(Target target, int[] columns, Map<String, Integer> numbers) {

    /**
     * What columns of a table hold.
     *
     * @param wanted  what they are to be read as
     * @param classes their names; if empty, all that there are, sorted
     */
    static CsvTargets of(CsvTable table, int[] columns, Target.Kind wanted, List<String> classes) throws UnreadableException {
        List<String> names = Arrays.stream(columns).mapToObj(table.columns()::get).toList();
        return switch (wanted) {
            case CLASS -> {
                if (columns.length != 1) {
                    throw new UnreadableException(table.path(), "a class stands in one column, 'label' names " + columns.length
                            + ". Maybe task: multi-label or task: regression?");
                }
                List<String> all = classes.isEmpty() ? sorted(table, columns[0]) : classes;
                Map<String, Integer> numbers = new HashMap<>();
                all.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
                yield new CsvTargets(Target.classes(all), columns, numbers);
            }
            case NUMBERS -> new CsvTargets(Target.numbers(names), columns, Map.of());
            case LABELS -> new CsvTargets(Target.labels(names), columns, Map.of());
            case NOTHING -> new CsvTargets(Target.nothing(), columns, Map.of());
            case CLASS_OF_PIXELS -> throw new UnreadableException(table.path(), "a table has no pixels. Maybe another task, or images?");
        };
    }

    private static List<String> sorted(CsvTable table, int column) {
        Set<String> texts = new TreeSet<>(table.rows().stream().map(row -> row.get(column)).toList());
        boolean numbers = texts.stream().allMatch(text -> text.matches("-?\\d{1,9}"));
        return numbers ? texts.stream().sorted((a, b) -> Integer.compare(Integer.parseInt(a), Integer.parseInt(b))).toList() : List.copyOf(texts);
    }

    /** Reads those of one row. */
    void read(CsvTable table, int row, float[] into, int from) throws UnreadableException {
        for (int k = 0; k < target.size(); k++) {
            into[from + k] = target.kind() == Target.Kind.CLASS ? label(table, row) : table.number(row, columns[k], "another column for 'label', or task: classification");
            if (target.kind() == Target.Kind.LABELS && into[from + k] != 0 && into[from + k] != 1) {
                throw new UnreadableException(table.place(row), "column '" + table.columns().get(columns[k]) + "' is "
                        + table.rows().get(row).get(columns[k]) + "; a label is 1 if it applies, 0 if not");
            }
        }
    }

    private int label(CsvTable table, int row) throws UnreadableException {
        String text = table.rows().get(row).get(columns[0]);
        Integer number = numbers.get(text);
        if (number == null) {
            throw new UnreadableException(table.place(row), "the class '" + text + "' is not among " + target.names()
                    + Spelling.maybe(text, target.names()));
        }
        return number;
    }
}
