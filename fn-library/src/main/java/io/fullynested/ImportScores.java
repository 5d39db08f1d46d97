package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.engine.Recalibration;
import io.fullynested.core.engine.TaughtDataset;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * How good an imported network is on the validation images, as it lies in its folder: what a person looks at first.
 *
 * @param metric what the scores are of
 * @param source score of the source in onnxruntime; without labels, how far it agrees with the teacher that was made of it
 * @param begins score of the full network with its codes
 * @param notes  what a person should know
 */
record ImportScores(String metric, double source, double begins, List<String> notes) {

    /** Below this a source does not know these images. */
    private static final double UNKNOWN = 0.2;
    /** A source and itself with the statistics of these images should agree on that share. */
    private static final double AGREES = 0.9;

    /**
     * Measures it.
     *
     * @param statistics whether the source had batch norms of its own, which these images may not suit
     * @param stage      told what comes next, and how much of an import is done
     */
    static ImportScores of(SourceModel original, ImportedYaml yaml, boolean statistics, Settings own, Path folder, BiConsumer<Double, String> stage) throws IOException {
        try (FullyNested nested = FullyNested.open(folder.resolve(OnnxImport.SPEC), own)) {
            Dataset images = nested.data().validation();
            stage.accept(0.75, "asks the source");
            if (images instanceof TaughtDataset taught) {
                taught.ask();
            }
            nested.restTeacher();
            stage.accept(0.77, "asks the source");
            double score = original.score(nested.scorer(), images);
            double blind = nested.scorer().blind(images).map(Evaluation::score).orElse(0.);
            stage.accept(0.8, "measures");
            Path masters = folder.resolve(OnnxImport.CHECKPOINT);
            // as a SubmodelEvaluator measures it, but no images stay in memory for a next one
            double begins = score(nested, () -> IntegerBias.round(SubmodelExtractor.extract(recalibrated(nested, masters, nested))), images);
            double anew = yaml.labelled() ? score : 1;
            if (statistics) {
                stage.accept(0.9, "measures");
                try (FullyNested floating = FullyNested.open(yaml.source(), own)) {
                    anew = score(nested, () -> recalibrated(floating, masters, nested), images);
                }
            }
            return new ImportScores(nested.metric(), score, begins, notes(yaml, score, anew, blind));
        }
    }

    /** The full network, its batch norms measured on the images of another. Meanwhile its numbers are in LibTorch alone. */
    private static Model recalibrated(FullyNested network, Path masters, FullyNested images) throws IOException {
        Map<String, Tensor> statistics;
        try (Executable bound = images.backend().bind(full(network, masters), images.device())) {
            System.gc();
            statistics = Recalibration.once(images.data().train(), images.spec().training().recalibrationImages(), images.seed())
                    .statistics(bound, network.supernet().compile(network.supernet().axes().full()));
        }
        return full(network, masters).with(statistics);
    }

    private static Model full(FullyNested network, Path masters) throws IOException {
        return new Model(network.supernet().compile(network.supernet().axes().full()), network.parameters(Checkpoint.read(masters).tensors()));
    }

    private interface Reading {
        Model read() throws IOException;
    }

    private static double score(FullyNested nested, Reading model, Dataset images) throws IOException {
        try (Executable bound = nested.backend().bind(model.read(), nested.device())) {
            System.gc();
            return Outputs.evaluate(nested.scorer(), bound, images).score();
        }
    }

    private static List<String> notes(ImportedYaml yaml, double score, double anew, double blind) {
        List<String> notes = new ArrayList<>(yaml.notes());
        yaml.lack().ifPresent(lack -> notes.add("there are no labels (" + lack + "), so the network learns to answer as the source does"));
        yaml.range().ifPresent(range -> notes.add("these images hold numbers in " + range.get(0) + ".." + range.get(1) + ", and the source is fed them as they "
                + "are. Maybe it wants 0..1?"));
        yaml.budgetless().ifPresent(notes::add);
        String maybe = ". Maybe the source wants images in another range, --mean and --deviation, or these are none of what it was trained on?";
        if (yaml.labelled() && score < blind + UNKNOWN * (1 - blind)) {
            notes.add(String.format(Locale.ROOT, "the source is right on %.1f %% of these images, %s the %.1f %% of who sees none%s", 100 * score,
                    score > blind ? "hardly more than" : "no more than", 100 * blind, maybe.replace("?", ", or classes are in another order?")));
        } else if (yaml.labelled() ? anew - score > 1 - AGREES : anew < AGREES) {
            notes.add(String.format(Locale.ROOT, "in these images the source's batch norms find other statistics than those it was trained on: %s%s",
                    yaml.labelled() ? String.format(Locale.ROOT, "with them it would be right on %.1f %%, and is on %.1f %%", 100 * anew, 100 * score)
                            : String.format(Locale.ROOT, "with them it agrees with itself on %.1f %%", 100 * anew), maybe));
        }
        return notes;
    }
}
