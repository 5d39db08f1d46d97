package io.fullynested.core.interpreter;

import io.fullynested.core.tensor.Tensor;

/** Operators of sequences: tensors {@code [N, D, 1, T]}. */
final class Sequences {

    private Sequences() {
    }

    static Tensor tokens(Tensor x, int leading) {
        Planes planes = Planes.of(x);
        int steps = leading + planes.area();
        Tensor result = Tensor.zeros(planes.batch(), planes.channels(), 1, steps);
        for (int plane = 0; plane < planes.count(); plane++) {
            System.arraycopy(x.data(), plane * planes.area(), result.data(), plane * steps + leading, planes.area());
        }
        return result;
    }

    static Tensor steps(Tensor x, int from, int to) {
        Planes planes = Planes.of(x);
        Tensor result = Tensor.zeros(planes.batch(), planes.channels(), 1, to - from);
        for (int plane = 0; plane < planes.count(); plane++) {
            System.arraycopy(x.data(), plane * planes.area() + from, result.data(), plane * (to - from), to - from);
        }
        return result;
    }

    /** @param table {@code [C, positions]} */
    static Tensor positions(Tensor x, Tensor table) {
        float[] result = new float[x.data().length];
        for (int i = 0; i < result.length; i++) {
            result[i] = x.data()[i] + table.data()[i % table.data().length];
        }
        return new Tensor(x.shape(), result);
    }

    static Tensor attention(Tensor queries, Tensor keys, Tensor values, int heads, double scale) {
        int asking = queries.shape()[3];
        int asked = keys.shape()[3];
        int compared = queries.shape()[1] / heads;
        int mixed = values.shape()[1] / heads;
        Tensor result = Tensor.zeros(queries.shape()[0], values.shape()[1], 1, asking);
        for (int head = 0; head < queries.shape()[0] * heads; head++) {
            for (int t = 0; t < asking; t++) {
                double[] shares = shares(queries.data(), head * compared * asking + t, asking, keys.data(), head * compared * asked, asked, compared, scale);
                for (int c = 0; c < mixed; c++) {
                    double sum = 0;
                    for (int s = 0; s < asked; s++) {
                        sum += shares[s] * values.data()[(head * mixed + c) * asked + s];
                    }
                    result.data()[(head * mixed + c) * asking + t] = (float) sum;
                }
            }
        }
        return result;
    }

    /** How much a step gets of each of the others: the softmax of its products with them. */
    private static double[] shares(float[] queries, int query, int stride, float[] keys, int first, int asked, int channels, double scale) {
        double[] shares = new double[asked];
        double greatest = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < asked; s++) {
            for (int c = 0; c < channels; c++) {
                shares[s] += scale * queries[query + c * stride] * keys[first + c * asked + s];
            }
            greatest = Math.max(greatest, shares[s]);
        }
        double sum = 0;
        for (int s = 0; s < asked; s++) {
            shares[s] = Math.exp(shares[s] - greatest);
            sum += shares[s];
        }
        for (int s = 0; s < asked; s++) {
            shares[s] /= sum;
        }
        return shares;
    }
}
