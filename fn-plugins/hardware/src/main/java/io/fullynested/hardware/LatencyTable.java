package io.fullynested.hardware;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.plugin.Option;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * A machine by a table of times that were measured on it, operator by operator: {@code latency}, the sum over a network (Cai et al.,
 * ProxylessNAS, ICLR 2019, appendix B, build such tables for phones). {@code ./fn measure} makes one with onnxruntime.
 *
 * <p>An operator whose shape is in the table takes the time there. One of the same extents in pixels, between two in the table, takes the
 * time between theirs, by its multiply-accumulates or else by the numbers that it reads and writes. Any other takes what a ridge
 * regression over those of its kind says: on multiply-accumulates, numbers read, numbers written and weights.
 */
public record LatencyTable(
        @Option(value = "images at once", byDefault = "1", min = 1) int batch,
        @Option(value = "threads within an operator", byDefault = "1", min = 1) int threads,
        @Option("what was measured") List<Row> rows) implements Device {

    /** How often {@link #time} times each network. */
    public static final int ROUNDS = 3;

    /** What was measured of one operator. */
    public record Row(
            @Option("what it does, with all but its extents") String operator,
            @Option("shape of its first input: 32x14x14, or 64 for a vector") String in,
            @Option("shape of its result") String out,
            @Option(value = "multiply-accumulates", byDefault = "0", min = 0) double macs,
            @Option(value = "number of weights", byDefault = "0", min = 0) double weights,
            @Option(value = "how long it takes, its share of what a run takes beside included", unit = "ms", min = 0) double time) {

        /** @throws IllegalArgumentException if a shape is none */
        public Row {
            OperatorShape.shape(in);
            OperatorShape.shape(out);
        }

        private static Row of(OperatorShape shape, double time) {
            return new Row(shape.operator(), OperatorShape.text(shape.in()), OperatorShape.text(shape.out()), shape.macs(), shape.weights(), time);
        }

        OperatorShape shape() {
            return new OperatorShape(operator, OperatorShape.shape(in), OperatorShape.shape(out), macs, weights);
        }
    }

    /** @throws IllegalArgumentException if there are no rows */
    public LatencyTable {
        rows = List.copyOf(rows);
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("the table has no rows. Maybe make one with ./fn measure?");
        }
    }

    /**
     * Times networks in {@value #ROUNDS} rounds, and tells the least median of each: a machine that is slower for a while then is so for all of
     * them, not for those whose turn it was.
     *
     * @param timed told after each time how many there are, of {@value #ROUNDS} for each network
     * @return one for each network, in order
     */
    public static List<Host.Timing> time(List<Graph> networks, Host host, int batch, int threads, IntConsumer timed) {
        List<Host.Timing> fastest = new ArrayList<>();
        for (int turn = 0; turn < ROUNDS * networks.size(); turn++) {
            int network = turn % networks.size();
            Host.Timing timing = host.time(networks.get(network), batch, threads);
            if (turn == network) {
                fastest.add(timing);
            } else if (timing.milliseconds() < fastest.get(network).milliseconds()) {
                fastest.set(network, timing);
            }
            timed.accept(turn + 1);
        }
        return fastest;
    }

    /**
     * The table of networks that were timed. An operator that several of them have gets the median of its times.
     *
     * @param timings one for each network, with that batch and so many threads
     */
    public static LatencyTable of(List<Graph> networks, List<Host.Timing> timings, int batch, int threads) {
        Map<String, OperatorShape> shapes = new TreeMap<>();
        Map<String, List<Double>> times = new TreeMap<>();
        for (int i = 0; i < networks.size(); i++) {
            Graph graph = networks.get(i);
            for (int node = 0; node < graph.nodes().size(); node++) {
                if (!graph.node(node).outputs().isEmpty()) {
                    continue;
                }
                OperatorShape shape = OperatorShape.of(graph, graph.node(node));
                shapes.put(shape.toString(), shape);
                times.computeIfAbsent(shape.toString(), none -> new ArrayList<>()).add(timings.get(i).perNode()[node]);
            }
        }
        return new LatencyTable(batch, threads, shapes.entrySet().stream()
                .map(shape -> Row.of(shape.getValue(), Numbers.median(times.get(shape.getKey())))).toList());
    }

    /**
     * How well the regression fills holes: it predicts each fifth of the rows from the others, operators of no time left out.
     *
     * @return the median of |prediction − time| / time over all rows, NaN if there are fewer than ten
     */
    public double heldOutError() {
        List<Row> timed = rows.stream().filter(row -> row.time() > 0).toList();
        List<Double> errors = new ArrayList<>();
        for (int fold = 0; fold < 5 && timed.size() >= 10; fold++) {
            List<Row> known = new ArrayList<>();
            List<Row> unknown = new ArrayList<>();
            for (int i = 0; i < timed.size(); i++) {
                (i % 5 == fold ? unknown : known).add(timed.get(i));
            }
            OperatorTimes times = new OperatorTimes(known);
            unknown.forEach(row -> errors.add(Math.abs(times.regress(row.shape()) - row.time()) / row.time()));
        }
        return errors.isEmpty() ? Double.NaN : Numbers.median(errors);
    }

    @Override
    public Map<String, CostModel> costs() {
        return Map.of("latency", new Latency(this, new OperatorTimes(rows)));
    }

    /**
     * The file of this device.
     *
     * @param name    what budgets call it
     * @param comment lines to stand above
     */
    public String yaml(String name, List<String> comment) {
        StringBuilder text = new StringBuilder();
        comment.forEach(line -> text.append("# ").append(line).append('\n'));
        text.append("device:\n  name: ").append(name).append("\n  kind: latency-table\n  batch: ").append(batch).append("\n  threads: ").append(threads)
                .append("\n  rows:\n");
        for (Row row : rows) {
            text.append(String.format(Locale.ROOT, "    - {operator: %s, in: %s, out: %s, macs: %.0f, weights: %.0f, time: %.6f ms}%n", row.operator(),
                    row.in(), row.out(), row.macs(), row.weights(), row.time()));
        }
        return text.toString();
    }

    private record Latency(LatencyTable table, OperatorTimes times) implements CostModel {

        @Override
        public String unit() {
            return "ms";
        }

        @Override
        public double cost(Graph graph) {
            return Arrays.stream(perNode(graph)).sum();
        }

        @Override
        public double[] perNode(Graph graph) {
            return graph.nodes().stream().mapToDouble(node -> node.outputs().isEmpty() ? time(graph, node).milliseconds() : 0).toArray();
        }

        private OperatorTimes.Time time(Graph graph, Node node) {
            return times.of(OperatorShape.of(graph, node));
        }

        @Override
        public Optional<String> caveat(Graph graph) {
            List<OperatorTimes.Time> all = graph.nodes().stream().filter(node -> node.outputs().isEmpty()).map(node -> time(graph, node)).toList();
            long measured = count(all, OperatorTimes.Source.MEASURED);
            long guessed = count(all, OperatorTimes.Source.EXTRAPOLATED);
            if (guessed == all.size()) {
                throw new IllegalArgumentException("of " + all.size() + " operators of the network, 0 are in the table or between those that are. "
                        + "Maybe make a table for it with ./fn measure?");
            }
            double error = table.heldOutError();
            return guessed == 0 ? Optional.empty() : Optional.of(String.format(Locale.ROOT, "%d of %d operators were measured, %d extrapolated, %s",
                    measured, all.size(), guessed, Double.isNaN(error) ? "from too few to tell how well" : String.format(Locale.ROOT,
                            "which misses what was measured by %.0f %% in the median", 100 * error)));
        }

        private static long count(List<OperatorTimes.Time> times, OperatorTimes.Source source) {
            return times.stream().filter(time -> time.source() == source).count();
        }

        @Override
        public String toString() {
            return table.toString();
        }

        /** What is measured may take longer for less. */
        @Override
        public boolean monotone() {
            return false;
        }
    }
}
