package io.fullynested.check;

import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.task.Classification;
import io.fullynested.training.TrainingListener.Progress;
import io.fullynested.training.TrainingOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What of a trained network shows before it is searched: whether it has learnt, by heart or not, and which classes it confuses. */
public final class LearningCheck {

    private static final int MOST = 5000;
    /** Of the mean share of each class that is told rightly, above that of a guess. */
    private static final double LITTLE = 0.1;
    /** What any other score must be above that of one and the same answer. */
    private static final double BARELY = 0.01;
    private static final double BY_HEART = 0.15;
    private static final double CONFUSED = 0.25;
    private static final int LONGER = 4;
    /** So many times fewer images than the class that it is taken for. */
    private static final int RARE = 4;

    private LearningCheck() {
    }

    /**
     * Looks at the answers of the full network; of tasks that are no classification, at its score only.
     *
     * @param curve epochs of its training; none if they are not known
     */
    public static List<Finding> of(TrainedSupernet net, List<Progress> curve) {
        Dataset validation = net.network().data().validation();
        if (validation.target().kind() != Target.Kind.CLASS) {
            return scored(net, validation, curve);
        }
        List<Finding> findings = new ArrayList<>();
        Answers seen = Answers.of(net, net.network().data().train());
        Answers unseen = Answers.of(net, validation);
        double blind = DataCheck.blind(new Scan(net.network().data().train()), new Scan(validation));
        double doubt = 2 * Math.sqrt(blind * (1 - blind) / unseen.images());
        boolean learnt = unseen.accuracy() > blind + doubt || unseen.recall() > 1.0 / validation.classes().size() + LITTLE;
        boolean byHeart = seen.accuracy() - unseen.accuracy() > BY_HEART;
        boolean balanced = net.network().spec().task() instanceof Classification task && !task.classWeights().isEmpty();
        if (!net.network().metric().equals(Classification.Metric.ACCURACY.id())) {
            // what counts is another metric, by which one and the same answer may be no success
            List<Finding> scored = scored(net, validation, curve);
            findings.addAll(scored);
            if (scored.stream().noneMatch(finding -> finding.level() == Finding.Level.WRONG)) {
                unseen.confusions(findings, validation.classes(), balanced);
            }
        } else if (!learnt) {
            findings.add(Finding.wrong(byHeart ? "more images" : longer(net.network().spec().training(), curve),
                    "the full network has not learnt: it tells %.2f %% of the validation images rightly, and the largest class alone would be %.2f %%",
                    100 * unseen.accuracy(), 100 * blind));
        } else {
            findings.add(Finding.fine("the full network has learnt: it tells %.2f %% of the validation images rightly, and the largest class alone would "
                    + "be %.2f %%", 100 * unseen.accuracy(), 100 * blind));
            unseen.confusions(findings, validation.classes(), balanced);
        }
        if (byHeart) {
            findings.add(Finding.note("more images, --set training.augmentation=strong, or a smaller network",
                    "it has learnt training images by heart: of those it tells %.2f %% rightly, of the validation images %.2f %%", 100 * seen.accuracy(),
                    100 * unseen.accuracy()));
        }
        DeadChannels.of(net).ifPresent(findings::add);
        return List.copyOf(findings);
    }

    /** How to train longer. */
    private static String longer(TrainingOptions options, List<Progress> curve) {
        return options.cost().map(cost -> "--set training.cost=" + LONGER * cost)
                .orElseGet(() -> "--set training.epochs=" + LONGER * (curve.isEmpty() ? options.epochs() : curve.get(curve.size() - 1).epoch()));
    }

    /** Any task knows what the best answer is that sees no image. */
    private static List<Finding> scored(TrainedSupernet net, Dataset validation, List<Progress> curve) {
        String metric = net.network().metric();
        double score = net.evaluate(net.axes().full(), validation).score();
        Optional<Double> blind = net.blind(validation).map(Evaluation::score);
        if (blind.isEmpty()) {
            return List.of();
        }
        if (!(score > blind.get() + BARELY)) {
            return List.of(Finding.wrong(longer(net.network().spec().training(), curve), "the full network has not learnt: its validation %s is %.2f %%, and one and the "
                    + "same answer to all would have %.2f %%", metric, 100 * score, 100 * blind.get()));
        }
        return List.of(Finding.fine("the full network has learnt: its validation %s is %.2f %%, and one and the same answer to all would have %.2f %%", metric,
                100 * score, 100 * blind.get()));
    }

    /**
     * What images are taken for.
     *
     * @param counts by class and answer
     */
    private record Answers(long[][] counts, int images) {

        static Answers of(TrainedSupernet net, Dataset data) {
            LabelledImages images = LabelledImages.first(data, Math.min(data.size(), MOST));
            return new Answers(ClassAnswers.of(net, net.axes().full(), images).counts(data.classes().size()), images.size());
        }

        double accuracy() {
            long right = 0;
            for (int c = 0; c < counts.length; c++) {
                right += counts[c][c];
            }
            return (double) right / images;
        }

        /** Mean over the classes that are there. */
        double recall() {
            double sum = 0;
            int there = 0;
            for (int c = 0; c < counts.length; c++) {
                sum += of(c) > 0 ? (double) counts[c][c] / of(c) : 0;
                there += of(c) > 0 ? 1 : 0;
            }
            return sum / there;
        }

        private long of(int label) {
            long sum = 0;
            for (long count : counts[label]) {
                sum += count;
            }
            return sum;
        }

        /**
         * Names classes that nothing is taken for, and the two that are confused most.
         *
         * @param balanced whether the loss weighs classes already
         */
        void confusions(List<Finding> findings, List<String> classes, boolean balanced) {
            double worst = CONFUSED;
            Finding found = null;
            for (int c = 0; c < counts.length; c++) {
                long answered = 0;
                for (int d = 0; d < counts.length; d++) {
                    answered += counts[d][c];
                    if (d != c && of(c) > 0 && (double) counts[c][d] / of(c) > worst) {
                        worst = (double) counts[c][d] / of(c);
                        found = Finding.note(RARE * of(c) >= of(d) ? "more images of both" : (balanced ? "" : "class-weights: balanced, beside the kind of "
                                + "the task, or ") + "more images of '" + classes.get(c) + "'", "%.0f %% of the validation images of class '%s' are taken for '%s'", 100 * worst,
                                classes.get(c), classes.get(d));
                    }
                }
                if (answered == 0) {
                    findings.add(Finding.note("more images of it, or longer training", "no validation image is taken for class '%s'", classes.get(c)));
                }
            }
            if (found != null) {
                findings.add(found);
            }
        }
    }
}
