package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.GraphPasses;
import io.fullynested.core.model.Ranking;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingSessionTest {

    private static final Dataset BARS = new Bars(128, Bars.PLACE);
    private static final Supernet NET = Bars.net(true);
    private static final TrainingOptions OPTIONS = TrainingOptions.epochs(2);

    private static TrainingSession session() {
        return session(NET);
    }

    private static TrainingSession session(Supernet net) {
        return new TrainingSession(net, BARS, OPTIONS, Trainer.Start.SCRATCH, 3, 1);
    }

    private static void assertSame(Map<String, Tensor> one, Map<String, Tensor> other) {
        assertThat(one.keySet()).isEqualTo(other.keySet());
        one.forEach((name, tensor) -> assertThat(tensor.data()).as(name).isEqualTo(other.get(name).data()));
    }

    @Test
    void residualUnitsBeginAsTheIdentityUnlessToldOtherwise() {
        for (boolean zero : new boolean[] {true, false}) {
            TrainingOptions options = Recipes.of("epochs: 1\nzero-init-residual: " + zero);
            try (TrainingSession session = new TrainingSession(NET, BARS, options, Trainer.Start.SCRATCH, 3, 1)) {
                Map<String, Tensor> masters = session.masters();
                assertThat(masters.keySet()).filteredOn(name -> name.endsWith("close-norm/gamma")).isNotEmpty()
                        .allSatisfy(name -> assertThat(masters.get(name).data()).containsOnly(zero ? 0 : 1));
                assertThat(masters.keySet()).filteredOn(name -> name.endsWith("open-norm/gamma")).isNotEmpty()
                        .allSatisfy(name -> assertThat(masters.get(name).data()).containsOnly(1));
            }
        }
    }

    @Test
    void theFullNetworkMayLearnAloneFirstAndIsRankedThen() {
        TrainingOptions options = Recipes.of("{epochs: 10, warm-start: {share: 0.5, rank: norm}}");
        SubmodelSpec full = NET.axes().full();
        try (TrainingSession session = new TrainingSession(NET, BARS, options, Trainer.Start.SCRATCH, 3, 1)) {
            assertThat(session.steps()).isEqualTo(10);
            for (int step = 0; step < 5; step++) {
                assertThat(session.draw(step)).containsOnly(full);
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
            }
            assertThat(IntStream.range(5, 10).boxed().flatMap(step -> session.draw(step).stream())).anyMatch(drawn -> !drawn.equals(full));
            assertThat(session.learningRate(4)).as("the end of its schedule").isLessThan(.05);
            assertThat(session.learningRate(6)).as("the schedule of all").isGreaterThan(.15);
            Map<String, Tensor> alone = session.masters();
            session.gradients(5, session.draw(5));
            Map<String, Tensor> ranked = session.masters();
            Ranking.byNorm(NET, alone).forEach((name, tensor) -> {
                if (!name.endsWith("/clip")) { // it follows the images
                    assertThat(ranked.get(name).data()).as(name).isEqualTo(tensor.data());
                }
            });
            assertThat(ranked.get("dense/norm/gamma").data()).isNotEqualTo(alone.get("dense/norm/gamma").data());
        }
    }

    @Test
    void whatHalfOfTheWidthsUsesStaysInTheLastStepsOfAGuard() {
        TrainingOptions options = Recipes.of("{recipe: import, epochs: 4, batch-size: 8, averaging: 0, warm-start: {checkpoint: some.safetensors}, guard: {steps: 0.5}}");
        try (TrainingSession session = new TrainingSession(NET, BARS, options, Trainer.Start.SCRATCH, 3, 1)) {
            SubmodelSpec half = new SubmodelSampler(NET.axes(), options, 3).partOf(session.steps() - 1, session.steps()).keeps().orElseThrow();
            Map<String, Tensor> before = Map.of();
            for (int step = 0; step < session.steps(); step++) {
                before = step == session.steps() / 2 ? session.masters() : before;
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
            }
            Map<String, Tensor> after = session.masters();
            for (ParameterSlice slice : GraphPasses.slices(NET.compile(half))) {
                if (before.containsKey(slice.parameter()) && !slice.parameter().endsWith("/clip")) {
                    assertThat(after.get(slice.parameter()).slice(slice.ranges()).data()).as(slice.parameter())
                            .isEqualTo(before.get(slice.parameter()).slice(slice.ranges()).data());
                }
            }
            assertThat(after.get("dense/norm/gamma").data()).isNotEqualTo(before.get("dense/norm/gamma").data());
        }
    }

    @Test
    void aWarmStartNeedsSomethingToBeginWith() {
        assertThatThrownBy(() -> Recipes.of("{warm-start: {rank: norm}}")).hasMessage("training:1: warm-start: needs a trained network, "
                + "checkpoint: FILE, or a share of the steps to train one in. Maybe share: 0.2?");
        assertThatThrownBy(() -> Recipes.of("{recipe: nested-net, warm-start: {share: 0.2}}")).hasMessage("training:1: draws growing leaves what "
                + "it has trained as it is, so there can be no share of the steps for the full network before, found warm-start share 0.2");
    }

    @Test
    void theLoopOfTheTrainerIsOneOfItsUses() {
        List<Map<String, Tensor>> checkpoints = new ArrayList<>();
        Map<String, Tensor> trained = Trainer.train(NET, BARS, OPTIONS, 3, 1, new TrainingListener() {
            @Override
            public void checkpoint(Progress progress, Supplier<Map<String, Tensor>> masters) {
                checkpoints.add(masters.get());
            }
        });
        try (TrainingSession session = session()) {
            for (long step = 0; step < session.steps(); step++) {
                session.gradients(step, session.draw(step));
                session.reduce();
                session.update(session.learningRate(step));
                if (step + 1 == session.stepsPerEpoch()) {
                    assertSame(session.masters(), checkpoints.get(0));
                }
            }
            assertSame(session.masters(), trained);
            assertThat(checkpoints).hasSize(2);
            assertSame(checkpoints.get(1), trained);
        }
    }

    @Test
    void theGradientMayBeReplacedByTheMeanOverProcesses() {
        // without clips, which follow the images that a process sees
        Supernet net = Bars.net(false);
        SubmodelSpec full = net.axes().full();
        SubmodelSpec smallest = net.axes().smallest();
        try (TrainingSession one = session(net); TrainingSession other = session(net); TrainingSession both = session(net)) {
            one.gradients(0, List.of(full));
            float[] mean = one.gradient();
            both.gradients(0, List.of(full, smallest));
            // the second submodel's images differ from the first one's, so another process would read others too
            other.gradients(1, List.of(smallest));
            float[] theirs = other.gradient();
            for (int i = 0; i < mean.length; i++) {
                mean[i] = (mean[i] + theirs[i]) / 2;
            }
            assertThat(mean).isNotEqualTo(theirs).hasSameSizeAs(both.gradient());
            one.gradient(mean);
            assertThat(one.gradient()).isEqualTo(mean);
            other.gradient(mean);
            one.reduce();
            one.update(0.1);
            other.reduce();
            other.update(0.1);
            assertSame(one.masters(), other.masters());
            float[] nothing = new float[mean.length];
            both.gradient(nothing);
            assertThat(Arrays.equals(both.gradient(), nothing)).isTrue();
            assertThatThrownBy(() -> both.gradient(new float[3])).hasMessage("The gradient has " + mean.length + " numbers, not 3");
        }
    }

    @Test
    void partsOfAStepComeInTheirOrder() {
        List<SubmodelSpec> full = List.of(NET.axes().full());
        String order = " can come. Each step is gradients, then reduce, then update";
        try (TrainingSession session = session()) {
            assertThatThrownBy(() -> session.update(.1)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("update came before the first step where only gradients" + order);
            assertThatThrownBy(session::reduce).isInstanceOf(IllegalStateException.class).hasMessage("reduce came before the first step where only gradients" + order);
            assertThatThrownBy(session::gradient).hasMessage("There is no gradient before the first step: gradients have to be computed first");
            assertThatThrownBy(() -> session.gradient(new float[0])).isInstanceOf(IllegalStateException.class);
            session.gradients(0, full);
            assertThatThrownBy(() -> session.update(.1)).hasMessage("update came within step 0 where only reduce" + order);
            assertThatThrownBy(() -> session.gradients(1, full)).hasMessage("gradients came within step 0 where only reduce" + order);
            session.reduce();
            assertThatThrownBy(session::reduce).hasMessage("reduce came within step 0 where only update" + order);
            assertThatThrownBy(session::state).isInstanceOf(IllegalStateException.class)
                    .hasMessage("There is no state within step 0, whose update has to come first");
            session.update(.1);
            assertThatThrownBy(() -> session.update(.1)).hasMessage("update came after step 0 where only gradients" + order);
            Map<String, Tensor> state = session.state();
            session.gradients(1, full);
            session.restore(state);
            assertThatThrownBy(session::reduce).as("the step was left").isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void stepsThatThereAreNotAreRefused() {
        try (TrainingSession session = session()) {
            List<SubmodelSpec> full = List.of(NET.axes().full());
            for (long step : new long[] {-1, session.steps(), Long.MAX_VALUE}) {
                String message = "There is no step " + step + "; they go from 0 to " + (session.steps() - 1);
                assertThatThrownBy(() -> session.gradients(step, full)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
                assertThatThrownBy(() -> session.draw(step)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
                assertThatThrownBy(() -> session.learningRate(step)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
            }
            session.gradients(session.steps() - 1, full);
        }
    }

    @Test
    void ratesThatLeadNowhereAreRefused() {
        try (TrainingSession session = session()) {
            session.gradients(0, session.draw(0));
            session.reduce();
            Map<String, Tensor> before = session.masters();
            for (double rate : new double[] {Double.NaN, -.1, Double.POSITIVE_INFINITY}) {
                assertThatThrownBy(() -> session.update(rate)).isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("The learning rate must be a number of 0 or more, found " + rate);
            }
            assertSame(session.masters(), before);
            session.update(.1);
        }
    }

    @Test
    void onlySubmodelsThatThereAreAreTaken() {
        SubmodelSpec full = NET.axes().full();
        try (TrainingSession session = session()) {
            assertThatThrownBy(() -> session.gradients(0, List.of(full, full, full))).hasMessageContaining("1 to 2 submodels, found 3");
            assertThatThrownBy(() -> session.gradients(0, List.of(new SubmodelSpec(Map.of("nothing", 1))))).hasMessageContaining("no axis 'nothing'");
        }
    }

    @Test
    void anotherThreadCancels() throws InterruptedException {
        AtomicBoolean cancelled = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            try {
                begun.await();
                cancelled.set(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        other.start();
        assertThatThrownBy(() -> Trainer.train(NET, BARS, TrainingOptions.epochs(100_000), 3, 1, new TrainingListener() {
            @Override
            public void step(Progress progress) {
                begun.countDown();
            }

            @Override
            public boolean cancelled() {
                return cancelled.get();
            }
        })).isInstanceOf(CancellationException.class).hasMessageMatching("Training was cancelled after step \\d+ of 100000");
        other.join();
    }
}
