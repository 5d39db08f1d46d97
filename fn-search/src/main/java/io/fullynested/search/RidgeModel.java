package io.fullynested.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * A ridge regression of the square root of the divergence, which grows about linearly with what is removed. Features are, for each step of each axis, whether it was removed; for
 * each pair of axes, the product of the shares removed; the block of images; and the submodel itself, so that what was measured counts
 * for more than what is said of its likes, but not for all, as the best of many noisy measurements is the luckiest.
 */
final class RidgeModel implements DivergenceModel {

    /** Strengths of the ridge: noise of a measurement on one block over what an effect is expected to be, both squared. */
    private static final double INTERCEPT = 1e-6;
    private static final double STEPS = 1;
    private static final double PAIRS = 3;
    private static final double BLOCKS = .3;
    private static final double SUBMODELS = 1;

    private final AxisSpace space;
    private final int steps;
    private final double[] weights;
    private final double[] blocks;
    private final Map<SubmodelSpec, Double> own;

    private RidgeModel(AxisSpace space, double[] weights, double[] blocks, Map<SubmodelSpec, Double> own) {
        this.space = space;
        this.steps = space.axes().stream().mapToInt(axis -> axis.keeps().size() - 1).sum();
        this.weights = weights;
        this.blocks = blocks;
        this.own = own;
    }

    /** Fits the model; samples without a finite divergence say nothing. */
    static RidgeModel fit(AxisSpace space, List<Sample> samples) {
        List<Sample> finite = samples.stream().filter(sample -> Double.isFinite(sample.divergence())).toList();
        List<SubmodelSpec> specs = finite.stream().map(Sample::spec).distinct().toList();
        Map<SubmodelSpec, Integer> numbers = new HashMap<>();
        specs.forEach(spec -> numbers.put(spec, numbers.size()));
        RidgeModel empty = new RidgeModel(space, new double[0], new double[0], Map.of());
        int features = empty.features(space.full()).length;
        if (finite.isEmpty()) {
            return new RidgeModel(space, new double[features], new double[0], Map.of());
        }
        int blocks = 1 + finite.stream().mapToInt(Sample::block).max().orElse(0);
        DMatrixRMaj inputs = new DMatrixRMaj(finite.size(), features + blocks + specs.size());
        DMatrixRMaj outputs = new DMatrixRMaj(finite.size(), 1);
        for (int i = 0; i < finite.size(); i++) {
            Sample sample = finite.get(i);
            System.arraycopy(empty.features(sample.spec()), 0, inputs.data, i * inputs.numCols, features);
            inputs.set(i, features + sample.block(), 1);
            inputs.set(i, features + blocks + numbers.get(sample.spec()), 1);
            outputs.set(i, 0, Math.sqrt(Math.max(0, sample.divergence())));
        }
        double[] ridge = new double[inputs.numCols];
        Arrays.fill(ridge, PAIRS);
        ridge[0] = INTERCEPT;
        Arrays.fill(ridge, 1, 1 + empty.steps, STEPS);
        Arrays.fill(ridge, features, features + blocks, BLOCKS);
        Arrays.fill(ridge, features + blocks, ridge.length, SUBMODELS);
        double[] weights = solve(inputs, outputs, ridge);
        Map<SubmodelSpec, Double> own = new HashMap<>();
        numbers.forEach((spec, number) -> own.put(spec, weights[features + blocks + number]));
        return new RidgeModel(space, Arrays.copyOf(weights, features), Arrays.copyOfRange(weights, features, features + blocks), own);
    }

    /** The weights w of the least {@code |X w − y|² + Σ ridge w²}. */
    private static double[] solve(DMatrixRMaj inputs, DMatrixRMaj outputs, double[] ridge) {
        DMatrixRMaj normal = new DMatrixRMaj(ridge.length, ridge.length);
        CommonOps_DDRM.multInner(inputs, normal);
        for (int i = 0; i < ridge.length; i++) {
            normal.add(i, i, ridge[i]);
        }
        DMatrixRMaj right = new DMatrixRMaj(ridge.length, 1);
        CommonOps_DDRM.multTransA(inputs, outputs, right);
        DMatrixRMaj weights = new DMatrixRMaj(ridge.length, 1);
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(ridge.length);
        if (!solver.setA(normal)) {
            throw new IllegalStateException("The ridge regression of " + inputs.numRows + " divergences has no solution");
        }
        solver.solve(right, weights);
        return weights.data;
    }

    @Override
    public double predict(SubmodelSpec spec) {
        double[] features = features(spec);
        double sum = own.getOrDefault(spec, 0.0);
        for (int i = 0; i < features.length; i++) {
            sum += features[i] * weights[i];
        }
        return sum;
    }

    @Override
    public double predict(SubmodelSpec spec, int block) {
        return predict(spec) + (block < blocks.length ? blocks[block] : 0);
    }

    /** One, the steps, the pairs. */
    private double[] features(SubmodelSpec spec) {
        List<NestedAxis> axes = space.axes();
        double[] features = new double[1 + steps + axes.size() * (axes.size() - 1) / 2];
        double[] removed = new double[axes.size()];
        features[0] = 1;
        int next = 1;
        for (int a = 0; a < axes.size(); a++) {
            List<Integer> keeps = axes.get(a).keeps();
            int index = keeps.indexOf(spec.keep(axes.get(a).id()));
            removed[a] = keeps.size() == 1 ? 0 : 1 - index / (keeps.size() - 1.0);
            for (int step = keeps.size() - 2; step >= 0; step--) {
                features[next++] = index <= step ? 1 : 0;
            }
        }
        for (int a = 0; a < axes.size(); a++) {
            for (int b = 0; b < a; b++) {
                features[next++] = removed[a] * removed[b];
            }
        }
        return features;
    }
}
