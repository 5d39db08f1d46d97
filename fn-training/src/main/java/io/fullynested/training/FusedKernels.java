package io.fullynested.training;

import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.kernels.Kernels;
import io.fullynested.training.FusedPass.Gradient;
import io.fullynested.training.FusedPieces.Piece;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** {@link Kernels} on tensors: images laid out channels last, or rows of features; and vectors of all masters. */
final class FusedKernels {

    private final TrainedOperands operands;
    private final int threads;

    /**
     * A normalised signal, and what the way back needs.
     *
     * @param x          what was normalised, in memory of its layout
     * @param statistics means and inverse deviations, {@code [2, C]}
     */
    record Normalized(Piece piece, Tensor x, Tensor y, Tensor statistics, Codes codes) {
    }

    /** A signal, and which numbers of it pass a gradient on: a byte for each. */
    record Passed(Tensor y, Tensor passes) {
    }

    /** What a piece rounds to, as kernels take it. */
    private record Codes(int kind, SignalQuantizer.Codes values) {

        private static final Codes NONE = new Codes(0, new SignalQuantizer.Codes(0, 0, 1, 1, 0, 1));

        static Codes of(FakeQuantize rounding, TrainedOperands operands) {
            return rounding == null ? NONE : new Codes(rounding.rounds() ? 2 : 1, SignalQuantizer.Codes.of(rounding, operands.clip(rounding)));
        }
    }

    FusedKernels(TrainedOperands operands, int threads) {
        this.operands = operands;
        this.threads = threads;
    }

    private static int number(Activation function) {
        if (function == null) {
            return 0;
        }
        return switch (function) {
            case RELU -> 1;
            case RELU6 -> 2;
            case HARD_SWISH -> 3;
            default -> throw new IllegalArgumentException(function.toString());
        };
    }

    private static long address(Tensor tensor) {
        return tensor.data_ptr_float().address();
    }

    /** The same in memory without gaps; memory of its own only if it has some. */
    private static Tensor dense(Tensor x) {
        return x.dim() == 4 ? LibTorch.channelsLast(x) : x.contiguous();
    }

    /** A slice of a master as its codes read, bit by bit what {@link io.fullynested.core.model.Parameters} gives. */
    @SuppressWarnings("try") // the guard works by being open
    static Tensor round(Masters masters, MidRise quantizer, Weight weight) {
        int threads = torch.get_num_threads();
        Tensor master = masters.whole(weight.slice().parameter());
        long outputs = master.size(0);
        try (NoGradGuard guard = new NoGradGuard(); Tensor scales = torch.empty(outputs);
                Tensor slice = Masters.gather(master, weight.slice().ranges()).contiguous()) {
            Kernels.weightScales(address(master), outputs, master.numel() / outputs, quantizer.clip(), address(scales), threads);
            Tensor values = torch.empty_like(slice);
            try (Tensor own = Masters.gather(scales, weight.slice().ranges().subList(0, 1)).contiguous()) {
                Kernels.roundWeights(address(slice), address(values), slice.size(0), slice.numel() / slice.size(0), address(own), weight.bits(), threads);
            }
            return values;
        }
    }

    /** {@code sum = (sum + other) / by}, of vectors; {@code sum} is written over. */
    static void addUp(Tensor sum, Tensor other, int by) {
        Kernels.addUp(address(sum), address(other), sum.numel(), by, torch.get_num_threads());
    }

    /** Moves the masters by {@link Kernels#descend}. */
    static void descend(Masters masters, Tensor momentum, Tensor gradient, double rate, double keep, double decay) {
        try (Tensor decayed = masters.weights(gradient)) {
            Kernels.descend(address(masters.values()), address(momentum), address(gradient), gradient.numel(), decayed.numel(), (float) rate, (float) keep,
                    (float) decay, torch.get_num_threads());
        }
    }

    /** The numbers of the first images, by which a clip is observed; 0 if none is. */
    private long observed(Piece piece, Tensor x) {
        return piece.rounding() != null && operands.observes(piece.rounding()) ? x.numel() / x.size(0) * Math.min(ClipTracker.SAMPLE, x.size(0)) : 0;
    }

    Normalized normalize(Piece piece, Tensor signal) {
        BatchNorm norm = piece.norm();
        Tensor x = dense(signal);
        Tensor y = torch.empty_like(x);
        long channels = x.size(1);
        Tensor statistics = torch.empty(2, channels);
        Codes codes = Codes.of(piece.rounding(), operands);
        long observed = observed(piece, x);
        double weighed = Kernels.normalize(address(x), address(y), x.numel() / channels, channels, address(operands.values(norm.gamma())),
                address(operands.values(norm.beta())), norm.epsilon(), address(statistics), address(statistics) + 4 * channels, number(piece.function()),
                codes.kind(), codes.values().least(), codes.values().greatest(), codes.values().unit(), codes.values().share(),
                codes.values().last(), codes.values().scale(), observed / channels, threads);
        if (observed > 0) {
            operands.observe(piece.rounding(), weighed);
        }
        return new Normalized(piece, x, y, statistics, codes);
    }

    /** @return the gradient by what was normalised; null if that is not wanted */
    Gradient normalizeBack(Normalized of, Gradient gradient, boolean wanted) {
        Tensor dy = dense(gradient.values());
        Tensor x = of.x();
        long channels = x.size(1);
        Tensor dx = !wanted ? null : gradient.own() ? dy : torch.empty_like(x);
        Tensor gamma = torch.empty(channels);
        Tensor beta = torch.empty(channels);
        Kernels.normalizeBack(address(dy), address(x), wanted ? address(dx) : 0, x.numel() / channels, channels, address(operands.values(of.piece().norm().gamma())),
                address(operands.values(of.piece().norm().beta())), address(of.statistics()), address(of.statistics()) + 4 * channels, number(of.piece().function()),
                of.codes().kind(), of.codes().values().least(), of.codes().values().greatest(), address(gamma), address(beta), threads);
        operands.learn(of.piece().norm().gamma(), gamma);
        operands.learn(of.piece().norm().beta(), beta);
        x.close();
        if (dx != dy) {
            dy.close();
        }
        return wanted ? new Gradient(dx, true) : null;
    }

    /**
     * A signal, or the sum of two, with what follows.
     *
     * @param b    null for one alone
     * @param over one of them, to be written over; null for neither
     */
    Passed point(Piece piece, Tensor a, Tensor b, Tensor over) {
        Tensor first = dense(a);
        Tensor second = b == null ? null : dense(b);
        // a copy without gaps is free in any case
        Tensor y = over == null ? torch.empty_like(first) : over == a ? first.detach() : second.detach();
        Tensor passes = torch.empty((first.numel() + 3) / 4);
        Codes codes = Codes.of(piece.rounding(), operands);
        long observed = observed(piece, first);
        double weighed = Kernels.add(address(first), second == null ? 0 : address(second), address(y), address(passes), first.numel(), number(piece.function()),
                codes.kind(), codes.values().least(), codes.values().greatest(), codes.values().unit(), codes.values().share(),
                codes.values().last(), codes.values().scale(), observed, threads);
        if (observed > 0) {
            operands.observe(piece.rounding(), weighed);
        }
        first.close();
        if (second != null) {
            second.close();
        }
        return new Passed(y, passes);
    }

    Gradient pointBack(Passed of, Gradient gradient) {
        Tensor dy = dense(gradient.values());
        Tensor dx = gradient.own() ? dy : torch.empty_like(dy);
        Kernels.addBack(address(dy), address(of.passes()), address(dx), dy.numel(), threads);
        of.passes().close();
        if (dx != dy) {
            dy.close();
        }
        return new Gradient(dx, true);
    }
}
