package io.fullynested.check;

import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;

/** What a submodel, as it is exported, takes images for; of classes only. */
public final class ClassAnswers {

    private final int[] labels;
    private final int[] answers;

    private ClassAnswers(int[] labels, int[] answers) {
        this.labels = labels;
        this.answers = answers;
    }

    /** Asks the engine. */
    public static ClassAnswers of(TrainedSupernet net, SubmodelSpec spec, LabelledImages images) {
        float[] targets = images.targets();
        Tensor logits = net.outputs(spec, net.network().spec().export().format(net.graph(spec)), images);
        int numbers = logits.shape()[1];
        int[] labels = new int[targets.length];
        int[] answers = new int[targets.length];
        for (int i = 0; i < targets.length; i++) {
            labels[i] = (int) targets[i];
            // what holds no number is taken for some class
            answers[i] = Math.max(0, net.network().scorer().objective().decisions(Arrays.copyOfRange(logits.data(), i * numbers, (i + 1) * numbers))[0]);
        }
        return new ClassAnswers(labels, answers);
    }

    /** How many images there are. */
    public int size() {
        return labels.length;
    }

    /** The class that an image is of. */
    public int label(int image) {
        return labels[image];
    }

    /** The class that it is taken for. */
    public int answer(int image) {
        return answers[image];
    }

    /** Whether it is taken for what it is. */
    public boolean right(int image) {
        return labels[image] == answers[image];
    }

    /** How many images of each class are taken for each: {@code [class][answer]}. */
    public long[][] counts(int classes) {
        long[][] counts = new long[classes][classes];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][answers[i]]++;
        }
        return counts;
    }
}
