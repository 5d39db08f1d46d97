import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.framework.Summary;
import org.tensorflow.hadoop.util.TFRecordReader;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog;

/**
 * Reads event files with TensorFlow's own classes, checksums and all, and holds them against training.csv:
 * {@code ReadEvents LOGS/NAME OUT/training.csv}. Ends with 1 where they differ.
 */
public final class ReadEvents {

    private record Row(int epoch, long step, String[] cells) {
    }

    /** Scalars of a run, tag → step → value, as TensorBoard has them: a start at a step takes away what was at it and later. */
    private static Map<String, TreeMap<Long, Float>> read(Path run) throws IOException {
        Map<String, TreeMap<Long, Float>> scalars = new TreeMap<>();
        List<Path> files;
        try (Stream<Path> all = Files.list(run)) {
            files = all.filter(file -> file.getFileName().toString().contains("tfevents")).sorted().toList();
        }
        int starts = 0;
        for (Path file : files) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                TFRecordReader records = new TFRecordReader(in, true);
                for (byte[] record = records.read(); record != null; record = records.read()) {
                    Event event = Event.parseFrom(record);
                    if (event.getWhatCase() == Event.WhatCase.SESSION_LOG && event.getSessionLog().getStatus() == SessionLog.SessionStatus.START) {
                        starts++;
                        scalars.values().forEach(steps -> steps.tailMap(event.getStep(), true).clear());
                    }
                    for (Summary.Value value : event.getSummary().getValueList()) {
                        scalars.computeIfAbsent(value.getTag(), tag -> new TreeMap<>()).put(event.getStep(), value.getSimpleValue());
                    }
                }
            }
        }
        System.out.printf("%s: %d files, %d starts, %s%n", run.getFileName(), files.size(), starts, scalars.keySet());
        return scalars;
    }

    private static int compare(List<Row> rows, String[] header, Map<String, TreeMap<Long, Float>> scalars, String tag, String column) {
        int at = List.of(header).indexOf(column);
        TreeMap<Long, Float> expected = new TreeMap<>();
        rows.stream().filter(row -> !row.cells()[at].isEmpty()).forEach(row -> expected.put(row.step(), Float.parseFloat(row.cells()[at])));
        boolean same = expected.equals(scalars.get(tag));
        System.out.printf("%s %s: %d values, %s%n", column, tag, expected.size(), same ? "the same" : "DIFFERENT: " + expected + " and " + scalars.get(tag));
        return same && !expected.isEmpty() ? 0 : 1;
    }

    public static void main(String[] args) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(args[1]));
        String[] header = lines.get(0).split(",");
        List<Row> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            rows.add(new Row(Integer.parseInt(cells[0]), Long.parseLong(cells[1]), cells));
        }
        String metric = header[3];
        Map<String, TreeMap<Long, Float>> train = read(Path.of(args[0], "train"));
        Map<String, TreeMap<Long, Float>> validation = read(Path.of(args[0], "validation"));
        Map<String, TreeMap<Long, Float>> smallest = read(Path.of(args[0], "smallest"));
        int different = compare(rows, header, train, "loss", "loss") + compare(rows, header, train, metric, metric)
                + compare(rows, header, train, "learning_rate", "learning_rate") + compare(rows, header, validation, "loss", "validation_loss")
                + compare(rows, header, validation, metric, "validation_" + metric) + compare(rows, header, smallest, "loss", "smallest_validation_loss")
                + compare(rows, header, smallest, metric, "smallest_validation_" + metric);
        System.exit(different == 0 ? 0 : 1);
    }
}
