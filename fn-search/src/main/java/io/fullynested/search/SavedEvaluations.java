package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An evaluator that finds in a file what was measured before, and adds to the file when it is closed. The first line is the key of the
 * file; another key, or a file that cannot be understood, and nothing is taken from it. Then a line for each evaluation
 * ({@code images,<number>,<score>,<loss>,"<selection>"}) and each divergence ({@code block,<number>,<divergence>,"<selection>"}).
 */
public final class SavedEvaluations implements Evaluator, AutoCloseable {

    private final Path file;
    private final String key;
    private final EvaluationCache cache;

    /**
     * Opens a file, or begins a new one.
     *
     * @param key tells all that the numbers depend on: the trained network, the images, the seed
     * @throws IOException if it cannot be read
     */
    public SavedEvaluations(Path file, String key, Evaluator evaluator) throws IOException {
        this.file = file;
        this.key = "# " + key;
        this.cache = new EvaluationCache(evaluator);
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (!lines.isEmpty() && lines.get(0).equals(this.key)) {
            lines.stream().skip(1).forEach(this::take);
        }
    }

    private void take(String line) {
        String[] halves = line.split("\"");
        String[] numbers = halves[0].split(",");
        try {
            SubmodelSpec spec = SubmodelSpec.parse(halves[1]);
            int part = Integer.parseInt(numbers[1]);
            if (numbers[0].equals("images")) {
                cache.put(spec, part, new Evaluation(Double.parseDouble(numbers[2]), Double.parseDouble(numbers[3]), part));
            } else {
                cache.put(spec, part, Double.parseDouble(numbers[2]));
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // a line cut short says nothing; what it said is measured again
        }
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
    public int blocks() {
        return cache.blocks();
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        return cache.divergences(specs, block);
    }

    /** Writes all that is known, as a whole or not at all. */
    @Override
    public void close() throws IOException {
        StringBuilder text = new StringBuilder(key).append('\n');
        cache.forEachEvaluation((spec, evaluation) -> text.append("images,").append(evaluation.images()).append(',')
                .append(evaluation.score()).append(',').append(evaluation.loss()).append(",\"").append(spec).append("\"\n"));
        cache.samples().forEach(sample -> text.append("block,").append(sample.block()).append(',').append(sample.divergence()).append(",\"")
                .append(sample.spec()).append("\"\n"));
        AtomicFile.write(file, out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
