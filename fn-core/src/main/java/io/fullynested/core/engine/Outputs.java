package io.fullynested.core.engine;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.task.Scores;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** What a model, recalibrated or extracted, says of images, and how good that is. */
public final class Outputs {

    private Outputs() {
    }

    /** The outputs for some images, {@code [n, …]}. */
    public static Tensor of(Executable model, LabelledImages images) {
        List<Tensor> outputs = new ArrayList<>();
        images.forEach(batch -> outputs.add(model.run(batch.images())));
        return Tensor.concat(outputs);
    }

    /** Score and loss on all images of a data set. */
    public static Evaluation evaluate(Scorer scorer, Executable model, Dataset data) {
        return evaluate(scorer, model, LabelledImages.of(data));
    }

    /** Score and loss on some images. */
    public static Evaluation evaluate(Scorer scorer, Executable model, LabelledImages images) {
        Scores scores = scorer.start();
        images.forEach(batch -> scores.add(model.run(batch.images()).data(), batch.targets(), batch.size()));
        return scores.evaluation();
    }
}
