package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SubmodelEvaluatorTest {

    private static final int CLASSES = 3;

    private final FakeEngine engine = new FakeEngine();
    private final Supernet supernet = supernet();
    private final Parameters masters = new Parameters(supernet.masters().stream()
            .collect(Collectors.toMap(MasterParameter::name, master -> Tensor.zeros(master.shape()))), new MidRise(2));
    private final SubmodelEvaluator evaluator = evaluator(engine, 700);

    @Test
    void recalibratesEachSubmodelOnTheSameTrainingImages() {
        evaluator.evaluate(List.of(supernet.axes().full(), supernet.axes().smallest()), 10);
        assertThat(engine.recalibrated).hasSize(2);
        assertThat(engine.recalibrated.get(0)).hasSize(50).isEqualTo(engine.recalibrated.get(1));
        assertThat(new HashSet<>(engine.recalibrated.get(0))).hasSize(50);
    }

    @Test
    void looksAtTheSameFirstImagesInShuffledOrder() {
        evaluator.evaluate(List.of(supernet.axes().full()), 700);
        assertThat(engine.run).extracting(List::size).containsExactly(250, 250, 200);
        List<Integer> all = engine.seen();
        assertThat(all).doesNotHaveDuplicates().hasSize(700);
        assertThat(all.stream().sorted().toList()).isNotEqualTo(all);
        evaluator.evaluate(List.of(supernet.axes().smallest()), 260);
        assertThat(engine.seen()).containsExactlyElementsOf(all.subList(0, 260));
    }

    @Test
    void looksAtWhatItHasNotSeenOnly() {
        List<SubmodelSpec> specs = List.of(supernet.axes().full(), supernet.axes().smallest());
        List<List<Evaluation>> growing = new ArrayList<>();
        List<List<Evaluation>> fresh = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int images : new int[] {125, 600, 250, 700}) {
            growing.add(evaluator.evaluate(specs, images));
            order.addAll(engine.seen());
            fresh.add(evaluator(new FakeEngine(), 700).evaluate(specs, images));
        }
        assertThat(growing).isEqualTo(fresh);
        assertThat(engine.recalibrated).hasSize(2);
        assertThat(order).hasSize(2 * 700);
        assertThat(new HashSet<>(order)).hasSize(700);
    }

    @Test
    void measuresEachSubmodelInOrder() {
        List<SubmodelSpec> specs = List.of(supernet.axes().full(), supernet.axes().smallest());
        List<Evaluation> evaluations = evaluator.evaluate(specs, 700);
        // the full network takes 3 of 4 images for what they are; the smallest is always undecided
        double confident = Math.log(Math.exp(4) + 2);
        assertThat(evaluations.get(0).score()).isEqualTo(.75);
        assertThat(evaluations.get(0).loss()).isCloseTo(.75 * (confident - 4) + .25 * confident, within(1e-5));
        assertThat(evaluations.get(1).loss()).isCloseTo(Math.log(3), within(1e-5));
        assertThat(evaluations.get(1).score()).isCloseTo(1 / 3.0, within(.002));
        assertThat(evaluations).extracting(Evaluation::images).containsOnly(700);
    }

    @Test
    void divergesOnBlocksWithoutARecalibration() {
        assertThat(evaluator.blocks()).isEqualTo(14);
        SubmodelSpec full = supernet.axes().full();
        List<Double> found = evaluator.divergences(List.of(supernet.axes().smallest(), full), 13);
        // the reference, the smallest, the full: the same last 50 images each, by whose own statistics they are normalised
        assertThat(engine.recalibrated).hasSize(3);
        List<Integer> last = engine.run.get(0);
        assertThat(last).hasSize(50);
        assertThat(engine.run).hasSize(3).allMatch(last::equals);
        assertThat(engine.recalibrated).allMatch(last::equals);
        // p is e^4 : 1 : 1, q undecided
        double p = Math.exp(4) / (Math.exp(4) + 2);
        double expected = p * Math.log(3 * p) + (1 - p) * Math.log(3 * (1 - p) / 2);
        assertThat(found.get(0)).isCloseTo(expected, within(1e-6));
        assertThat(found.get(1)).isZero();
        evaluator.divergences(List.of(full), 13);
        assertThat(engine.run).as("the reference is remembered").hasSize(4);
        assertThatThrownBy(() -> evaluator.divergences(List.of(full), 14)).hasMessage("There is no block 14 of images; there are 14");
    }

    @Test
    void fewImagesAreOneBlock() {
        SubmodelEvaluator few = evaluator(engine, 30);
        assertThat(few.blocks()).isEqualTo(1);
        few.divergences(List.of(supernet.axes().smallest()), 0);
        assertThat(engine.run.get(0)).hasSize(30);
    }

    @Test
    void evaluatesOnAnotherSetInItsOwnOrder() {
        Counted test = new Counted(400);
        assertThat(evaluator.evaluate(supernet.axes().full(), test).score()).isEqualTo(.75);
        assertThat(engine.seen()).isSorted().hasSize(400);
        Tensor logits = evaluator.outputs(supernet.axes().full(), test, 5);
        assertThat(logits.shape()).containsExactly(5, CLASSES);
        assertThat(Arrays.copyOf(logits.data(), 6)).containsExactly(0, 4, 0, 0, 4, 0);
    }

    @Test
    void givesTheStatisticsOfASubmodel() {
        assertThat(evaluator.statistics(supernet.axes().full())).containsOnlyKeys("units/norm/mean", "units/norm/variance");
        Set<String> added = new HashSet<>(evaluator.recalibrated(supernet.axes().full()).parameters().tensors().keySet());
        added.removeAll(masters.tensors().keySet());
        assertThat(added).containsExactlyInAnyOrder("units/norm/mean", "units/norm/variance");
    }

    @Test
    void refusesMoreImagesThanThereAre() {
        List<SubmodelSpec> specs = List.of(supernet.axes().full());
        assertThatThrownBy(() -> evaluator.evaluate(specs, 701)).hasMessage("Cannot look at 701 validation images; there are 700");
        assertThatThrownBy(() -> evaluator.evaluate(specs, 0)).hasMessageContaining("Cannot look at 0");
    }

    @Test
    void nothingIsAtWorkAfterAFailure() throws InterruptedException {
        Slow slow = new Slow();
        SubmodelEvaluator two = new SubmodelEvaluator(supernet, masters, Scorer.classification(new Counted(600)),
                slow, ComputeDevice.CPU, 2, new Counted(600), new Counted(700), 1, 50);
        List<SubmodelSpec> specs = supernet.axes().stream().toList();
        assertThat(specs).hasSizeGreaterThan(1);
        List<SubmodelSpec> many = Collections.nCopies(20, specs).stream().flatMap(List::stream).toList();
        assertThatThrownBy(() -> two.evaluate(many, 10)).hasMessage("broken");
        int calls = slow.calls.get();
        assertThat(calls).isLessThan(many.size());
        assertThat(slow.atWork).isFalse();
        assertThat(slow.open()).as("executables that were not closed").isZero();
        Thread.sleep(100);
        assertThat(slow.calls).hasValue(calls);
    }

    /** A backend that takes its time, but for the second call, which fails at once. */
    private static final class Slow extends FakeBackend {

        private final FakeEngine fake = new FakeEngine();
        private final AtomicInteger calls = new AtomicInteger();
        private volatile boolean atWork;

        private <T> T slowly(Supplier<T> work) {
            if (calls.incrementAndGet() == 2) {
                throw new IllegalStateException("broken");
            }
            atWork = true;
            try {
                Thread.sleep(50);
                return work.get();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                atWork = false;
            }
        }

        @Override
        public Tensor run(Model model, Tensor images) {
            return slowly(() -> fake.run(model, images));
        }

        @Override
        public Map<String, Tensor> recalibrate(Model model, Tensor images) {
            return slowly(() -> fake.recalibrate(model, images));
        }
    }

    private SubmodelEvaluator evaluator(Backend engine, int images) {
        return new SubmodelEvaluator(supernet, masters, Scorer.classification(new Counted(600)), engine, ComputeDevice.CPU, 1, new Counted(600), new Counted(images), 1, 50);
    }

    private static Supernet supernet() {
        NestingOptions.Level halves = new NestingOptions.Level(List.of(.5, 1.), 1, NestingOptions.Granularity.LAYER);
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(1, 1, 2),
                List.of(new NetworkSpec.Block("units", new DenseBlock(4, Nonlinearity.RELU), true, Optional.empty()),
                        new NetworkSpec.Block("classifier", new Classifier(CLASSES), true, Optional.empty())),
                new NestingOptions(halves, halves, halves, halves),
                new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2))));
    }

    /** Image i holds i / 1024 and its label i mod 3, wrong for every fourth image. */
    private record Counted(int size) implements Dataset {
        @Override
        public Shape shape() {
            return Shape.image(1, 1, 2);
        }

        @Override
        public List<String> classes() {
            return List.of("a", "b", "c");
        }

        @Override
        public int label(int index) {
            return index % CLASSES;
        }

        @Override
        public void read(int index, float[] into, int from) {
            into[from] = index / 1024f;
            into[from + 1] = (index % 4 == 0 ? index + 1 : index) % CLASSES;
        }
    }

    /** The logit of the label that stands in an image is 4, if the network is whole; else all are 0. */
    private static final class FakeEngine extends FakeBackend {
        private final List<List<Integer>> recalibrated = new ArrayList<>();
        private final List<List<Integer>> run = new ArrayList<>();

        @Override
        public Tensor run(Model model, Tensor images) {
            norm(model).ifPresentOrElse(norm -> assertThat(model.parameters().value(norm.variance()).data()).containsOnly(1),
                    () -> assertThat(model.parameters().tensors()).as("folded").containsKey("units/dense/bias"));
            run.add(numbers(images));
            Tensor logits = Tensor.zeros(images.shape()[0], CLASSES);
            boolean whole = model.graph().nodes().stream().anyMatch(node -> node.shape().equals(Shape.flat(4)));
            for (int i = 0; whole && i < images.shape()[0]; i++) {
                logits.data()[i * CLASSES + (int) images.data()[2 * i + 1]] = 4;
            }
            return logits;
        }

        @Override
        public Map<String, Tensor> recalibrate(Model model, Tensor images) {
            recalibrated.add(numbers(images));
            int[] units = norm(model).orElseThrow().mean().shape();
            float[] ones = new float[units[0]];
            Arrays.fill(ones, 1);
            return Map.of("units/norm/mean", Tensor.zeros(units), "units/norm/variance", Tensor.vector(ones));
        }

        private static Optional<BatchNorm> norm(Model model) {
            return model.graph().nodes().stream().map(Node::operator).filter(BatchNorm.class::isInstance)
                    .map(BatchNorm.class::cast).findFirst();
        }

        /** The images run since the last call. */
        private List<Integer> seen() {
            List<Integer> seen = run.stream().flatMap(List::stream).toList();
            run.clear();
            return seen;
        }

        private static List<Integer> numbers(Tensor images) {
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < images.shape()[0]; i++) {
                numbers.add(Math.round(images.data()[2 * i] * 1024));
            }
            return numbers;
        }
    }
}
