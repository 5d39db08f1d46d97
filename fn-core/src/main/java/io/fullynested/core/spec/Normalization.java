package io.fullynested.core.spec;

import io.fullynested.api.plugin.Option;
import java.util.List;

/** How an input is brought to a mean near 0 and a deviation near 1: {@code (x − mean) / deviation} for each channel or feature. */
public sealed interface Normalization {

    /** What needs no numbers. */
    enum Word implements Normalization {
        /** By what the training data are. */
        DATA,
        /** Not at all: the data are normalised already, or need not be. */
        NONE
    }

    /**
     * By these numbers, whatever the data are.
     *
     * @param mean      one for each channel or feature
     * @param deviation likewise, all above 0
     */
    record Given(
            @Option("mean of each channel or feature, in the units of the data") List<Double> mean,
            @Option(value = "standard deviation of each", min = 1e-30) List<Double> deviation) implements Normalization {

        /** @throws IllegalArgumentException if there is not a deviation for each mean */
        public Given {
            mean = List.copyOf(mean);
            deviation = List.copyOf(deviation);
            if (mean.size() != deviation.size()) {
                throw new IllegalArgumentException("there are " + mean.size() + " means, but " + deviation.size() + " deviations");
            }
        }
    }
}
