package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.core.io.GrowingFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * An evaluator that finds in a file what was measured before, and adds to the file what it measures, as it comes: a search that is killed
 * is repeated from there. The first line is the key of the file; another key, or a line that cannot be understood, and nothing is taken from
 * it. Then a line for each evaluation ({@code images,<number>,<score>,<loss>,"<selection>"}) and each divergence
 * ({@code block,<number>,<divergence>,"<selection>"}).
 */
public final class SavedEvaluations implements Evaluator, AutoCloseable {

    /** Submodels to measure before what was found is saved, at least. */
    private static final int AT_ONCE = 16;

    private final GrowingFile file;
    private final EvaluationCache cache;

    /**
     * Opens a file, or begins a new one.
     *
     * @param key tells all that the numbers depend on: the trained network, the images, the seed
     * @throws IOException if it cannot be read or written
     */
    public SavedEvaluations(Path file, String key, Evaluator evaluator) throws IOException {
        this.file = new GrowingFile(file, "# " + key);
        this.cache = new EvaluationCache(new Saving(evaluator));
        this.file.before().forEach(this::take);
    }

    private void take(String line) {
        try {
            String[] halves = line.split("\"");
            String[] numbers = halves[0].split(",");
            SubmodelSpec spec = SubmodelSpec.parse(halves[1]);
            int part = Integer.parseInt(numbers[1]);
            if (numbers[0].equals("images")) {
                cache.put(spec, part, new Evaluation(number(numbers[2]), number(numbers[3]), part));
            } else if (numbers[0].equals("block")) {
                cache.put(spec, part, number(numbers[2]));
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // what a damaged line said is measured again
        }
    }

    private static double number(String text) {
        double number = Double.parseDouble(text);
        if (Double.isNaN(number)) {
            throw new NumberFormatException("no evaluation is " + text);
        }
        return number;
    }

    @Override
    public int images() {
        return cache.images();
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        return cache.evaluate(specs, images);
    }

    @Override
    public int parallel() {
        return cache.parallel();
    }

    @Override
    public int blocks() {
        return cache.blocks();
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        return cache.divergences(specs, block);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Adds to the file what another evaluator measures. */
    private final class Saving implements Evaluator {

        private final Evaluator evaluator;

        Saving(Evaluator evaluator) {
            this.evaluator = evaluator;
        }

        @Override
        public int images() {
            return evaluator.images();
        }

        @Override
        public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
            return saved(specs, some -> evaluator.evaluate(some, images), (spec, found) -> "images," + images + "," + found.score() + ","
                    + found.loss() + ",\"" + spec + "\"");
        }

        @Override
        public int parallel() {
            return evaluator.parallel();
        }

        @Override
        public int blocks() {
            return evaluator.blocks();
        }

        @Override
        public List<Double> divergences(List<SubmodelSpec> specs, int block) {
            return saved(specs, some -> evaluator.divergences(some, block), (spec, found) -> "block," + block + "," + found + ",\"" + spec + "\"");
        }

        private <T> List<T> saved(List<SubmodelSpec> specs, Function<List<SubmodelSpec>, List<T>> measure, BiFunction<SubmodelSpec, T, String> line) {
            List<T> all = new ArrayList<>();
            int atOnce = Math.max(AT_ONCE, 2 * evaluator.parallel());
            for (int from = 0; from < specs.size(); from += atOnce) {
                List<SubmodelSpec> some = specs.subList(from, Math.min(from + atOnce, specs.size()));
                List<T> found = measure.apply(some);
                List<String> lines = new ArrayList<>();
                for (int i = 0; i < some.size(); i++) {
                    lines.add(line.apply(some.get(i), found.get(i)));
                }
                try {
                    file.add(lines);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                all.addAll(found);
            }
            return all;
        }
    }
}
