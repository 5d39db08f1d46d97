package io.fullynested.fidelity;

import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What {@link DefaultRecipe} has measured, a line for each submodel. */
record DefaultRows(Path file) {

    private static final String HEADER = "set,cost,seed,submodel,epochs,share,images,seconds,accuracy";

    /**
     * A measured submodel.
     *
     * @param cost     of the training, in trainings of the plain network; 0 for that network itself
     * @param epochs   of the training
     * @param share    mean multiply-accumulates of a drawn submodel, in those of the full network
     * @param images   that it was measured on
     * @param seconds  wall time of the training
     * @param accuracy in percent
     */
    record Row(String set, double cost, long seed, String submodel, int epochs, double share, int images, double seconds, double accuracy) {

        String line() {
            return String.format(Locale.ROOT, "%s,%s,%d,\"%s\",%d,%.3f,%d,%.1f,%.2f", set, cost, seed, submodel, epochs, share, images, seconds, accuracy);
        }

        static Row parse(String line) {
            String[] quoted = line.split("\"");
            String[] first = quoted[0].split(",");
            String[] last = quoted[2].substring(1).split(",");
            return new Row(first[0], Double.parseDouble(first[1]), Long.parseLong(first[2]), quoted[1], Integer.parseInt(last[0]), Double.parseDouble(last[1]),
                    Integer.parseInt(last[2]), Double.parseDouble(last[3]), Double.parseDouble(last[4]));
        }
    }

    List<Row> read() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file).stream().skip(1).map(Row::parse).toList() : List.of();
    }

    boolean has(String set, double cost, long seed) throws IOException {
        return read().stream().anyMatch(row -> row.set().equals(set) && row.cost() == cost && row.seed() == seed);
    }

    void add(List<Row> rows) throws IOException {
        List<Row> all = new ArrayList<>(read());
        all.addAll(rows);
        String text = all.stream().map(Row::line).collect(Collectors.joining("\n", HEADER + "\n", "\n"));
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A line for each training, mean and standard deviation over its seeds. */
    String markdown() throws IOException {
        List<Row> rows = read();
        List<String> submodels = rows.stream().map(Row::submodel).distinct().filter(name -> !name.equals("plain")).toList();
        StringBuilder text = new StringBuilder("| set | cost | epochs | seeds | " + String.join(" | ", submodels)
                + " |\n|---|---:|---:|---:|" + "---:|".repeat(submodels.size()) + "\n");
        for (String set : rows.stream().map(Row::set).distinct().toList()) {
            for (double cost : rows.stream().filter(row -> row.set().equals(set)).map(Row::cost).distinct().sorted().toList()) {
                List<Row> training = rows.stream().filter(row -> row.set().equals(set) && row.cost() == cost).toList();
                text.append(String.format(Locale.ROOT, "| %s | %s | %d | %d |", set, cost == 0 ? "plain" : "" + cost, training.get(0).epochs(),
                        training.stream().map(Row::seed).distinct().count()));
                for (String submodel : submodels) {
                    List<Double> scores = training.stream().filter(row -> row.submodel().equals(cost == 0 && submodel.equals("full") ? "plain" : submodel))
                            .map(Row::accuracy).toList();
                    text.append(scores.isEmpty() ? "" : " " + Spread.of(scores)).append(" |");
                }
                text.append('\n');
            }
        }
        return text.toString();
    }
}
