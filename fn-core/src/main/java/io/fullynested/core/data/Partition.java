package io.fullynested.core.data;

import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.core.io.UnreadableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How data are divided into those to learn from and those to measure on, the same for all sources. A set that a source does not have is drawn from its
 * training set by the seed, of each class as nearly the same share as can be; one of each class always stays to train on.
 *
 * @param validation how much to draw to rank submodels by
 * @param test       how much to draw to report on
 * @param seed       of the draw
 * @param limit      most training images to use, from the first on
 */
record Partition(Portion validation, Portion test, long seed, Optional<Integer> limit) {

    /** Fewer images of a class are too few to learn it from. */
    private static final int FEW = 10;
    /** More classes are not listed. */
    private static final int LISTED = 5;

    /**
     * Of a source that always has a test set.
     *
     * @throws IllegalArgumentException if {@code validation} is neither a share nor a count
     */
    static Partition held(double validation, long seed, Optional<Integer> limit) {
        return of(validation, validation, seed, limit);
    }

    /** Of a source that may have no test set either. */
    static Partition of(double validation, double test, long seed, Optional<Integer> limit) {
        return new Partition(new Portion("validation", validation), new Portion("test", test), seed, limit);
    }

    /**
     * The three sets.
     *
     * @param all    the training set of the source, or all that it has
     * @param held   its validation set, if it has one
     * @param tested its test set, if it has one
     * @param source names the training set in errors
     * @throws UnreadableException if too little is left to train on
     */
    Splits of(Dataset all, Optional<Dataset> held, Optional<Dataset> tested, Object source) throws UnreadableException {
        boolean[] test = tested.isPresent() ? new boolean[all.size()] : draw(all, i -> true, this.test.of(all.size()), seed, this.test, source);
        boolean[] validation = held.isPresent() ? new boolean[all.size()]
                : draw(all, i -> !test[i], this.validation.of(all.size()), seed + 1, this.validation, source);
        Dataset rest = tested.isPresent() && held.isPresent() ? all : where(all, i -> !test[i] && !validation[i]);
        Dataset train = limit.isEmpty() ? rest : new Subset(rest, IntStream.range(0, Math.min(limit.get(), rest.size())).toArray());
        Dataset first = held.orElseGet(() -> where(all, i -> validation[i]));
        Dataset second = tested.orElseGet(() -> where(all, i -> test[i]));
        return new Splits(train, first, second, few(train, first, second).stream().toList());
    }

    private static Dataset where(Dataset data, IntPredicate chosen) {
        return new Subset(data, IntStream.range(0, data.size()).filter(chosen).toArray());
    }

    private static boolean[] draw(Dataset data, IntPredicate among, int count, long seed, Portion portion, Object source) throws UnreadableException {
        List<Integer> order = new ArrayList<>(IntStream.range(0, data.size()).filter(among).boxed().toList());
        if (count < 1 || count >= order.size()) {
            throw new UnreadableException(source, "'" + portion + "' is " + count + " of the " + order.size() + " that are left"
                    + (count < 1 ? ". Maybe a larger share, or a file of its own?" : ", none to train on. Maybe a smaller '" + portion.option() + "'?"));
        }
        Collections.shuffle(order, new Random(seed));
        order.sort(Comparator.comparingInt(i -> stratum(data, i)));
        boolean[] drawn = new boolean[data.size()];
        boolean stays = false;
        for (int i = 0; i < order.size(); i++) {
            boolean firstOfClass = i == 0 || stratum(data, order.get(i)) != stratum(data, order.get(i - 1));
            boolean lastOfClass = i + 1 == order.size() || stratum(data, order.get(i)) != stratum(data, order.get(i + 1));
            stays &= !firstOfClass;
            // every so many of the images, which lie class by class
            drawn[order.get(i)] = (i + 1L) * count / order.size() > (long) i * count / order.size() && (stays || !lastOfClass);
            stays |= !drawn[order.get(i)];
        }
        return drawn;
    }

    /** The class of an image; all are of one where the target is no class. */
    private static int stratum(Dataset data, int index) {
        return data.classes().isEmpty() ? 0 : data.label(index);
    }

    private static Optional<String> few(Dataset train, Dataset validation, Dataset test) {
        int[] trained = counts(train);
        int[] held = counts(validation);
        int[] tested = counts(test);
        int[] few = IntStream.range(0, trained.length).filter(c -> trained[c] < FEW || held[c] == 0 || tested[c] == 0).toArray();
        String listed = IntStream.of(few).limit(LISTED).mapToObj(c -> "'" + train.classes().get(c) + "' has " + trained[c] + ", " + held[c] + " and "
                + tested[c]).collect(Collectors.joining("; "));
        return few.length == 0 ? Optional.empty() : Optional.of("few images of a class to train on, to validate and to test on: " + listed
                + (few.length > LISTED ? "; and so " + (few.length - LISTED) + " more classes" : "") + ". What is measured of them is chance. Maybe more of them?");
    }

    private static int[] counts(Dataset data) {
        int[] counts = new int[data.classes().size()];
        for (int i = 0; counts.length > 0 && i < data.size(); i++) {
            counts[data.label(i)]++;
        }
        return counts;
    }
}
