package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.OrderedDropout;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.training.TrainingOptions.PerLevel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SubmodelSamplerTest {

    private static final int DRAWS = 20_000;
    private static final AxisSpace AXES = new AxisSpace(List.of(
            new NestedAxis("a.channels", NestingLevel.CHANNELS, 4, List.of(1, 2, 3, 4)),
            new NestedAxis("b.channels", NestingLevel.CHANNELS, 16, List.of(4, 8, 12, 16)),
            new NestedAxis("c.layers", NestingLevel.LAYERS, 2, List.of(1, 2))));

    private static TrainingOptions options(double independent, OrderedDropout dropout, PerLevel levels) {
        TrainingOptions o = TrainingOptions.epochs(1);
        return new TrainingOptions(o.recipe(), 1, o.cost(), 2, 2, o.draws(), false, o.optimizer(), 0, dropout,
                levels, independent, o.opening(), o.distillation(), 0, o.warmStart(), true, o.augmentation(), 0, 500,
                Optional.empty(), o.validation(), Optional.empty(), false, o.device());
    }

    private static PerLevel none() {
        return TrainingOptions.epochs(1).orderedDropoutPerLevel();
    }

    private static Map<Integer, Double> frequencies(SubmodelSampler sampler, String axis) {
        Map<Integer, Double> frequencies = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            frequencies.merge(sampler.draw(i / 2, i % 2, DRAWS).keep(axis), 1.0 / DRAWS, Double::sum);
        }
        return frequencies;
    }

    @Test
    void keepsAreAsFrequentAsTheirDistributionSays() {
        for (double independent : new double[] {0, 1}) {
            SubmodelSampler sampler = new SubmodelSampler(AXES, options(independent, new Geometric(0.5), new PerLevel(Optional.empty(),
                    Optional.empty(), Optional.of(new Uniform()), Optional.empty(), Optional.of(new Categorical(List.of(3., 1.))))), 7);
            frequencies(sampler, "b.channels").values().forEach(frequency -> assertThat(frequency).isCloseTo(.25, within(.012)));
            assertThat(frequencies(sampler, "c.layers").get(1)).isCloseTo(.75, within(.012));
        }
        SubmodelSampler geometric = new SubmodelSampler(AXES, options(.5, new Geometric(0.5), none()), 7);
        assertThat(frequencies(geometric, "a.channels").get(1)).isCloseTo(8 / 15., within(.012));
        assertThat(frequencies(geometric, "a.channels").get(4)).isCloseTo(1 / 15., within(.012));
    }

    @Test
    void tiedDrawsMoveTheAxesOfALevelTogether() {
        SubmodelSampler tied = new SubmodelSampler(AXES, options(0, new Uniform(), none()), 7);
        SubmodelSampler independent = new SubmodelSampler(AXES, options(1, new Uniform(), none()), 7);
        SubmodelSampler half = new SubmodelSampler(AXES, options(.5, new Uniform(), none()), 7);
        assertThat(together(tied)).isCloseTo(1, within(1e-9));
        assertThat(together(independent)).isCloseTo(.25, within(.012));
        assertThat(together(half)).isCloseTo(.5 + .125, within(.012));
    }

    private static double together(SubmodelSampler sampler) {
        double together = 0;
        for (int i = 0; i < DRAWS; i++) {
            SubmodelSpec drawn = sampler.draw(i, 0, DRAWS);
            together += drawn.keep("b.channels") == 4 * drawn.keep("a.channels") ? 1.0 / DRAWS : 0;
        }
        return together;
    }

    @Test
    void aSandwichIsTheFullNetworkTheSmallestAndRandomOnes() {
        SubmodelSampler sampler = new SubmodelSampler(AXES, Recipes.of("{draws: sandwich, submodels-per-step: 4}"), 7);
        SubmodelSampler plain = new SubmodelSampler(AXES, Recipes.of("{submodels-per-step: 4}"), 7);
        for (int step = 0; step < 20; step++) {
            List<SubmodelSpec> drawn = sampler.draw(step, 20);
            assertThat(drawn).hasSize(4).startsWith(AXES.full(), AXES.smallest());
            assertThat(drawn.subList(2, 4)).isEqualTo(plain.draw(step, 20).subList(2, 4));
        }
    }

    @Test
    void switchesAreEveryKeepOnceAStep() {
        List<SubmodelSpec> drawn = new SubmodelSampler(AXES, Recipes.of("{draws: switches, submodels-per-step: 4}"), 7).draw(3, 20);
        assertThat(drawn.stream().map(spec -> spec.keep("a.channels"))).containsExactly(4, 3, 2, 1);
        assertThat(drawn.stream().map(spec -> spec.keep("b.channels"))).containsExactly(16, 12, 8, 4);
        assertThat(drawn.stream().map(spec -> spec.keep("c.layers"))).containsExactly(2, 2, 1, 1);
        assertThatThrownBy(() -> Recipes.of("{draws: switches, submodels-per-step: 1}"))
                .hasMessageContaining("draws switches needs at least 2 submodels-per-step").hasMessageContaining("found 1");
    }

    @Test
    void oneLevelIsOpenAtATime() {
        SubmodelSampler sampler = new SubmodelSampler(AXES, Recipes.of("{draws: one-level, submodels-per-step: 1}"), 7);
        int channels = 0;
        int layers = 0;
        for (int step = 0; step < 1000; step++) {
            SubmodelSpec drawn = sampler.draw(step, 0, 1000);
            boolean fewer = drawn.keep("a.channels") < 4 || drawn.keep("b.channels") < 16;
            assertThat(fewer && drawn.keep("c.layers") < 2).isFalse();
            channels += fewer ? 1 : 0;
            layers += drawn.keep("c.layers") < 2 ? 1 : 0;
        }
        assertThat(channels).isBetween(380, 480);
        assertThat(layers).isBetween(210, 290);
    }

    @Test
    void growingGoesThroughThePrefixesFromTheSmallestToTheWhole() {
        AxisSpace axes = new AxisSpace(Stream.concat(AXES.axes().stream(),
                Stream.of(new NestedAxis("weights.bits", NestingLevel.BITS, 8, List.of(2, 4, 8)))).toList());
        SubmodelSampler sampler = new SubmodelSampler(axes, Recipes.of("{recipe: nested-net}"), 7);
        List<SubmodelSpec> drawn = IntStream.range(0, 10).mapToObj(step -> sampler.draw(step, 0, 10)).toList();
        assertThat(drawn.stream().map(spec -> spec.keep("a.channels"))).containsExactly(1, 1, 2, 2, 2, 3, 3, 4, 4, 4);
        assertThat(drawn.stream().map(spec -> spec.keep("c.layers"))).containsExactly(1, 1, 1, 1, 1, 2, 2, 2, 2, 2);
        assertThat(drawn.stream().map(spec -> spec.keep("weights.bits")).distinct()).hasSize(3);
        SubmodelSampler.Stage second = sampler.partOf(3, 10);
        assertThat(second.from()).isEqualTo(2);
        assertThat(second.to()).isEqualTo(5);
        assertThat(second.trains().orElseThrow()).isEqualTo(SubmodelSpec.parse("a.channels=2,b.channels=8,c.layers=1,weights.bits=8"));
        assertThat(second.keeps().orElseThrow()).isEqualTo(SubmodelSpec.parse("a.channels=1,b.channels=4,c.layers=1,weights.bits=8"));
        assertThat(sampler.partOf(0, 10).keeps()).isEmpty();
        assertThat(sampler.partOf(9, 10).trains()).hasValue(axes.full());
        assertThat(new SubmodelSampler(axes, Recipes.of("{}"), 7).partOf(9, 10))
                .isEqualTo(new SubmodelSampler.Stage(0, 10, Optional.empty(), Optional.empty()));
    }

    @Test
    void theLastStepsOfAGuardAreForWhatHalfOfTheWidthsDoesNotUse() {
        SubmodelSampler sampler = new SubmodelSampler(AXES, Recipes.of("{guard: {steps: 0.2}, warm-start: {checkpoint: some.safetensors}}"), 7);
        assertThat(sampler.partOf(79, 100)).isEqualTo(new SubmodelSampler.Stage(0, 80, Optional.empty(), Optional.empty()));
        assertThat(sampler.partOf(80, 100)).isEqualTo(new SubmodelSampler.Stage(80, 100, Optional.of(AXES.full()),
                Optional.of(SubmodelSpec.parse("a.channels=2,b.channels=8,c.layers=2"))));
        List<SubmodelSpec> last = IntStream.range(80, 100).mapToObj(step -> sampler.draw(step, 1, 100)).toList();
        assertThat(last.stream().map(spec -> spec.keep("a.channels")).distinct()).containsExactlyInAnyOrder(2, 3, 4);
        assertThat(last.stream().map(spec -> spec.keep("c.layers")).distinct()).containsExactlyInAnyOrder(1, 2);
        assertThat(IntStream.range(80, 100).mapToObj(step -> sampler.draw(step, 0, 100)).distinct()).containsExactly(AXES.full());
    }

    @Test
    void halvesAreWidthsUpToHalfAndNowAndThenTheFullNetwork() {
        SubmodelSampler sampler = new SubmodelSampler(AXES, Recipes.of("{recipe: import, warm-start: {checkpoint: some.safetensors}}"), 7);
        List<SubmodelSpec> drawn = IntStream.range(0, 300).boxed().flatMap(step -> sampler.draw(step, 400).stream()).toList();
        assertThat(drawn).hasSize(600);
        assertThat(drawn.stream().filter(AXES.full()::equals)).hasSize(38);
        List<SubmodelSpec> others = drawn.stream().filter(spec -> !AXES.full().equals(spec)).toList();
        assertThat(others.stream().map(spec -> spec.keep("a.channels")).distinct()).containsExactlyInAnyOrder(1, 2);
        assertThat(others.stream().map(spec -> spec.keep("b.channels")).distinct()).containsExactlyInAnyOrder(4, 8);
        assertThat(others.stream().map(spec -> spec.keep("c.layers")).distinct()).containsExactlyInAnyOrder(1, 2);
        SubmodelSampler often = new SubmodelSampler(AXES, Recipes.of("{recipe: import, guard: {full-every: 2}, warm-start: {checkpoint: some.safetensors}}"), 7);
        assertThat(IntStream.range(0, 300).mapToObj(step -> often.draw(step, 400).get(0)).distinct()).containsExactly(AXES.full());
        assertThat(IntStream.range(0, 300).mapToObj(step -> often.draw(step, 400).get(1))).doesNotContain(AXES.full());
        assertThatThrownBy(() -> Recipes.of("{draws: halves}")).hasMessageContaining("Maybe guard: {steps: 0.25}?");
    }

    @Test
    void aCurriculumOpensThePrefixesFromTheLongestOn() {
        NestedAxis axis = AXES.axis("a.channels");
        Curriculum curriculum = new Curriculum(.2, .8, new Categorical(List.of(4., 3., 2., 1.)));
        assertThat(curriculum.probabilities(axis, .39)).containsExactly(0, 0, 0, 1);
        assertThat(curriculum.probabilities(axis, .41)).containsExactly(new double[] {0, 0, 2 / 3., 1 / 3.}, within(1e-12));
        assertThat(curriculum.probabilities(axis, .79)).containsExactly(new double[] {0, .5, 1 / 3., 1 / 6.}, within(1e-12));
        assertThat(curriculum.probabilities(axis, .8)).containsExactly(new double[] {.4, .3, .2, .1}, within(1e-12));
        assertThat(Recipes.of("{ordered-dropout: {kind: curriculum, end: 0.3, then: {kind: geometric, ratio: 2}}}").orderedDropout())
                .isEqualTo(new Curriculum(0, .3, new Geometric(2)));
        assertThatThrownBy(() -> new Curriculum(.5, .4, new Uniform())).hasMessage("end 0.4 is before start 0.5");
    }

    @Test
    void theEndsAreLikelierThanWhatIsBetween() {
        Ends ends = new Ends(.4, .3);
        assertThat(ends.probabilities(AXES.axis("a.channels"), 0)).containsExactly(new double[] {.3, .15, .15, .4}, within(1e-12));
        assertThat(ends.probabilities(new NestedAxis("c.layers", NestingLevel.LAYERS, 2, List.of(1, 2)), 0))
                .containsExactly(new double[] {3 / 7., 4 / 7.}, within(1e-12));
        assertThat(ends.probabilities(new NestedAxis("c.layers", NestingLevel.LAYERS, 2, List.of(2)), 0)).containsExactly(1);
        // 1 − 0.9 − 0.1 is not 0
        assertThat(new Ends(.9, .1).probabilities(AXES.axis("a.channels"), 0)).containsExactly(new double[] {.1, 0, 0, .9}, within(1e-12));
        assertThat(new Ends(.9, .1).probabilities(AXES.axis("a.channels"), 0)[1]).isNotNegative();
        assertThatThrownBy(() -> new Ends(.6, .5)).hasMessageContaining("at most 1 together, found 0.6 and 0.5");
    }

    @Test
    void aDrawIsAFunctionOfSeedStepAndIndex() {
        TrainingOptions options = options(.5, new Uniform(), none());
        SubmodelSampler one = new SubmodelSampler(AXES, options, 7);
        SubmodelSampler two = new SubmodelSampler(AXES, options, 7);
        SubmodelSampler other = new SubmodelSampler(AXES, options, 8);
        int same = 0;
        for (int step = 99; step >= 0; step--) {
            assertThat(two.draw(step, 1, 100)).isEqualTo(one.draw(step, 1, 100));
            same += other.draw(step, 1, 100).equals(one.draw(step, 1, 100)) ? 1 : 0;
            same += one.draw(step, 0, 100).equals(one.draw(step, 1, 100)) ? 1 : 0;
        }
        assertThat(same).isLessThan(40);
    }

    @Test
    void distributionsThatDoNotFitAreRefused() {
        SubmodelSampler sampler = new SubmodelSampler(AXES, options(1, new Categorical(List.of(1., 1.)), none()), 7);
        assertThatThrownBy(() -> sampler.draw(0, 0, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 probabilities for axis 'a.channels'").hasMessageContaining("[1, 2, 3, 4]");
        assertThatThrownBy(() -> new Categorical(List.of(0., 0.))).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Categorical(List.of(2., -1.))).hasMessageContaining("-1");
        SubmodelSampler foreign = new SubmodelSampler(AXES, options(1, (axis, progress) -> new double[] {1}, none()), 7);
        assertThatThrownBy(() -> foreign.draw(0, 0, 1)).hasMessageContaining("1 probabilities for axis 'a.channels'");
        assertThatThrownBy(foreign::check).hasMessageContaining("1 probabilities for axis 'a.channels'");
    }

    @Test
    void distributionsThatNeverDrawTheFullNetworkOrNothingAtAllAreRefused() {
        PerLevel never = new PerLevel(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.of(new Categorical(List.of(1., 0.))));
        assertThatThrownBy(new SubmodelSampler(AXES, options(1, new Uniform(), never), 7)::check).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Ordered dropout Categorical[probabilities=[1.0, 0.0]] never keeps the whole of axis 'c.layers', so the full network "
                        + "would not learn. Maybe a last probability above 0, or draws: sandwich?");
        String yaml = "ordered-dropout-per-level: {layers: {kind: categorical, probabilities: [1, 0]}}";
        new SubmodelSampler(AXES, Recipes.of("{draws: sandwich, " + yaml + "}"), 7).check();
        assertThatThrownBy(new SubmodelSampler(AXES, options(1, (axis, progress) -> new double[axis.keeps().size()], none()), 7)::check)
                .hasMessageContaining("gives axis 'a.channels' the probabilities [0.0, 0.0, 0.0, 0.0]").hasMessageContaining("sum must be 1");
        SubmodelSampler lateOnly = new SubmodelSampler(AXES, options(1, (axis, progress) -> {
            double[] probabilities = new double[axis.keeps().size()];
            probabilities[progress < .5 ? 0 : probabilities.length - 1] = 1;
            return probabilities;
        }, none()), 7);
        lateOnly.check();
    }
}
