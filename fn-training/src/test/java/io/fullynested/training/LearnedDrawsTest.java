package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LearnedDrawsTest {

    private static final Supernet NET = Bars.net(false);
    private static final NestedAxis NEURONS = NET.axes().axis("dense.neurons");
    private static final Dataset BARS = new Bars(128, Bars.PLACE);

    private final SplittableRandom random = new SplittableRandom(1);

    private static String learned(String more) {
        return "{epochs: 4, ordered-dropout-per-level: {neurons: {kind: learned, prior: {kind: categorical, probabilities: [1, 3]}, " + more + "}}}";
    }

    private static Map<String, double[]> priors(TrainingOptions options) {
        Map<String, double[]> priors = new TreeMap<>();
        NET.axes().axes().forEach(axis -> priors.put(axis.id(), options.orderedDropout(axis.level()).probabilities(axis, 0)));
        return priors;
    }

    /** Learns of draws whose loss is a little more where few neurons are kept; the mean probability of few at the end. */
    private double fewNeurons(String options, double lost) {
        TrainingOptions wanted = Recipes.of(learned(options));
        Map<String, double[]> priors = priors(wanted);
        double sum = 0;
        int steps = 20_000;
        try (TrainingState state = new TrainingState(TorchDevice.CPU)) {
            LearnedDraws draws = new LearnedDraws(NET, wanted, state);
            for (int step = 0; step < steps; step++) {
                List<SubmodelSpec> drawn = IntStream.range(0, 2).mapToObj(i -> draw(draws, priors)).toList();
                double[] losses = drawn.stream().mapToDouble(spec -> 1 + (spec.keep(NEURONS.id()) == NEURONS.smallest() ? lost : 0) + .2 * random.nextDouble()).toArray();
                draws.learn(priors, drawn, losses, IntStream.range(0, LearnedDraws.PRICED).mapToObj(i -> draw(draws, priors)).toList(), (double) step / steps);
                sum += step >= steps - 1000 ? draws.of(NEURONS, priors.get(NEURONS.id()))[0] : 0;
            }
        }
        return sum / 1000;
    }

    private SubmodelSpec draw(LearnedDraws draws, Map<String, double[]> priors) {
        return NET.axes().select(axis -> axis.keeps().get(random.nextDouble() < draws.of(axis, priors.get(axis.id()))[0] ? 0 : 1));
    }

    /** The mean cost of few neurons and of all, as shares of the full network's. */
    private static double[] costs() {
        double whole = macs(NET.axes().full());
        double[] sums = new double[2];
        NET.axes().stream().forEach(spec -> sums[spec.keep(NEURONS.id()) == NEURONS.smallest() ? 0 : 1] += macs(spec) / whole);
        return new double[] {2 * sums[0] / NET.axes().submodels(), 2 * sums[1] / NET.axes().submodels()};
    }

    private static double macs(SubmodelSpec spec) {
        return NET.compile(spec).macs();
    }

    /** The minimum of the evidence bound is known: the prior times exp(−(loss + price · cost) / strength). */
    @Test
    void isTheMinimumOfTheBound() {
        double[] cost = costs();
        assertThat(cost[1] - cost[0]).as("what neurons cost").isGreaterThan(.01);
        for (double price : new double[] {0, 10}) {
            double few = Math.exp(-(.15 + price * cost[0]) / .2);
            double all = 3 * Math.exp(-price * cost[1] / .2);
            assertThat(fewNeurons("strength: 0.2, price: " + price, .15)).as("price %s", price).isCloseTo(few / (few + all), within(.03));
        }
    }

    /** Without a price for what is beyond a target, the prior draws few neurons in a quarter of the draws. */
    @Test
    void isPulledToATarget() {
        double[] cost = costs();
        double target = .7 * cost[0] + .3 * cost[1];
        assertThat(fewNeurons("strength: 0.01, price: 2, target: " + target, .01)).isCloseTo(.7, within(.1));
    }

    @Test
    void aTrainingThatGoesOnGoesOnWithWhatWasLearnt() {
        TrainingOptions options = Recipes.of("{epochs: 4, batch-size: 16, ordered-dropout: {kind: learned, rate: 2}, opening: {latest: 0}}");
        Map<String, Tensor> kept;
        Map<String, Tensor> masters;
        Map<String, List<Double>> learned;
        try (TrainingSession session = new TrainingSession(NET, BARS, options, Trainer.Start.SCRATCH, 3, 1)) {
            assertThat(session.learnedDraws().get("dense.neurons")).containsExactly(.5, .5);
            go(session, 0, 5);
            kept = session.state();
            go(session, 5, (int) session.steps());
            masters = session.masters();
            learned = session.learnedDraws();
        }
        assertThat(learned).hasSize(NET.axes().axes().size()).allSatisfy((axis, q) -> assertThat(q.get(0) + q.get(1)).isCloseTo(1, within(1e-9)));
        assertThat(learned.get("stem.channels").get(0)).as("few channels cost little").isGreaterThan(.52);
        try (TrainingSession session = new TrainingSession(NET, BARS, options, Trainer.Start.SCRATCH, 3, 1)) {
            session.restore(kept);
            go(session, 5, (int) session.steps());
            session.masters().forEach((name, tensor) -> assertThat(tensor.data()).as(name).isEqualTo(masters.get(name).data()));
            assertThat(session.learnedDraws()).isEqualTo(learned);
        }
    }

    private static void go(TrainingSession session, int from, int to) {
        for (int step = from; step < to; step++) {
            session.gradients(step, session.draw(step));
            session.reduce();
            session.update(session.learningRate(step));
        }
    }

    @Test
    void needsDrawsOfEachAxisOnItsOwn() {
        TrainingOptions tied = Recipes.of("{independent: 0, ordered-dropout: learned}");
        assertThatThrownBy(() -> new SubmodelSampler(NET.axes(), tied, 1).check()).hasMessage("ordered dropout learned learns from submodels that draw each axis "
                + "on its own, found independent 0.0 and draws plain. Maybe independent: 0.5 and draws: plain?");
        assertThatThrownBy(() -> Recipes.of("{ordered-dropout: {kind: learned, prior: learned}}")).hasMessageContaining(
                "the prior of a learned distribution is learned itself. Maybe prior: uniform?");
    }
}
