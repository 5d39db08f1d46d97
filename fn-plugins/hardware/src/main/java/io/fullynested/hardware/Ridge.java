package io.fullynested.hardware;

import java.util.Arrays;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * Ridge regression (Hoerl and Kennard, Technometrics 1970): weights {@code w} of least {@code Σ (y − ȳ − w·z)² + n·penalty·|w|²}, the
 * features {@code z} standardised, the mean not penalised.
 */
final class Ridge {

    private static final double PENALTY = 1e-3;

    private final double[] means;
    private final double[] deviations;
    private final double mean;
    private final DMatrixRMaj weights;

    private Ridge(double[] means, double[] deviations, double mean, DMatrixRMaj weights) {
        this.means = means;
        this.deviations = deviations;
        this.mean = mean;
        this.weights = weights;
    }

    /**
     * Fits.
     *
     * @param features one row for each value, all of one length
     * @param values   at least one
     */
    static Ridge fit(List<double[]> features, List<Double> values) {
        int n = values.size();
        int d = features.get(0).length;
        double[] means = new double[d];
        double[] deviations = new double[d];
        for (int j = 0; j < d; j++) {
            int column = j;
            means[j] = features.stream().mapToDouble(row -> row[column]).average().orElseThrow();
            deviations[j] = Math.sqrt(features.stream().mapToDouble(row -> Math.pow(row[column] - means[column], 2)).sum() / n);
        }
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        DMatrixRMaj z = new DMatrixRMaj(n, d);
        DMatrixRMaj y = new DMatrixRMaj(n, 1);
        for (int i = 0; i < n; i++) {
            System.arraycopy(standardized(features.get(i), means, deviations), 0, z.data, i * d, d);
            y.data[i] = values.get(i) - mean;
        }
        DMatrixRMaj normal = new DMatrixRMaj(d, d);
        CommonOps_DDRM.multTransA(z, z, normal);
        for (int j = 0; j < d; j++) {
            normal.add(j, j, n * PENALTY);
        }
        DMatrixRMaj right = new DMatrixRMaj(d, 1);
        CommonOps_DDRM.multTransA(z, y, right);
        DMatrixRMaj weights = new DMatrixRMaj(d, 1);
        CommonOps_DDRM.solve(normal, right, weights);
        return new Ridge(means, deviations, mean, weights);
    }

    double predict(double[] features) {
        double[] z = standardized(features, means, deviations);
        double sum = mean;
        for (int j = 0; j < z.length; j++) {
            sum += weights.data[j] * z[j];
        }
        return sum;
    }

    private static double[] standardized(double[] features, double[] means, double[] deviations) {
        double[] z = new double[features.length];
        Arrays.setAll(z, j -> deviations[j] > 0 ? (features[j] - means[j]) / deviations[j] : 0);
        return z;
    }
}
