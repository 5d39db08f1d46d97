package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Candidate;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * A Pareto front as a table: one column for each cost, then the score, such as {@code validation_accuracy} (1 at most), {@code validation_loss} and
 * {@code selection}, in quotes as {@link SubmodelSpec#parse} reads it.
 */
public final class FrontCsv {

    /** Columns that are no costs. */
    private static final int OTHERS = 3;

    private FrontCsv() {
    }

    /**
     * Writes a file, in the place of one of that name if there is one.
     *
     * @param metric what scores are of: {@code accuracy}
     */
    public static void write(ParetoFront front, String metric, Path file) throws IOException {
        AtomicFile.writeText(file, text(front, metric));
    }

    /**
     * A submodel of a front.
     *
     * @param costs by name
     * @param score at most 1
     */
    public record Row(Map<String, Double> costs, double score, SubmodelSpec selection) {
    }

    /**
     * What stands in a file that {@link #write} wrote, row by row.
     *
     * @throws IOException if it cannot be read, or is no such table; the message names it, and the row
     */
    public static List<Row> read(Path file) throws IOException {
        List<String> rows = InputFile.lines(file);
        String[] header = rows.isEmpty() ? new String[0] : rows.get(0).split(",");
        if (header.length < OTHERS || !header[header.length - 1].equals("selection")) {
            throw new UnreadableException(file, "no table of a search; its first line does not end in ',selection'");
        }
        List<Row> front = new ArrayList<>();
        for (int row = 1; row < rows.size(); row++) {
            String[] parts = rows.get(row).split("\"", -1);
            String[] numbers = parts[0].split(",");
            try {
                if (parts.length != OTHERS || numbers.length != header.length - 1) {
                    throw new IllegalArgumentException("not " + header.length + " columns, the last in quotes: " + rows.get(row));
                }
                Map<String, Double> costs = new LinkedHashMap<>();
                for (int i = 0; i <= header.length - 1 - OTHERS; i++) {
                    costs.put(header[i], Double.valueOf(numbers[i]));
                }
                front.add(new Row(costs, Double.parseDouble(numbers[header.length - OTHERS]), SubmodelSpec.parse(parts[1])));
            } catch (IllegalArgumentException e) {
                throw new UnreadableException(file + ":" + (row + 1), e.getMessage(), e);
            }
        }
        return front;
    }

    private static String text(ParetoFront front, String metric) {
        TreeSet<String> costs = new TreeSet<>();
        front.candidates().forEach(candidate -> costs.addAll(candidate.costs().keySet()));
        List<String> header = new ArrayList<>(costs);
        header.addAll(List.of("validation_" + metric.replace('-', '_'), "validation_loss", "selection"));
        StringBuilder text = new StringBuilder(String.join(",", header)).append('\n');
        for (Candidate candidate : front.candidates()) {
            costs.forEach(cost -> text.append(number(candidate.costs().get(cost))).append(','));
            text.append(number(candidate.evaluation().score())).append(',').append(number(candidate.evaluation().loss()))
                    .append(",\"").append(candidate.spec()).append("\"\n");
        }
        return text.toString();
    }

    /** Without an exponent and without a fraction that says nothing. */
    private static String number(double value) {
        return Double.isFinite(value) ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() : String.valueOf(value);
    }
}
