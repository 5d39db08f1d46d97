package io.fullynested.cli;

import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.core.io.GrowingFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A host that finds in a file what it was asked to time before, in the same order, and adds to it what it times. */
final class SavedTimings implements Host, AutoCloseable {

    private final Host host;
    private final GrowingFile file;
    private int asked;

    /** @param key tells all that the order of the networks and their times depend on */
    SavedTimings(Path file, String key, Host host) throws IOException {
        this.host = host;
        this.file = new GrowingFile(file, key);
    }

    @Override
    public Timing time(Graph graph, int batch, int threads) {
        List<String> before = file.before();
        if (asked < before.size()) {
            double[] numbers = Arrays.stream(before.get(asked).split(" ")).mapToDouble(Double::parseDouble).toArray();
            if (numbers.length == graph.nodes().size() + 1) {
                asked++;
                return new Timing(numbers[0], Arrays.copyOfRange(numbers, 1, numbers.length));
            }
        }
        asked = before.size();
        Timing timing = host.time(graph, batch, threads);
        try {
            file.add(List.of(DoubleStream.concat(DoubleStream.of(timing.milliseconds()), Arrays.stream(timing.perNode())).mapToObj(Double::toString)
                    .collect(Collectors.joining(" "))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return timing;
    }

    @Override
    public double[] storedBytes(Graph graph, Optional<String> format) {
        return host.storedBytes(graph, format);
    }

    @Override
    public double fileBytes(Graph graph, Optional<String> format) {
        return host.fileBytes(graph, format);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
