package io.fullynested.training;

import io.fullynested.core.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Tells another one all that it is told, and asks it whether to go on; to be extended by one that does something beside. */
public class ForwardingListener implements TrainingListener {

    private final TrainingListener next;

    /** @param next who is told all */
    public ForwardingListener(TrainingListener next) {
        this.next = next;
    }

    @Override
    public void resumed(long step, long steps, List<Progress> past, List<Validated> measured) {
        next.resumed(step, steps, past, measured);
    }

    @Override
    public void step(Progress progress) {
        next.step(progress);
    }

    @Override
    public void validated(Validated at) {
        next.validated(at);
    }

    @Override
    public void epoch(Progress progress) {
        next.epoch(progress);
    }

    @Override
    public void checkpoint(Progress progress, Supplier<Map<String, Tensor>> masters) {
        next.checkpoint(progress, masters);
    }

    @Override
    public void ended(int epochs, int kept) {
        next.ended(epochs, kept);
    }

    @Override
    public boolean cancelled() {
        return next.cancelled();
    }
}
