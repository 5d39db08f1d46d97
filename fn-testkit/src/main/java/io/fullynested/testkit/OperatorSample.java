package io.fullynested.testkit;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.Shape;
import java.util.List;

/**
 * What is known of an operator without asking it, all worked out by hand.
 *
 * @param operator one that stands alone
 * @param inputs   shapes of what that takes
 * @param result   the shape that it gives
 * @param macs     the multiply-accumulates of that, for one sample
 * @param params   the numbers that it holds
 * @param flops    its operations as {@link io.fullynested.hardware.Flops} counts them
 * @param block    a block that uses such operators, nested ones where they can be
 * @param input    the shape of the signal that the block takes
 * @param heads    blocks whose results come out beside the logits
 * @param maskable whether terms that are zero are the same as no terms: not where it counts them
 */
record OperatorSample(Operator operator, List<Shape> inputs, Shape result, long macs, long params, long flops, NestableBlock block, Shape input,
                      List<NestableBlock> heads, boolean maskable) {

    /** The same with other costs. */
    OperatorSample costing(long otherMacs, long otherParams, long otherFlops) {
        return new OperatorSample(operator, inputs, result, otherMacs, otherParams, otherFlops, block, input, heads, maskable);
    }

    /** The same of one that counts its terms. */
    OperatorSample unmaskable() {
        return new OperatorSample(operator, inputs, result, macs, params, flops, block, input, heads, false);
    }

    /** The same of a network that gives something else too. */
    OperatorSample beside(NestableBlock head) {
        return new OperatorSample(operator, inputs, result, macs, params, flops, block, input, List.of(head), maskable);
    }

    @Override
    public String toString() {
        return operator.getClass().getSimpleName();
    }
}
