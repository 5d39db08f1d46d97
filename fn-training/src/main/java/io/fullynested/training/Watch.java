package io.fullynested.training;

import io.fullynested.api.search.Evaluation;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingListener.Progress;
import io.fullynested.training.TrainingListener.Validated;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What validation images say of a training on its way: the curve so far, what was best, and whether it is over before its last epoch. */
final class Watch {

    /** Before the names of the masters that were best, among those of a state. */
    private static final String BEST = "best on validation images: ";

    private final TrainingOptions options;
    private final Optional<Validator> validator;
    private final List<Validated> curve = new ArrayList<>();
    private Map<String, Tensor> best = Map.of();

    /** @throws IllegalArgumentException if the options need validation images, and there is nothing that measures on them */
    Watch(TrainingOptions options, Optional<Validator> validator) {
        if (options.keepsBest() && validator.isEmpty()) {
            throw new IllegalArgumentException("early-stopping and restore-best need validation images, and there are none");
        }
        this.options = options;
        this.validator = validator;
    }

    /** Looks at nothing, and never says that training is over: another rank watches. */
    static Watch elsewhere() {
        return new Watch(TrainingOptions.epochs(1), Optional.empty());
    }

    /** Measures, if it is time to at the end of this epoch. */
    Optional<Validated> look(Progress at, Supplier<Map<String, Tensor>> masters) {
        if (validator.isEmpty() || !options.validation().isDue(at.epoch(), at.epochs(), options.keepsBest())) {
            return Optional.empty();
        }
        Map<String, Tensor> now = masters.get();
        Validator.Measured measured = validator.get().measure(now);
        Validated validated = new Validated(at.epoch(), at.step(), measured.full(), measured.smallest());
        curve.add(validated);
        if (options.keepsBest() && best().filter(validated::equals).isPresent()) {
            best = now;
        }
        return Optional.of(validated);
    }

    /** The best so far, the lower loss where scores are the same; empty if nothing was measured, or no score is a number. */
    private Optional<Validated> best() {
        Validated best = null;
        for (Validated at : curve) {
            if (best == null ? !Double.isNaN(at.score()) : at.score() > best.score() || at.score() == best.score() && at.loss() < best.loss()) {
                best = at;
            }
        }
        return Optional.ofNullable(best);
    }

    /** Whether training ends here. */
    boolean over() {
        return options.earlyStopping().filter(stopping -> stopping.ends(curve)).isPresent();
    }

    /** The curve so far. */
    List<Validated> curve() {
        return List.copyOf(curve);
    }

    /** The epoch that training gives, if that is not its last. */
    Optional<Integer> keptEpoch() {
        return best.isEmpty() ? Optional.empty() : best().map(Validated::epoch);
    }

    /** What training gives, if that is not what it learnt last. */
    Optional<Map<String, Tensor>> kept() {
        return best.isEmpty() ? Optional.empty() : Optional.of(best);
    }

    /** What was best, to be kept beside a state. */
    Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new TreeMap<>();
        best.forEach((name, tensor) -> tensors.put(BEST + name, tensor));
        return tensors;
    }

    /** The curve as text. */
    String text() {
        return String.join("\n", curve.stream().map(at -> at.epoch() + " " + at.step() + " " + text(at.full()) + " " + text(at.smallest())).toList());
    }

    private static String text(Evaluation at) {
        return at.score() + " " + at.loss() + " " + at.images();
    }

    /** Goes on from what {@link #text} and {@link #tensors} gave. */
    void restore(String text, Map<String, Tensor> tensors) {
        text.lines().map(line -> line.split(" ")).forEach(at -> curve.add(new Validated(Integer.parseInt(at[0]), Long.parseLong(at[1]), evaluation(at, 2),
                evaluation(at, 5))));
        Map<String, Tensor> kept = new TreeMap<>();
        tensors.forEach((name, tensor) -> {
            if (name.startsWith(BEST)) {
                kept.put(name.substring(BEST.length()), tensor);
            }
        });
        best = kept;
    }

    private static Evaluation evaluation(String[] at, int from) {
        return new Evaluation(Double.parseDouble(at[from]), Double.parseDouble(at[from + 1]), Integer.parseInt(at[from + 2]));
    }
}
