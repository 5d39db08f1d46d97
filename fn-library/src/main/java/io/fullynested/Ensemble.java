package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.model.Model;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxEnsemble;
import io.fullynested.onnx.OnnxFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Members of one family that answer together, by the mean of their logits, under a budget for all of them together. Costs are added: those of times and
 * operations are what is paid for one answer, those of sizes are of files that share nothing.
 *
 * @param members    one or more, the first one the best alone
 * @param costs      their sums by cost model
 * @param validation how right they are together on validation images, by which they were chosen
 */
public record Ensemble(List<SubmodelSpec> members, Map<String, Double> costs, Calibration validation) {

    public Ensemble {
        members = List.copyOf(members);
        costs = Map.copyOf(costs);
    }

    /**
     * Picks members by the loss on validation images: beginning with each candidate that the budget allows, the one that lowers the loss of the mean most is
     * added, until none does (Caruana et al., Ensemble selection from libraries of models, ICML 2004, without replacement), and the best of all that came up is taken,
     * which may be one member alone.
     *
     * @param candidates such as the front that a search found
     * @param most       members of it at most
     * @param format     what members are exported as, which their answers are those of
     * @throws IllegalArgumentException if the task is none of classes, or no candidate is within the budget
     */
    public static Ensemble of(TrainedSupernet net, List<SubmodelSpec> candidates, Budget budget, int most, Format format) {
        Dataset images = net.network().data().validation();
        if (images.target().kind() != Target.Kind.CLASS) {
            throw new IllegalArgumentException("an ensemble is of networks that tell classes, found " + images.target().kind().noun());
        }
        Map<SubmodelSpec, float[]> logits = new LinkedHashMap<>();
        Map<SubmodelSpec, Map<String, Double>> costs = new LinkedHashMap<>();
        for (SubmodelSpec candidate : candidates.stream().map(net.axes()::complete).distinct().toList()) {
            costs.put(candidate, net.costs(candidate, format));
            if (budget.allows(costs.get(candidate))) {
                logits.put(candidate, logits(net, candidate, format, images));
            }
        }
        if (logits.isEmpty()) {
            throw new IllegalArgumentException("no candidate is within the budget " + budget.name() + ", " + budget.limits() + ". Maybe cheaper candidates?");
        }
        int[] labels = IntStream.range(0, images.size()).map(images::label).toArray();
        Ensemble best = null;
        for (SubmodelSpec first : logits.keySet()) {
            Ensemble grown = grown(List.of(first), logits, costs, labels, budget, most);
            best = best == null || grown.validation().loss() < best.validation().loss() ? grown : best;
        }
        return best;
    }

    private static Ensemble grown(List<SubmodelSpec> start, Map<SubmodelSpec, float[]> logits, Map<SubmodelSpec, Map<String, Double>> costs, int[] labels,
                                  Budget budget, int most) {
        Ensemble current = with(start, logits, costs, labels);
        boolean better = true;
        while (better && current.members().size() < most) {
            Ensemble next = current;
            for (SubmodelSpec more : logits.keySet()) {
                if (!current.members().contains(more)) {
                    List<SubmodelSpec> members = new ArrayList<>(current.members());
                    members.add(more);
                    Ensemble one = with(members, logits, costs, labels);
                    next = budget.allows(one.costs()) && one.validation().loss() < next.validation().loss() ? one : next;
                }
            }
            better = next != current;
            current = next;
        }
        return current;
    }

    private static Ensemble with(List<SubmodelSpec> members, Map<SubmodelSpec, float[]> logits, Map<SubmodelSpec, Map<String, Double>> costs, int[] labels) {
        Map<String, Double> sum = new TreeMap<>();
        members.forEach(member -> costs.get(member).forEach((name, cost) -> sum.merge(name, cost, Double::sum)));
        return new Ensemble(members, sum, Calibration.of(mean(members.stream().map(logits::get).toList()), labels));
    }

    private static float[] mean(List<float[]> all) {
        float[] mean = new float[all.get(0).length];
        all.forEach(logits -> IntStream.range(0, mean.length).forEach(i -> mean[i] += logits[i] / all.size()));
        return mean;
    }

    private static float[] logits(TrainedSupernet net, SubmodelSpec spec, Format format, Dataset images) {
        Model model = net.extract(spec, format);
        return net.network().on(model, executable -> Outputs.of(executable, LabelledImages.of(images))).data();
    }

    /** The mean logits of some images, of one after the other. */
    public float[] logits(TrainedSupernet net, Dataset images, Format format) {
        return mean(members.stream().map(member -> logits(net, member, format, images)).toList());
    }

    /** How right it is on other images. */
    public Calibration on(TrainedSupernet net, Dataset images, Format format) {
        return Calibration.of(logits(net, images, format), IntStream.range(0, images.size()).map(images::label).toArray());
    }

    /** All members in one ONNX file, whose output is the mean of theirs. Each is checked on its own as it is exported. */
    public OnnxFile export(TrainedSupernet net, Format format) {
        return OnnxEnsemble.averaged(members.stream().map(member -> net.export(member, format).onnx()).toList());
    }
}
