package io.fullynested.search;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Gradient-boosted regression trees of the square root of the divergence, as XGBoost grows them (Chen and Guestrin, KDD 2016, equations 4 to 7, squared loss):
 * each round adds a tree of at most {@value #DEPTH} levels that is fitted to what is left, each leaf the sum of its residuals over
 * {@code their number + λ}, times {@value #RATE}; a split is worth {@code G₁² / (n₁ + λ) + G₂² / (n₂ + λ) − G² / (n + λ)}, all splits are tried. Features are the
 * share of its legal prefixes that each axis keeps, and the block of images. As in {@link RidgeModel}, what was measured of a submodel itself counts too, for
 * n / (n + 1) of what its n measurements have left.
 *
 * <p>Written here, not taken from a library: XGBoost's own comes with natives for each platform, 100 times as large as this module.
 */
final class BoostedTrees implements DivergenceModel {

    private static final int ROUNDS = 120;
    private static final int DEPTH = 3;
    private static final double RATE = 0.1;
    private static final double LAMBDA = 1;

    private final List<NestedAxis> axes;
    private final int blocks;
    private final double base;
    private final List<Node> trees = new ArrayList<>();
    private final Map<SubmodelSpec, Double> own = new HashMap<>();

    /** A leaf has no children. */
    private record Node(int feature, double threshold, double value, Node below, Node above) {

        double value(double[] features) {
            return below == null ? value : (features[feature] <= threshold ? below : above).value(features);
        }
    }

    private BoostedTrees(AxisSpace space, int blocks, double base) {
        this.axes = space.axes().stream().filter(NestedAxis::isOpen).toList();
        this.blocks = blocks;
        this.base = base;
    }

    /** Fits the model; samples without a finite divergence say nothing. */
    static BoostedTrees fit(AxisSpace space, List<Sample> samples) {
        List<Sample> finite = samples.stream().filter(sample -> Double.isFinite(sample.divergence())).toList();
        double[] left = finite.stream().mapToDouble(sample -> Math.sqrt(Math.max(0, sample.divergence()))).toArray();
        double base = Arrays.stream(left).average().orElse(0);
        BoostedTrees model = new BoostedTrees(space, 1 + finite.stream().mapToInt(Sample::block).max().orElse(0), base);
        double[][] features = finite.stream().map(sample -> {
            double[] of = model.features(sample.spec());
            model.set(of, sample.block(), 1);
            return of;
        }).toArray(double[][]::new);
        Arrays.setAll(left, i -> left[i] - base);
        int[] all = IntStream.range(0, left.length).toArray();
        int[][] sorted = sorted(features);
        for (int round = 0; round < ROUNDS && all.length > 0; round++) {
            Node tree = grow(features, left, all, sorted, DEPTH);
            model.trees.add(tree);
            Arrays.setAll(left, i -> left[i] - tree.value(features[i]));
        }
        Map<SubmodelSpec, List<Double>> rest = new HashMap<>();
        for (int i : all) {
            rest.computeIfAbsent(finite.get(i).spec(), spec -> new ArrayList<>()).add(left[i]);
        }
        rest.forEach((spec, of) -> model.own.put(spec, of.stream().mapToDouble(Double::doubleValue).sum() / (of.size() + 1)));
        return model;
    }

    /** Of all rows, those that each feature sorts from its least value on, equal ones as they come. */
    private static int[][] sorted(double[][] features) {
        int count = features.length == 0 ? 0 : features[0].length;
        return IntStream.range(0, count).mapToObj(f -> IntStream.range(0, features.length).boxed()
                .sorted(Comparator.comparingDouble(i -> features[i][f])).mapToInt(Integer::intValue).toArray()).toArray(int[][]::new);
    }

    private static Node grow(double[][] features, double[] left, int[] rows, int[][] sorted, int depth) {
        double sum = 0;
        for (int i : rows) {
            sum += left[i];
        }
        Node leaf = new Node(0, 0, RATE * sum / (rows.length + LAMBDA), null, null);
        if (depth == 0 || rows.length < 2) {
            return leaf;
        }
        double best = 1e-12;
        int feature = -1;
        double threshold = 0;
        for (int f = 0; f < sorted.length; f++) {
            double below = 0;
            for (int i = 0; i + 1 < rows.length; i++) {
                below += left[sorted[f][i]];
                double here = features[sorted[f][i]][f];
                double next = features[sorted[f][i + 1]][f];
                if (here < next) {
                    double gain = score(below, i + 1) + score(sum - below, rows.length - i - 1) - score(sum, rows.length);
                    if (gain > best) {
                        best = gain;
                        feature = f;
                        threshold = (here + next) / 2;
                    }
                }
            }
        }
        if (feature < 0) {
            return leaf;
        }
        boolean[] isBelow = new boolean[left.length];
        for (int i : rows) {
            isBelow[i] = features[i][feature] <= threshold;
        }
        return new Node(feature, threshold, 0, part(features, left, rows, sorted, isBelow, true, depth - 1),
                part(features, left, rows, sorted, isBelow, false, depth - 1));
    }

    private static Node part(double[][] features, double[] left, int[] rows, int[][] sorted, boolean[] isBelow, boolean below, int depth) {
        int[][] sortedIn = depth == 0 ? sorted : Arrays.stream(sorted).map(order -> only(order, isBelow, below)).toArray(int[][]::new);
        return grow(features, left, only(rows, isBelow, below), sortedIn, depth);
    }

    private static int[] only(int[] rows, boolean[] isBelow, boolean below) {
        int[] in = new int[rows.length];
        int count = 0;
        for (int i : rows) {
            if (isBelow[i] == below) {
                in[count++] = i;
            }
        }
        return Arrays.copyOf(in, count);
    }

    private static double score(double sum, int count) {
        return sum * sum / (count + LAMBDA);
    }

    /** The share that each axis keeps, and a 0 for each block. */
    private double[] features(SubmodelSpec spec) {
        double[] features = new double[axes.size() + blocks];
        for (int a = 0; a < axes.size(); a++) {
            List<Integer> keeps = axes.get(a).keeps();
            features[a] = keeps.indexOf(spec.keep(axes.get(a).id())) / (keeps.size() - 1.0);
        }
        return features;
    }

    @Override
    public double predict(SubmodelSpec spec) {
        double[] features = features(spec);
        double sum = 0;
        for (int block = 0; block < blocks; block++) {
            sum += predict(features, spec, block);
        }
        return sum / blocks;
    }

    @Override
    public double predict(SubmodelSpec spec, int block) {
        return predict(features(spec), spec, block);
    }

    private double predict(double[] features, SubmodelSpec spec, int block) {
        set(features, block, 1);
        double value = base + own.getOrDefault(spec, 0.0);
        for (Node tree : trees) {
            value += tree.value(features);
        }
        set(features, block, 0);
        return value;
    }

    /** Of a block that nothing was measured on, nothing is known. */
    private void set(double[] features, int block, double value) {
        if (block < blocks) {
            features[axes.size() + block] = value;
        }
    }
}
