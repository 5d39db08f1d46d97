package io.fullynested;

import io.fullynested.api.search.Evaluation;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.training.ForwardingListener;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How training went, epoch by epoch, as a table: {@code training.csv}. Its columns are {@code epoch,step,loss,accuracy,learning_rate}, of the
 * submodels drawn in the epoch, on training images; then {@code validation_loss,validation_accuracy} of the full network and
 * {@code smallest_validation_loss,smallest_validation_accuracy} of the smallest, empty for epochs at whose end they were not measured; and
 * {@code kept}, 1 for the epoch whose masters training gave, else 0. Scores stand under the name of their metric.
 */
public final class TrainingCurve extends ForwardingListener {

    private static final String HEADER = "epoch,step,loss,%1$s,learning_rate,validation_loss,validation_%1$s,smallest_validation_loss,"
            + "smallest_validation_%1$s,kept";
    /** Tables of older versions end after the learning rate. */
    private static final Pattern HEADERS = Pattern.compile("epoch,step,loss,(\\w+),learning_rate"
            + "(,validation_loss,validation_\\1,smallest_validation_loss,smallest_validation_\\1,kept)?");

    private final List<Progress> epochs = Collections.synchronizedList(new ArrayList<>());
    private final List<Validated> validated = Collections.synchronizedList(new ArrayList<>());
    private volatile int kept;

    /** Remembers. */
    public TrainingCurve() {
        this(TrainingListener.NONE);
    }

    /** @param next told all the same */
    public TrainingCurve(TrainingListener next) {
        super(next);
    }

    @Override
    public void resumed(long step, long steps, List<Progress> past, List<Validated> measured) {
        epochs.addAll(past);
        validated.addAll(measured);
        super.resumed(step, steps, past, measured);
    }

    @Override
    public void epoch(Progress progress) {
        epochs.add(progress);
        super.epoch(progress);
    }

    @Override
    public void validated(Validated at) {
        validated.add(at);
        super.validated(at);
    }

    @Override
    public void ended(int all, int epoch) {
        kept = epoch;
        super.ended(all, epoch);
    }

    /** The last progress of each epoch so far. */
    public List<Progress> epochs() {
        synchronized (epochs) {
            return List.copyOf(epochs);
        }
    }

    /** What validation images gave, at the ends of some of the epochs. */
    public List<Validated> validated() {
        synchronized (validated) {
            return List.copyOf(validated);
        }
    }

    /** The epoch, counted from 1, whose masters training gave: mostly the last; 0 as long as training is not over. */
    public int kept() {
        return kept;
    }

    /**
     * What a person should know of how training ended: that it was stopped early, or that what it gave is not of its last epoch.
     *
     * @param metric what the score is of
     */
    public Optional<String> outcome(String metric) {
        List<Progress> all = epochs();
        if (all.isEmpty() || kept == 0) {
            return Optional.empty();
        }
        Progress last = all.get(all.size() - 1);
        Optional<Validated> best = validated().stream().filter(at -> at.epoch() == kept).findFirst();
        boolean early = last.epoch() < last.epochs();
        if (!early && kept == last.epoch() || best.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(String.format(Locale.ROOT, "%s; the network is that of epoch %d, with validation %s %.2f %%, of the smallest %.2f %%",
                early ? "Stopped early, after epoch " + last.epoch() + " of " + last.epochs() : "All " + last.epochs() + " epochs are done", kept, metric,
                100 * best.get().full().score(), 100 * best.get().smallest().score()));
    }

    /**
     * Writes the table of what was told so far; as a whole or not at all.
     *
     * @param metric what the score is of: {@code accuracy}
     */
    public void writeCsv(String metric, Path file) throws IOException {
        StringBuilder text = new StringBuilder(String.format(HEADER, metric.replace('-', '_'))).append('\n');
        Map<Integer, Validated> measured = new HashMap<>();
        validated().forEach(at -> measured.put(at.epoch(), at));
        for (Progress epoch : epochs()) {
            text.append(epoch.epoch()).append(',').append(epoch.step()).append(',').append(epoch.loss()).append(',').append(epoch.score())
                    .append(',').append(epoch.learningRate()).append(',');
            Validated at = measured.get(epoch.epoch());
            text.append(at == null ? ",,," : at.full().loss() + "," + at.full().score() + "," + at.smallest().loss() + "," + at.smallest().score())
                    .append(',').append(epoch.epoch() == kept ? 1 : 0).append('\n');
        }
        AtomicFile.writeText(file, text.toString());
    }

    /**
     * Reads what {@link #writeCsv} wrote, of older versions too.
     *
     * @return without times, and without how many validation images there were; no epochs if there is no such file
     * @throws IOException if it cannot be read, or is no such table
     */
    public static TrainingCurve readCsv(Path file) throws IOException {
        TrainingCurve curve = new TrainingCurve();
        if (!Files.exists(file)) {
            return curve;
        }
        List<String> lines = InputFile.lines(file);
        try {
            if (!HEADERS.matcher(lines.get(0)).matches()) {
                throw new IllegalArgumentException("the first line should be '" + String.format(HEADER, "accuracy") + "', found '" + lines.get(0) + "'");
            }
            int columns = lines.get(0).split(",").length;
            String[] last = lines.get(lines.size() - 1).split(",");
            for (String line : lines.subList(1, lines.size())) {
                String[] cells = line.split(",");
                if (cells.length != columns) {
                    throw new IllegalArgumentException("a line should have " + columns + " columns, found '" + line + "'");
                }
                curve.add(cells, Long.parseLong(last[1]), Integer.parseInt(last[0]));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new UnreadableException(file, "damaged: " + e.getMessage(), e);
        }
        return curve;
    }

    private void add(String[] cells, long steps, int last) {
        int epoch = Integer.parseInt(cells[0]);
        long step = Long.parseLong(cells[1]);
        epochs.add(new Progress(step, steps, epoch, last, Double.parseDouble(cells[2]), Double.parseDouble(cells[3]), 0, 0, Double.parseDouble(cells[4])));
        if (cells.length > 5 && !cells[5].isEmpty()) {
            validated.add(new Validated(epoch, step, new Evaluation(Double.parseDouble(cells[6]), Double.parseDouble(cells[5]), 0),
                    new Evaluation(Double.parseDouble(cells[8]), Double.parseDouble(cells[7]), 0)));
        }
        if (cells.length > 5 ? cells[9].equals("1") : epoch == last) {
            kept = epoch;
        }
    }
}
