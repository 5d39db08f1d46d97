package io.fullynested.check;

import io.fullynested.NestedNetwork;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Input;
import io.fullynested.core.spec.NetworkSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What of data shows before anything is trained: classes and their shares, images that are where they should not be. */
public final class DataCheck {

    private static final int FEW = 20;
    private static final int FEW_TO_MEASURE = 100;
    private static final double UNEVEN = 10;
    private static final int LISTED = 6;
    /** One image of so many that is in two sets is worth a note, more are wrong. */
    private static final int COPIES = 100;

    private final DataSource.Splits data;
    private final List<String> classes;
    private final Scan train;
    private final Scan validation;
    private final Scan test;
    private final List<Finding> findings = new ArrayList<>();

    private DataCheck(DataSource.Splits data) {
        this.data = data;
        this.classes = data.train().classes();
        this.train = new Scan(data.train());
        this.validation = new Scan(data.validation());
        this.test = new Scan(data.test());
    }

    /** Looks at every image, or the first 50,000 of each set, and whether they are within the range of the network's inputs. */
    public static List<Finding> of(NestedNetwork network) throws IOException {
        DataCheck check = new DataCheck(network.data());
        check.look();
        check.ranges(network.spec().network().takes());
        return List.copyOf(check.findings);
    }

    /** Looks at every image, or the first 50,000 of each set. */
    public static List<Finding> of(DataSource.Splits data) {
        DataCheck check = new DataCheck(data);
        check.look();
        return List.copyOf(check.findings);
    }

    private void look() {
        data.notes().forEach(note -> findings.add(Finding.note("", "%s", note)));
        if (train.counts.length > 0) {
            classes();
        }
        sets();
        values();
    }

    /** Numbers beyond the range of their input are taken for its least or greatest. */
    private void ranges(List<NetworkSpec.Input> inputs) {
        int channel = 0;
        for (NetworkSpec.Input input : inputs) {
            float least = Float.POSITIVE_INFINITY;
            float most = Float.NEGATIVE_INFINITY;
            for (int end = channel + input.shape().channels(); channel < end; channel++) {
                least = Math.min(least, train.least[channel]);
                most = Math.max(most, train.most[channel]);
            }
            Input.Values range = input.values();
            if (least < range.least() || most > range.most()) {
                findings.add(Finding.note(String.format(Locale.ROOT, "range: [%.0f, %.0f] of the input, or numbers brought into its range", Math.floor(least),
                        Math.ceil(most)), "the range of the input is %s to %s, and training data have %s to %s; a file in C, or one that takes bytes, cannot be "
                        + "given these", range.least(), range.most(), least, most));
            }
        }
    }

    /** The share of the validation images that an answer gets right which is always the largest class of the training images. */
    static double blind(Scan train, Scan validation) {
        return validation.share(train.largest());
    }

    private void classes() {
        String sizes = String.format(Locale.ROOT, "%,d training, %,d validation and %,d test images", data.train().size(), data.validation().size(),
                data.test().size());
        List<Integer> bySize = IntStream.range(0, classes.size()).boxed().sorted(Comparator.comparingLong(c -> -train.counts[c])).toList();
        int last = bySize.get(bySize.size() - 1);
        findings.add(Finding.fine("%s of %d classes: %s", sizes, classes.size(), classes.size() <= LISTED
                ? bySize.stream().map(this::share).collect(Collectors.joining(", ")) : share(bySize.get(0)) + " to " + share(last)));
        for (int c = 0; c < classes.size(); c++) {
            if (train.counts[c] == 0) {
                findings.add(Finding.wrong("a smaller share for validation, or leave the class out", "no training image is of class '%s'", classes.get(c)));
            } else if (train.counts[c] < FEW) {
                findings.add(Finding.note("more of them, or one class with another", "class '%s' has %d training images only", classes.get(c), train.counts[c]));
            }
            if (validation.counts[c] == 0 || test.counts[c] == 0) {
                findings.add(Finding.note("sets drawn again", "no %s image is of class '%s', so nothing is measured of it",
                        validation.counts[c] == 0 ? "validation" : "test", classes.get(c)));
            }
        }
        if (train.counts[last] > 0 && train.counts[train.largest()] >= UNEVEN * train.counts[train.smallest()]) {
            findings.add(Finding.note("more images of the small ones", "class '%s' has %.0f times as many training images as '%s'", classes.get(bySize.get(0)),
                    (double) train.counts[bySize.get(0)] / train.counts[last], classes.get(last)));
        }
        findings.add(Finding.fine("the largest class alone would give %.2f %% of the validation images", 100 * blind(train, validation)));
    }

    private String share(int label) {
        return String.format(Locale.ROOT, "%s %.3g %%", classes.get(label), 100 * train.share(label));
    }

    private void sets() {
        if (data.validation().size() < FEW_TO_MEASURE) {
            findings.add(Finding.note("a larger share for validation", "%d validation images tell submodels apart to %.0f %% only", data.validation().size(),
                    100 / Math.sqrt(data.validation().size()) / 2));
        }
        shared(test.shared(train), test.images, "test");
        shared(validation.shared(train), validation.images, "validation");
        if (train.contradicting.count > 0) {
            findings.add(Finding.wrong("a look at the labels", "%,d training images are copies of others that have another class%s", train.contradicting.count,
                    train.contradicting.example()));
        } else if (train.copies.count > train.images / 20) {
            findings.add(Finding.note("each of them once", "%,d of %,d training images are copies of others%s", train.copies.count, train.images,
                    train.copies.example()));
        }
    }

    private void shared(Scan.Copies shared, int of, String set) {
        if (shared.count > 0) {
            String advice = "each image once, or folders of your own for each set";
            String what = "%,d of %,d %s images are training images, too, so they measure nothing%s";
            findings.add(COPIES * shared.count < of ? Finding.note(advice, what, shared.count, of, set, shared.example())
                    : Finding.wrong(advice, what, shared.count, of, set, shared.example()));
        }
    }

    private void values() {
        for (Scan scan : List.of(train, validation, test)) {
            if (scan.broken > 0) {
                findings.add(Finding.wrong("a look at the file, or leave them out", "%,d of %,d %s images hold what is no finite number", scan.broken, scan.images,
                        scan == train ? "training" : scan == validation ? "validation" : "test"));
            }
        }
        List<Integer> constant = IntStream.range(0, train.least.length).filter(c -> train.least[c] == train.most[c]).boxed().toList();
        if (!constant.isEmpty()) {
            findings.add(Finding.note("leave it out", "channel %s of %d is the same number in all training images", constant.stream().map(String::valueOf)
                    .collect(Collectors.joining(", ")), train.least.length));
        }
    }
}
