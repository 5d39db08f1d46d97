package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.tensor.Tensor;

/** How far tensors are apart. */
final class Differences {

    private Differences() {
    }

    /** The greatest difference of two elements at one place; not a number if one of them is not. */
    static double greatest(Tensor a, Tensor b) {
        assertThat(a.shape()).containsExactly(b.shape());
        double greatest = 0;
        for (int i = 0; i < a.data().length; i++) {
            greatest = Math.max(greatest, Math.abs((double) a.data()[i] - b.data()[i]));
        }
        return greatest;
    }

    /** The greatest magnitude. */
    static double magnitude(Tensor x) {
        return greatest(x, Tensor.zeros(x.shape()));
    }

    /** The greatest difference in units of the greatest magnitude of what is expected. */
    static double relative(Tensor actual, Tensor expected) {
        double difference = greatest(actual, expected);
        return difference == 0 ? 0 : difference / magnitude(expected);
    }
}
