package io.fullynested.training;

import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.kernels.Kernels;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A learning pass with a tape of its own: what lies between convolutions is computed piece by piece by {@link FusedKernels}, convolutions and their
 * gradients by {@link ConvolutionKernel}, and every other operator, with its gradient, by a small autograd graph for it alone. Signals are released once neither the
 * pass forward nor the way back needs them.
 */
final class FusedPass implements LearningPass {

    private static final Logger LOG = LoggerFactory.getLogger(FusedPass.class);
    static final String WITHOUT = "without kernels of its own";
    private static boolean told;

    private final Graph graph;
    private final FusedPieces pieces;
    private final TrainedOperands operands;
    private final FusedKernels kernels;
    private final int[] left;
    private final Tensor[] results;
    /** Results whose memory somebody else sees too, now or on the way back. */
    private final boolean[] seen;
    private final Gradient[] gradients;
    private final Deque<Taped> tape = new ArrayDeque<>();
    private Tensor outputs;

    /**
     * A gradient by a result.
     *
     * @param own whether nobody else sees its memory, so that it may be written over
     */
    record Gradient(Tensor values, boolean own) {
    }

    private record Taped(int node, Back back) {
    }

    /** The way back through what gave a result. */
    @FunctionalInterface
    private interface Back {
        void back(Gradient gradient);
    }

    FusedPass(Graph graph, TrainedOperands operands) {
        this.graph = graph;
        this.pieces = new FusedPieces(graph);
        this.operands = operands;
        this.kernels = new FusedKernels(operands, torch.get_num_threads());
        this.left = graph.uses();
        int size = graph.nodes().size();
        this.results = new Tensor[size];
        this.seen = new boolean[size];
        this.gradients = new Gradient[size];
    }

    /** Whether there are kernels for this machine, which is logged once. */
    static synchronized boolean available() {
        Optional<String> missing = Kernels.missing();
        if (!told) {
            told = true;
            LOG.info(missing.map(why -> "Training by LibTorch's operations alone: there are kernels of our own, but " + why)
                    .orElse("Training by kernels of our own between convolutions"));
        }
        return missing.isEmpty();
    }

    /** Whether there are kernels for a device of this machine. */
    static boolean available(TorchDevice device) {
        return device.equals(TorchDevice.CPU) && available();
    }

    /** Whether trainings here are by kernels of our own, in words. */
    static String kernels() {
        return Kernels.missing().isEmpty() ? "with kernels of its own" : WITHOUT;
    }

    @Override
    @SuppressWarnings("try") // guards work by being open
    public Tensor run(List<Tensor> inputs) {
        try (NoGradGuard guard = new NoGradGuard()) {
            for (int i = 0; i < inputs.size(); i++) {
                results[i] = inputs.get(i);
            }
            for (int i = inputs.size(); i < results.length; i++) {
                if (!pieces.within(i)) {
                    try {
                        forward(i);
                    } catch (RuntimeException e) {
                        throw ForwardPass.refused(graph.node(i), e);
                    }
                }
            }
        }
        outputs = results[results.length - 1].detach().set_requires_grad(pieces.learns(results.length - 1));
        return outputs;
    }

    @Override
    @SuppressWarnings("try")
    public void learn() {
        gradients[results.length - 1] = new Gradient(outputs.grad(), false);
        try (NoGradGuard guard = new NoGradGuard()) {
            while (!tape.isEmpty()) {
                Taped last = tape.removeLast();
                Gradient gradient = gradients[last.node()];
                if (gradient != null) {
                    last.back().back(gradient);
                    gradient.values().close();
                    gradients[last.node()] = null;
                }
            }
        }
    }

    private void forward(int i) {
        Node node = graph.node(i);
        FusedPieces.Piece piece = pieces.at(i);
        if (!pieces.learns(i)) {
            List<Tensor> taken = node.inputs().stream().map(input -> results[input]).toList();
            results[i] = node.operator().accept(new TorchKernels(operands, Normalization.batch(), taken, false));
            seen[i] = true;
        } else if (piece != null && piece.norm() != null) {
            normalize(piece, node.inputs().get(0));
        } else if (piece != null && piece.sum() && piece.bare()) {
            add(i, node.inputs());
        } else if (piece != null) {
            point(piece, node);
        } else if (node.operator() instanceof Convolution convolution
                && !TorchKernels.spreads(convolution.window(), convolution.groups(), graph.inputShapes(node).get(0).channels())) {
            convolve(i, convolution, node.inputs().get(0));
        } else {
            alone(i, node);
        }
        for (int input : node.inputs()) {
            if (--left[input] == 0) {
                results[input].close();
                results[input] = null;
            }
        }
    }

    private void normalize(FusedPieces.Piece piece, int from) {
        FusedKernels.Normalized normalized = kernels.normalize(piece, results[from]);
        seen[from] = true;
        results[piece.last()] = normalized.y();
        tape.add(new Taped(piece.last(), gradient -> give(from, kernels.normalizeBack(normalized, gradient, pieces.learns(from)))));
    }

    private void point(FusedPieces.Piece piece, Node head) {
        boolean sum = piece.sum();
        int a = head.inputs().get(0);
        int b = sum ? head.inputs().get(1) : a;
        // written over what nobody looks at again
        int over = sum && left[b] == 1 && !seen[b] && a != b ? b : left[a] == 1 && !seen[a] && a != b ? a : -1;
        FusedKernels.Passed passed = kernels.point(piece, results[a], sum ? results[b] : null, over < 0 ? null : results[over]);
        results[piece.last()] = passed.y();
        tape.add(new Taped(piece.last(), gradient -> {
            Gradient back = kernels.pointBack(passed, gradient);
            if (sum) {
                both(a, b, back);
            } else {
                give(a, back);
            }
        }));
    }

    private void add(int i, List<Integer> inputs) {
        results[i] = results[inputs.get(0)].add(results[inputs.get(1)]);
        tape.add(new Taped(i, gradient -> both(inputs.get(0), inputs.get(1), new Gradient(gradient.values().detach(), false))));
    }

    private void both(int a, int b, Gradient gradient) {
        give(a, new Gradient(gradient.values().detach(), gradient.own() && !pieces.learns(b)));
        give(b, new Gradient(gradient.values(), gradient.own() && !pieces.learns(a)));
    }

    private void convolve(int i, Convolution convolution, int from) {
        ConvolutionKernel kernel = new ConvolutionKernel(convolution, operands, results[from]);
        seen[from] = true;
        results[i] = kernel.result();
        tape.add(new Taped(i, gradient -> kernel.back(gradient.values(), pieces.learns(from)).ifPresent(dx -> give(from, new Gradient(dx, true)))));
    }

    /** By a graph of autograd for one operator. */
    @SuppressWarnings("try")
    private void alone(int i, Node node) {
        List<Tensor> leaves = node.inputs().stream().map(input -> results[input].detach().set_requires_grad(pieces.learns(input))).toList();
        node.inputs().forEach(input -> seen[input] = true);
        Tensor result;
        try (AutoGradMode recording = new AutoGradMode(true)) {
            result = node.operator().accept(new TorchKernels(operands, Normalization.batch(), leaves, false));
        }
        results[i] = result.detach();
        seen[i] = true;
        tape.add(new Taped(i, gradient -> {
            result.backward(gradient.values(), new BoolOptional(), false, new TensorArrayRefOptional());
            result.close();
            for (int k = 0; k < leaves.size(); k++) {
                // a part of the leaf, which is closed
                Tensor found = leaves.get(k).grad();
                if (found.defined()) {
                    give(node.inputs().get(k), new Gradient(found.detach(), false));
                }
                leaves.get(k).close();
            }
        }));
    }

    /** Adds to the gradient by a result. */
    private void give(int node, Gradient gradient) {
        if (gradient == null || !pieces.learns(node)) {
            return;
        }
        Gradient before = gradients[node];
        if (before == null) {
            gradients[node] = gradient;
        } else if (before.own()) {
            before.values().add_(gradient.values());
            gradient.values().close();
        } else if (gradient.own()) {
            gradient.values().add_(before.values());
            before.values().close();
            gradients[node] = gradient;
        } else {
            gradients[node] = new Gradient(before.values().add(gradient.values()), true);
            before.values().close();
            gradient.values().close();
        }
    }
}
