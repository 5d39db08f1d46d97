package io.fullynested.core.block;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import java.util.List;

/**
 * Joins chains of blocks: the channels of all signals, one after the other, if they have the same positions; else all their numbers.
 * {@code C₁×H×W, C₂×H×W → (C₁+C₂)×H×W}; {@code C×H×W, D → C·H·W+D}.
 */
public record Join() implements NestableBlock {

    @Override
    public Signal build(Signal x, BlockBuilder b) {
        return x;
    }

    @Override
    public Signal build(List<Signal> signals, BlockBuilder b) {
        boolean alike = signals.stream().allMatch(signal -> signal.shape().equals(signals.get(0).shape().withChannels(signal.channels())));
        return signals.size() == 1 ? signals.get(0) : b.concat(alike ? signals : signals.stream().map(b::flatten).toList());
    }
}
