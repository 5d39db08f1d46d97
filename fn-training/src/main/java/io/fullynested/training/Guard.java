package io.fullynested.training;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A bound on what the full network loses while its submodels learn. Where it has lost more, all masters go back part of the way to those that
 * training began with, on the straight line between the two, until the bound holds; at the beginning it does. Between two networks of which one
 * was tuned from the other, loss is low all along that line (Neyshabur et al., What is being transferred in transfer learning?, NeurIPS 2020;
 * Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022).
 *
 * <p>So that it need not, the last part of a training may be the full network's: it and others of half its widths or more learn, and what the
 * submodel of half of all widths uses stays as it is.
 *
 * @param most      of the score a share of the validation images, or other unit of the task's; of the loss its own unit
 * @param of        what is bounded
 * @param steps     share of the steps, the last ones, in which only what the submodel of half of all widths does not use learns, with a learning rate
 *                  schedule of its own
 * @param fullEvery of so many submodels one is the full network before these steps, with {@link Draws#HALVES}
 */
public record Guard(
        @Option(value = "the most that its score on validation images may fall, 0.003 for 0.3 points of accuracy; or its loss rise", byDefault = "0.003", min = 0, max = 1)
        double most,
        @Option(value = "what that is of: the score of the task, or its loss, which some hundred images tell more surely", byDefault = "score") Measure of,
        @Option(value = "share of the steps, the last ones, in which only the full network and others of half its widths or more learn, with what the submodel of "
                + "half of all widths uses left as it is; 0 for none", byDefault = "0", min = 0, max = 0.9) double steps,
        @Option(value = "with draws halves, of so many submodels before these steps one is the full network", byDefault = "16", min = 1) int fullEvery) {

    /** Parts of the way that are tried, little being given back first: submodels lose more by it than the full network does. */
    private static final double[] SHARES = {0.97, 0.94, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.4, 0.25, 0};

    /** What is bounded. */
    public enum Measure {
        /** By the metric of the task. */
        SCORE,
        /** What training minimises. */
        LOSS
    }

    /**
     * What it led to.
     *
     * @param masters the tensors by name
     * @param share   of the way from the beginning to what was learnt; 1 if the bound held
     * @param began   how good the full network was at the beginning
     * @param learnt  as it was trained
     * @param kept    at the share
     */
    public record Held(Map<String, Tensor> masters, double share, Evaluation began, Evaluation learnt, Evaluation kept) {
    }

    /**
     * Goes back as far as needed.
     *
     * @param begin those that training began with; what is missing there, such as clips, stays as it was learnt
     * @param end   those that it led to
     * @param full  how good the full network is with some masters
     */
    public Held hold(Map<String, Tensor> begin, Map<String, Tensor> end, Function<Map<String, Tensor>, Evaluation> full) {
        Evaluation began = full.apply(between(begin, end, 0));
        Evaluation learnt = full.apply(end);
        Held held = new Held(end, 1, began, learnt, learnt);
        for (int i = 0; i < SHARES.length && !holds(began, held.kept()); i++) {
            Map<String, Tensor> masters = between(begin, end, SHARES[i]);
            held = new Held(masters, SHARES[i], began, learnt, SHARES[i] == 0 ? began : full.apply(masters));
        }
        return held;
    }

    private boolean holds(Evaluation began, Evaluation now) {
        return of == Measure.LOSS ? now.loss() <= began.loss() + most : now.score() >= began.score() - most;
    }

    /**
     * Masters on the straight line between two.
     *
     * @param begin at 0; what is missing there is that of the end everywhere
     * @param end   at 1
     * @param share of the way
     */
    public static Map<String, Tensor> between(Map<String, Tensor> begin, Map<String, Tensor> end, double share) {
        Map<String, Tensor> masters = new TreeMap<>();
        end.forEach((name, tensor) -> {
            float[] from = begin.getOrDefault(name, tensor).data();
            float[] numbers = tensor.data().clone();
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = (float) (from[i] + share * (numbers[i] - from[i]));
            }
            masters.put(name, new Tensor(tensor.shape(), numbers));
        });
        return masters;
    }
}
