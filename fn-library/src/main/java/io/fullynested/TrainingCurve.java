package io.fullynested;

import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How training went, epoch by epoch, as a table {@code epoch,step,loss,accuracy,learning_rate}: {@code training.csv}. Loss and score, which
 * stands under the name of its metric, are those of the submodels drawn in the epoch, on training images.
 */
public final class TrainingCurve implements TrainingListener {

    private static final String HEADER = "epoch,step,loss,%s,learning_rate";
    private static final Pattern HEADERS = Pattern.compile("epoch,step,loss,\\w+,learning_rate");

    private final TrainingListener next;
    private final List<Progress> epochs = Collections.synchronizedList(new ArrayList<>());

    /** Remembers. */
    public TrainingCurve() {
        this(TrainingListener.NONE);
    }

    /** @param next told all the same */
    public TrainingCurve(TrainingListener next) {
        this.next = next;
    }

    @Override
    public void resumed(long step, long steps, List<Progress> past) {
        epochs.addAll(past);
        next.resumed(step, steps, past);
    }

    @Override
    public void step(Progress progress) {
        next.step(progress);
    }

    @Override
    public void epoch(Progress progress) {
        epochs.add(progress);
        next.epoch(progress);
    }

    @Override
    public boolean cancelled() {
        return next.cancelled();
    }

    /** The last progress of each epoch so far. */
    public List<Progress> epochs() {
        synchronized (epochs) {
            return List.copyOf(epochs);
        }
    }

    /**
     * Writes the table of what was told so far; as a whole or not at all.
     *
     * @param metric what the score is of: {@code accuracy}
     */
    public void writeCsv(String metric, Path file) throws IOException {
        StringBuilder text = new StringBuilder(String.format(HEADER, metric.replace('-', '_'))).append('\n');
        for (Progress epoch : epochs()) {
            text.append(epoch.epoch()).append(',').append(epoch.step()).append(',').append(epoch.loss()).append(',').append(epoch.score())
                    .append(',').append(epoch.learningRate()).append('\n');
        }
        AtomicFile.writeText(file, text.toString());
    }

    /**
     * Reads what {@link #writeCsv} wrote.
     *
     * @return the epochs; none if there is no such file
     * @throws IOException if it cannot be read, or is no such table
     */
    public static List<Progress> readCsv(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        List<String> lines = InputFile.lines(file);
        List<Progress> epochs = new ArrayList<>();
        try {
            if (!HEADERS.matcher(lines.get(0)).matches()) {
                throw new IllegalArgumentException("the first line should be '" + String.format(HEADER, "accuracy") + "', found '" + lines.get(0) + "'");
            }
            String[] last = lines.get(lines.size() - 1).split(",");
            for (String line : lines.subList(1, lines.size())) {
                String[] cells = line.split(",");
                epochs.add(new Progress(Long.parseLong(cells[1]), Long.parseLong(last[1]), Integer.parseInt(cells[0]), Integer.parseInt(last[0]),
                        Double.parseDouble(cells[2]), Double.parseDouble(cells[3]), 0, 0, Double.parseDouble(cells[4])));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new UnreadableException(file, "damaged: " + e.getMessage(), e);
        }
        return epochs;
    }
}
