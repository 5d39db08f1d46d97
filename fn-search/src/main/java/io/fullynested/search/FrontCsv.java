package io.fullynested.search;

import io.fullynested.api.search.Candidate;
import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A Pareto front as a table: one column for each cost, then {@code validation_accuracy} (0..1), {@code validation_loss} (nats) and
 * {@code selection}, in quotes as {@link io.fullynested.api.nesting.SubmodelSpec#parse} reads it.
 */
public final class FrontCsv {

    private FrontCsv() {
    }

    /** Writes a file, in the place of one of that name if there is one. */
    public static void write(ParetoFront front, Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(text(front).getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(ParetoFront front) {
        TreeSet<String> costs = new TreeSet<>();
        front.candidates().forEach(candidate -> costs.addAll(candidate.costs().keySet()));
        List<String> header = new ArrayList<>(costs);
        header.addAll(List.of("validation_accuracy", "validation_loss", "selection"));
        StringBuilder text = new StringBuilder(String.join(",", header)).append('\n');
        for (Candidate candidate : front.candidates()) {
            costs.forEach(cost -> text.append(number(candidate.costs().get(cost))).append(','));
            text.append(number(candidate.evaluation().accuracy())).append(',').append(number(candidate.evaluation().loss()))
                    .append(",\"").append(candidate.spec()).append("\"\n");
        }
        return text.toString();
    }

    /** Without an exponent and without a fraction that says nothing. */
    private static String number(double value) {
        return Double.isFinite(value) ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString() : String.valueOf(value);
    }
}
