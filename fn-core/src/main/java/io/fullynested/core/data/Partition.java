package io.fullynested.core.data;

import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.core.io.UnreadableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Divides data sets into those to learn from and those to measure on. */
final class Partition {

    private Partition() {
    }

    /**
     * The sets of a source that has a training and a test set.
     *
     * @param validation the validation set, if the source has one
     * @param holdOut    images to take from the end of the training set otherwise, as many of one class as of another
     * @param limit      most training images to use, from the first on
     * @param source     names the training set in errors
     * @throws IOException if a class has too few images
     */
    static Splits of(Dataset train, Optional<Dataset> validation, Dataset test, int holdOut, Optional<Integer> limit, Object source)
            throws IOException {
        if (validation.isPresent()) {
            return new Splits(limited(train, limit), validation.get(), test);
        }
        boolean[] held = lastOfEachClass(train, holdOut, source);
        Dataset rest = where(train, i -> !held[i]);
        if (rest.size() == 0) {
            throw new UnreadableException(source, "all " + train.size() + " images would be held out for validation, none is left to train on. "
                    + "Maybe a smaller 'validation'?");
        }
        return new Splits(limited(rest, limit), where(train, i -> held[i]), test);
    }

    private static Dataset where(Dataset data, IntPredicate chosen) {
        return new Subset(data, IntStream.range(0, data.size()).filter(chosen).toArray());
    }

    private static Dataset limited(Dataset data, Optional<Integer> limit) {
        return limit.isEmpty() ? data : new Subset(data, IntStream.range(0, Math.min(limit.get(), data.size())).toArray());
    }

    /** If the classes do not divide the count, the first ones give one more. */
    private static boolean[] lastOfEachClass(Dataset data, int count, Object source) throws IOException {
        int classes = data.classes().size();
        int[] wanted = new int[classes];
        Arrays.setAll(wanted, c -> count / classes + (c < count % classes ? 1 : 0));
        boolean[] held = new boolean[data.size()];
        for (int i = data.size() - 1; i >= 0; i--) {
            if (wanted[data.label(i)] > 0) {
                wanted[data.label(i)]--;
                held[i] = true;
            }
        }
        for (int c = 0; c < classes; c++) {
            if (wanted[c] > 0) {
                throw new UnreadableException(source, "class '" + data.classes().get(c) + "' has " + wanted[c] + " images too few to hold out "
                        + count + " images for validation. Maybe a smaller 'validation'?");
            }
        }
        return held;
    }

    /**
     * Draws a share of the rows, of each class as nearly the same share as can be.
     *
     * @param share in 0..1
     * @return which rows were drawn; a function of the labels and the seed
     */
    private static boolean[] draw(Dataset data, IntPredicate among, double share, long seed) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, data.size()).filter(among).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        order.sort(Comparator.comparingInt(data::label));
        boolean[] drawn = new boolean[data.size()];
        for (int i = 0; i < order.size(); i++) {
            // every 1/share-th of the rows, which lie class by class
            drawn[order.get(i)] = Math.floor((i + 1) * share) > Math.floor(i * share);
        }
        return drawn;
    }

    /** A training, a validation and a test set, drawn from one. */
    static Splits drawn(Dataset all, double validation, double test, long seed) {
        boolean[] tested = draw(all, i -> true, test, seed);
        boolean[] held = draw(all, i -> !tested[i], validation / (1 - test), seed + 1);
        return new Splits(where(all, i -> !tested[i] && !held[i]), where(all, i -> held[i]), where(all, i -> tested[i]));
    }

    /** A training and a validation set, drawn from one, and a test set of its own. */
    static Splits drawn(Dataset train, double validation, Dataset test, long seed) {
        boolean[] held = draw(train, i -> true, validation, seed);
        return new Splits(where(train, i -> !held[i]), where(train, i -> held[i]), test);
    }
}
