package io.fullynested.check;

import io.fullynested.FullyNested;
import io.fullynested.training.RangeTest;
import io.fullynested.training.RangeTest.Point;
import io.fullynested.training.TrainingSession;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which learning rate suits a network and its images, by a range test. */
public final class LearningRateCheck {

    /** A learning rate so many times less or more than the suggestion is as good as it. */
    private static final double ABOUT = 4;
    private static final int TOLD = 8;

    private LearningRateCheck() {
    }

    /** Takes up to 120 steps. */
    public static Finding of(FullyNested network) {
        double own = network.spec().training().optimizer().learningRate();
        RangeTest test;
        try (TrainingSession session = network.session()) {
            test = RangeTest.of(session, own);
        }
        String curve = told(test).stream().map(point -> String.format(Locale.ROOT, "%s: %.3f", number(point.learningRate()), point.loss()))
                .collect(Collectors.joining(", "));
        Optional<Double> suggestion = test.suggestion();
        if (suggestion.isEmpty()) {
            return Finding.note("other images, or another network", "learning-rate %s; at no learning rate did the loss fall within %d steps; loss by learning rate: %s",
                    number(own), test.points().size(), curve);
        }
        String found = number(suggestion.get());
        String what = String.format(Locale.ROOT, "learning-rate %s; the loss falls fastest at about %s, and is least at %s; loss by learning rate: %s",
                number(own), found, number(test.least().learningRate()), curve);
        double times = own / suggestion.get();
        return times <= ABOUT && times >= 1 / ABOUT ? Finding.fine("%s", what) : Finding.note("--set training.optimizer.learning-rate=" + found, "%s", what);
    }

    /** Some of the steps, evenly, the last among them. */
    private static List<Point> told(RangeTest test) {
        List<Point> points = new ArrayList<>();
        for (int i = 1; i <= TOLD; i++) {
            points.add(test.points().get((test.points().size() - 1) * i / TOLD));
        }
        return points.stream().distinct().toList();
    }

    /** Two digits. */
    private static String number(double value) {
        return new BigDecimal(value).round(new MathContext(2)).stripTrailingZeros().toPlainString();
    }
}
