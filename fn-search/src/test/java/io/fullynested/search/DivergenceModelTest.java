package io.fullynested.search;

import static io.fullynested.search.SyntheticProblem.axis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DivergenceModelTest {

    private final AxisSpace space = new AxisSpace(List.of(axis("x", 1, 2, 4), axis("y", 1, 2), axis("z", 2, 4, 8), axis("closed", 3)));
    private final Random random = new Random(1);

    @Test
    void learnsEachStepAndPairs() {
        List<DivergenceModel.Sample> samples = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            SubmodelSpec spec = draw();
            samples.add(new DivergenceModel.Sample(spec, i % 3, truth(spec) * truth(spec)));
        }
        DivergenceModel model = RidgeModel.fit(space, samples);
        for (int i = 0; i < 20; i++) {
            SubmodelSpec spec = draw();
            assertThat(model.predict(spec)).isCloseTo(truth(spec), within(.03));
        }
    }

    @Test
    void blocksThatAreHarderDoNotCount() {
        SubmodelSpec less = space.full().with("y", 1);
        SubmodelSpec more = space.full().with("x", 1);
        // the better one was measured on the harder block
        List<DivergenceModel.Sample> samples = new ArrayList<>(List.of(new DivergenceModel.Sample(less, 0, .09), new DivergenceModel.Sample(more, 1, .08)));
        for (int i = 0; i < 20; i++) {
            SubmodelSpec other = draw();
            samples.add(new DivergenceModel.Sample(other, 0, Math.pow(truth(other) + .3, 2)));
            samples.add(new DivergenceModel.Sample(other, 1, Math.pow(truth(other), 2)));
        }
        DivergenceModel model = RidgeModel.fit(space, samples);
        assertThat(model.predict(less)).isLessThan(model.predict(more));
    }

    @Test
    void theLuckiestIsTakenForLuckier() {
        List<DivergenceModel.Sample> samples = new ArrayList<>();
        SubmodelSpec lucky = space.smallest();
        for (int i = 0; i < 50; i++) {
            SubmodelSpec spec = draw();
            samples.add(new DivergenceModel.Sample(spec, 0, truth(spec) * truth(spec)));
        }
        samples.removeIf(sample -> sample.spec().equals(lucky));
        double before = RidgeModel.fit(space, samples).predict(lucky);
        samples.add(new DivergenceModel.Sample(lucky, 0, 0));
        double once = RidgeModel.fit(space, samples).predict(lucky);
        samples.add(new DivergenceModel.Sample(lucky, 1, 0));
        double twice = RidgeModel.fit(space, samples).predict(lucky);
        assertThat(once).isStrictlyBetween(.2 * before, .9 * before);
        assertThat(twice).isStrictlyBetween(.1 * before, once);
    }

    /** Trees know nothing of pairs beforehand, and find them. */
    @Test
    void treesLearnStepsAndPairs() {
        List<DivergenceModel.Sample> samples = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            SubmodelSpec spec = draw();
            samples.add(new DivergenceModel.Sample(spec, i % 3, truth(spec) * truth(spec)));
        }
        BoostedTrees model = BoostedTrees.fit(space, samples);
        for (int i = 0; i < 20; i++) {
            SubmodelSpec spec = draw();
            assertThat(model.predict(spec)).isCloseTo(truth(spec), within(.03));
        }
    }

    /** The first tree by hand: residuals −.3, −.3, +.3, +.3, split between them, each leaf a tenth of their sum over 2 + 1. */
    @Test
    void aTreeIsWhatTheFormulaSays() {
        AxisSpace one = new AxisSpace(List.of(axis("x", 1, 2)));
        SubmodelSpec less = one.smallest();
        List<DivergenceModel.Sample> samples = List.of(new DivergenceModel.Sample(less, 0, .64), new DivergenceModel.Sample(less, 0, .64),
                new DivergenceModel.Sample(one.full(), 0, .04), new DivergenceModel.Sample(one.full(), 0, .04));
        // each round leaves 1 − 2/3 · .1 of the residuals; of what is left then, two thirds are the submodel's own
        double left = .3 * Math.pow(1 - .2 / 3, 120);
        assertThat(BoostedTrees.fit(one, samples).predict(less)).isCloseTo(.5 + .3 - left + left * 2 / 3, within(1e-9));
        assertThat(BoostedTrees.fit(one, List.of()).predict(less)).isZero();
    }

    @Test
    void saysSomethingWithoutAnyFiniteSample() {
        DivergenceModel model = RidgeModel.fit(space, List.of(new DivergenceModel.Sample(space.full(), 0, Double.POSITIVE_INFINITY)));
        assertThat(model.predict(space.smallest())).isFinite();
    }

    private SubmodelSpec draw() {
        return space.select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
    }

    private static double truth(SubmodelSpec spec) {
        double x = spec.keep("x") == 4 ? 0 : spec.keep("x") == 2 ? .1 : .3;
        double y = spec.keep("y") == 2 ? 0 : .2;
        double z = spec.keep("z") == 8 ? 0 : spec.keep("z") == 4 ? .05 : .4;
        return x + y + z + .2 * (spec.keep("x") == 1 && spec.keep("y") == 1 ? 1 : 0);
    }
}
