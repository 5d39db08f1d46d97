package io.fullynested.core.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import io.fullynested.core.data.ArrayDataset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What tasks are about of networks that have several outputs. */
class TaskOutputsTest {

    private static final Map<String, Shape> OUTPUTS = outputs();
    private static final float[][] ROWS = {{0}, {0}, {0}, {0}};
    private static final Dataset QUANTITIES = ArrayDataset.ofTable(Target.numbers(List.of("a", "b", "c")), ROWS,
            new float[] {0, 10, -2, 2, 30, 2, 0, 10, 2, 2, 30, -2});

    private static Map<String, Shape> outputs() {
        Map<String, Shape> outputs = new LinkedHashMap<>();
        outputs.put("one", Shape.flat(1));
        outputs.put("two", Shape.flat(2));
        return outputs;
    }

    private static Regression regression(String output) {
        return new Regression(Regression.Loss.MSE, 1, Optional.ofNullable(output));
    }

    private static Classification classification(String output) {
        return new Classification(List.of(), Classification.Metric.ACCURACY, Optional.ofNullable(output));
    }

    private static Objective objective(Task task, Dataset data) {
        return new TaskOutputs(task, OUTPUTS).objective(data);
    }

    @Test
    void eachOutputTakesItsShareOfTheTarget() {
        Objective objective = objective(regression(null), QUANTITIES);
        float[] gradient = {7, 7, 7};
        // deviations 1, 10 and 2: (1 / 1)² of the one, the mean of (5 / 10)² and (4 / 2)² of the two
        assertThat(objective.loss(new float[] {1, 15, 2}, new float[] {0, 10, -2}, gradient)).isCloseTo((1 + (.25 + 4) / 2) / 2, within(1e-9));
        assertThat(gradient).containsExactly(new float[] {1, .025f, .5f}, within(1e-6f));
        assertThat(objective.moments().orElseThrow().mean()).containsExactly(1, 20, 0);
        assertThat(objective.moments().orElseThrow().deviation()).containsExactly(1, 10, 2);
        assertThat(objective.blind().orElseThrow()).containsExactly(1, 20, 0);
    }

    @Test
    void metricsAreMeansOverTheOutputsBesideTheirOwn() {
        Meter meter = objective(regression(null), QUANTITIES).meter();
        float[] target = new float[3];
        for (int i = 0; i < QUANTITIES.size(); i++) {
            QUANTITIES.readTarget(i, target, 0);
            meter.add(new float[] {target[0], 20, 0}, target);
        }
        assertThat(meter.metrics()).containsKeys("mae", "one.mae", "two.mae").containsEntry("one.r2", 1.).containsEntry("two.r2", 0.).containsEntry("r2", .5);
    }

    @Test
    void whatATaskIsNotAboutHasNoPartInIt() {
        Dataset classes = ArrayDataset.ofTable(List.of("x", "y"), new float[][] {{0}, {0}, {0}}, new int[] {0, 1, 1});
        Objective objective = objective(classification("two"), classes);
        float[] gradient = {7, 7, 7};
        assertThat(objective.loss(new float[] {1e9f, 3, 3}, new float[] {1}, gradient)).isCloseTo(Math.log(2), within(1e-9));
        assertThat(gradient).containsExactly(0, .5f, -.5f);
        assertThat(objective.decisions(new float[] {9, 1, 2})).containsExactly(1);
        assertThat(objective.divergence(new float[] {9, 1, 2}, new float[] {-9, 1, 2})).isCloseTo(0, within(1e-9));
        assertThat(objective.divergence(new float[] {9, 1, 2}, new float[] {9, 2, 1})).isGreaterThan(.1);
        assertThat(objective.moments()).isEmpty();
        Meter meter = objective.meter();
        meter.add(new float[] {9, 1, 2}, new float[] {1});
        meter.add(new float[] {9, 1, 2}, new float[] {0});
        assertThat(meter.metrics()).containsEntry("accuracy", .5).doesNotContainKey("two.accuracy");
    }

    @Test
    void aNamedOutputTakesTheWholeTarget() {
        Dataset two = ArrayDataset.ofTable(Target.numbers(List.of("a", "b")), ROWS, new float[] {0, 10, 2, 30, 0, 10, 2, 30});
        Objective objective = objective(regression("two"), two);
        assertThat(objective.moments().orElseThrow().mean()).containsExactly(0, 1, 20);
        assertThat(objective.moments().orElseThrow().deviation()).containsExactly(1, 1, 10);
        assertThat(objective.blind().orElseThrow()).containsExactly(0, 1, 20);
    }

    @Test
    void imitationIsOfEachOutputByItself() {
        Dataset taught = ArrayDataset.ofTable(Target.numbers(List.of("a", "b", "c")), ROWS,
                new float[] {1000, 1, 0, 3000, 0, 1, 1000, 1, 0, 3000, 0, 1});
        Objective squares = objective(new Imitate(Path.of("t"), Imitate.Loss.MSE, Optional.empty()), taught);
        // what is off by its deviation costs the same in each, whatever the units
        double one = squares.loss(new float[] {2000, 1, 0}, new float[] {1000, 1, 0}, new float[3]);
        double two = squares.loss(new float[] {1000, 1.5f, .5f}, new float[] {1000, 1, 0}, new float[3]);
        assertThat(one).isCloseTo(two, within(1e-6)).isCloseTo(.5, within(1e-6));
        Objective angles = objective(new Imitate(Path.of("t"), Imitate.Loss.COSINE, Optional.empty()), taught);
        assertThat(angles.loss(new float[] {1000, 0, 1}, new float[] {1000, 1, 0}, new float[3])).isCloseTo(.5, within(1e-6));
    }

    @Test
    void aSingleOutputIsSeenByTheTaskAlone() {
        Dataset classes = ArrayDataset.ofTable(List.of("x", "y"), new float[][] {{0}, {0}}, new int[] {0, 1});
        Map<String, Shape> one = Map.of("state", Shape.flat(2));
        assertThat(new TaskOutputs(classification(null), one).objective(classes)).isInstanceOf(ClassObjective.class);
        assertThat(new TaskOutputs(classification("state"), one).objective(classes)).isInstanceOf(ClassObjective.class);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new TaskOutputs(classification(null), OUTPUTS))
                .hasMessage("it needs the class of each image, so it is about one of the outputs one, two. Maybe output: two beside its kind?");
        assertThatThrownBy(() -> new TaskOutputs(regression("tow"), OUTPUTS))
                .hasMessage("it is about the output 'tow', which the network does not have. There are: one, two. Maybe 'two'?");
        assertThatThrownBy(() -> new TaskOutputs(classification("one"), OUTPUTS).check())
                .hasMessage("The output 'one' is a signal of shape 1, not logits of two classes or more. Maybe add a classifier block?");
        assertThatThrownBy(() -> new TaskOutputs(regression(null), OUTPUTS).check(Target.numbers(List.of("a", "b"))))
                .hasMessage("the outputs one, two give 3 numbers, but there are 2 to be learnt of each image. "
                        + "Maybe a task of one output alone, output: one beside its kind?");
        assertThatThrownBy(() -> new TaskOutputs(classification("two"), OUTPUTS).check(Target.classes(List.of("a", "b", "c"))))
                .hasMessage("output 'two': the data has 3 classes, the network 2. Maybe a last block {kind: classifier, classes: 3}?");
    }
}
