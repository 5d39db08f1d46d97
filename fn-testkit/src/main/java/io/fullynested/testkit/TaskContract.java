package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Task} promises, tried on made-up data. Extend it in the tests of a plugin. */
public abstract class TaskContract {

    private static final float SURE = 30;

    /** The task under test. */
    protected abstract Task task();

    /** Data of the kind that it needs; where it needs none, what a teacher would say. By default made up. */
    protected Dataset data() {
        return TaskSamples.data(task().target());
    }

    /** What a network for such data gives. */
    protected Shape output() {
        return TaskSamples.output(data().target());
    }

    /** The output that is exactly right. By default the quantity itself, and logits that leave no doubt. */
    protected float[] perfect(float[] target) {
        return TaskSamples.perfect(data().target(), target, SURE);
    }

    private Objective objective() {
        return task().objective(data());
    }

    private static float[] target(Dataset data, int index) {
        float[] target = new float[data.target().size()];
        data.readTarget(index, target, 0);
        return target;
    }

    private static List<float[]> targets(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(i -> target(data, i)).toList();
    }

    /** As large as the right answers are, and mostly wrong. */
    private float[] wrong(SplittableRandom random, Objective objective) {
        float[] output = new float[output().elements()];
        for (int k = 0; k < output.length; k++) {
            double one = objective.moments().isPresent() ? objective.moments().get().deviation()[k] : 1;
            double zero = objective.moments().isPresent() ? objective.moments().get().mean()[k] : 0;
            output[k] = (float) (zero + one * (2 * random.nextGaussian() + .1));
        }
        return output;
    }

    private double score(Objective objective, List<float[]> outputs, List<float[]> targets) {
        var meter = objective.meter();
        for (int i = 0; i < outputs.size(); i++) {
            meter.add(outputs.get(i), targets.get(i));
        }
        Map<String, Double> metrics = meter.metrics();
        assertThat(metrics).as("metrics, of which the score is one").containsKey(task().scoreName());
        return metrics.get(task().scoreName());
    }

    /** The gradient is the derivative of the loss, and neither the output nor the target is written to. */
    @Test
    public final void theGradientIsThatOfTheLoss() {
        Objective objective = objective();
        SplittableRandom random = new SplittableRandom(1);
        for (float[] target : targets(data()).subList(0, 5)) {
            float[] output = wrong(random, objective);
            float[] before = output.clone();
            float[] wanted = target.clone();
            float[] gradient = new float[output.length];
            Arrays.fill(gradient, Float.NaN);
            assertThat(objective.loss(output, target, gradient)).as("loss").isFinite();
            assertThat(output).as("the output after its loss").isEqualTo(before);
            assertThat(target).as("the target after its loss").isEqualTo(wanted);
            float[] unused = new float[output.length];
            double greatest = IntStream.range(0, gradient.length).mapToDouble(k -> Math.abs(gradient[k])).max().orElseThrow();
            for (int k = 0; k < output.length; k++) {
                float step = (float) (1e-2 * (objective.moments().isPresent() ? objective.moments().get().deviation()[k] : 1));
                float[] more = output.clone();
                float[] less = output.clone();
                more[k] += step;
                less[k] -= step;
                double slope = (objective.loss(more, target, unused) - objective.loss(less, target, unused)) / ((double) more[k] - less[k]);
                assertThat((double) gradient[k]).as("derivative by output %d", k).isCloseTo(slope, within(1e-2 * greatest + 2e-2 * Math.abs(slope)));
            }
        }
    }

    /** Perfect answers score 1, others no more, and answers that are no numbers not as much as wrong ones. */
    @Test
    public final void perfectAnswersScoreOne() {
        Objective objective = objective();
        List<float[]> targets = targets(data());
        SplittableRandom random = new SplittableRandom(2);
        List<float[]> wrong = targets.stream().map(target -> wrong(random, objective)).toList();
        assertThat(score(objective, targets.stream().map(this::perfect).toList(), targets)).as("score of perfect answers").isCloseTo(1, within(1e-6));
        double other = score(objective, wrong, targets);
        assertThat(other).as("score of answers that have nothing to do with the targets").isLessThan(.9);
        List<float[]> none = targets.stream().map(target -> {
            float[] output = new float[output().elements()];
            Arrays.fill(output, Float.NaN);
            return output;
        }).toList();
        assertThat(score(objective, none, targets)).as("score of answers that are no numbers").isLessThanOrEqualTo(Math.max(0, other));
    }

    /** The order of the images changes nothing but the last digits. */
    @Test
    public final void theOrderOfTheImagesIsIrrelevant() {
        Objective objective = objective();
        List<float[]> targets = targets(data());
        SplittableRandom random = new SplittableRandom(3);
        List<float[]> outputs = targets.stream().map(target -> wrong(random, objective)).toList();
        int size = targets.size();
        List<Integer> order = IntStream.range(0, size).map(i -> i * 7 % size).boxed().toList();
        assertThat(order).as("numbers of images that are no multiple of 7").doesNotHaveDuplicates();
        var there = objective.meter();
        var mixed = objective.meter();
        for (int i = 0; i < size; i++) {
            there.add(outputs.get(i), targets.get(i));
            mixed.add(outputs.get(order.get(i)), targets.get(order.get(i)));
        }
        there.metrics().forEach((name, value) -> assertThat(mixed.metrics().get(name)).as(name).isCloseTo(value, within(1e-9 * Math.max(1, Math.abs(value)))));
    }

    /** Nothing diverges from itself, anything else does, and decisions are as many for one answer as for another. */
    @Test
    public final void divergenceIsADistance() {
        Objective objective = objective();
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 10; i++) {
            float[] one = wrong(random, objective);
            float[] other = wrong(random, objective);
            assertThat(objective.divergence(one, one)).as("divergence from itself").isCloseTo(0, within(1e-6));
            assertThat(objective.divergence(one, other)).as("divergence from another").isPositive().isFinite();
            assertThat(objective.decisions(one)).as("decisions").isEqualTo(objective.decisions(one.clone())).hasSameSizeAs(objective.decisions(other));
        }
    }

    /** What is said without looking at images is an output, and worse than being right. */
    @Test
    public final void blindAnswersAreNotPerfect() {
        Dataset data = data();
        Scorer scorer = new Scorer(task(), objective());
        scorer.objective().blind().ifPresent(answer -> assertThat(answer).as("the answer that sees nothing").hasSize(output().elements()));
        scorer.blind(data).ifPresent(blind -> assertThat(blind.score()).as("score of the answer that sees nothing").isLessThan(1).isNotNaN());
        int size = output().elements();
        float[] outputs = new float[data.size() * size];
        float[] targets = new float[data.size() * data.target().size()];
        for (int i = 0; i < data.size(); i++) {
            float[] target = target(data, i);
            System.arraycopy(perfect(target), 0, outputs, i * size, size);
            System.arraycopy(target, 0, targets, i * target.length, target.length);
        }
        Evaluation perfect = scorer.evaluate(new Tensor(new int[] {data.size(), size}, outputs), targets);
        scorer.blind(data).ifPresent(blind -> assertThat(perfect.loss()).as("loss of perfect answers").isLessThan(blind.loss()));
    }

    /** Networks of the right output are taken, others refused with what would do. */
    @Test
    public final void outputsThatDoNotFitAreRefused() {
        Task task = task();
        Shape output = output();
        task.check(output);
        task.check(output, data().target());
        Shape other = output.withChannels(output.channels() + 1);
        assertThatThrownBy(() -> task.check(other, data().target())).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("Maybe");
        assertThat(task.scoreName()).as("name of the metric").matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
        assertThat(task.outputs()).as("what networks give, which begins with a name").matches("[A-Za-z_]\\w* .+");
    }
}
