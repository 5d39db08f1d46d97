package io.fullynested.live;

import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Tells another one all that it is told. */
class ForwardingListener implements TrainingListener {

    private final TrainingListener next;

    ForwardingListener(TrainingListener next) {
        this.next = next;
    }

    @Override
    public void resumed(long step, long steps, List<Progress> past) {
        next.resumed(step, steps, past);
    }

    @Override
    public void step(Progress progress) {
        next.step(progress);
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
    public boolean cancelled() {
        return next.cancelled();
    }
}
