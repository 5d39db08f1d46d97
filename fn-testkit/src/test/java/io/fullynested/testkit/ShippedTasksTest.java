package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.task.Task;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.task.Classification;
import io.fullynested.core.task.Imitate;
import io.fullynested.core.task.MultiLabel;
import io.fullynested.core.task.Regression;
import io.fullynested.core.task.Segmentation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each built-in task, with each of its losses. */
class ShippedTasksTest {

    @Test
    void noneIsLeftOut() {
        assertThat(Shipped.tried(this, TaskContract.class, TaskContract::task)).isEqualTo(Shipped.classes(FullyNestedPlugin::tasks)).isNotEmpty();
    }

    @Nested
    class Classes extends TaskContract {
        @Override
        protected Task task() {
            return Classification.standard();
        }
    }

    @Nested
    class BalancedClasses extends TaskContract {
        @Override
        protected Task task() {
            return new Classification(List.of("balanced"), Classification.Metric.BALANCED_ACCURACY, Optional.empty());
        }
    }

    @Nested
    class Squares extends TaskContract {
        @Override
        protected Task task() {
            return new Regression(Regression.Loss.MSE, 1, Optional.empty());
        }
    }

    @Nested
    class Huber extends TaskContract {
        @Override
        protected Task task() {
            return new Regression(Regression.Loss.HUBER, .7, Optional.empty());
        }
    }

    @Nested
    class Labels extends TaskContract {
        @Override
        protected Task task() {
            return new MultiLabel(MultiLabel.Metric.MACRO_F1, false, Optional.empty());
        }
    }

    @Nested
    class BalancedLabels extends TaskContract {
        @Override
        protected Task task() {
            return new MultiLabel(MultiLabel.Metric.MEAN_AVERAGE_PRECISION, true, Optional.empty());
        }
    }

    @Nested
    class Pixels extends TaskContract {
        @Override
        protected Task task() {
            return new Segmentation(List.of(), Optional.empty());
        }
    }

    @Nested
    class BalancedPixels extends TaskContract {
        @Override
        protected Task task() {
            return new Segmentation(List.of("balanced"), Optional.empty());
        }
    }

    @Nested
    class OutputsThemselves extends Imitation {
        OutputsThemselves() {
            super(Imitate.Loss.MSE);
        }
    }

    @Nested
    class Probabilities extends Imitation {
        Probabilities() {
            super(Imitate.Loss.KL);
        }
    }

    @Nested
    class Directions extends Imitation {
        Directions() {
            super(Imitate.Loss.COSINE);
        }
    }
}

/** Of logits in no unit. */
abstract class Imitation extends TaskContract {

    private final Imitate.Loss loss;

    Imitation(Imitate.Loss loss) {
        this.loss = loss;
    }

    @Override
    protected Task task() {
        return new Imitate(Path.of("teacher.safetensors"), loss, Optional.empty());
    }

    @Override
    protected Dataset data() {
        SplittableRandom random = new SplittableRandom(5);
        float[] logits = new float[60 * 5];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 2;
        }
        return ArrayDataset.ofFloats(Shape.image(1, 1, 1), Target.numbers(List.of("a", "b", "c", "d", "e")), new float[60], logits);
    }
}
