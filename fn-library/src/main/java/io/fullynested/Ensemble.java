package io.fullynested;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Members of one family that answer together, by the mean of their logits, under a budget for all of them together. Costs are added: those of times and
 * operations are what is paid for one answer, those of sizes are of files that share nothing.
 *
 * @param members    one or more, the first one the best alone
 * @param costs      their sums by cost model
 * @param validation how right they are together on validation images, by which they were chosen
 */
public record Ensemble(List<SubmodelSpec> members, Map<String, Double> costs, Calibration validation) {

    /** Times that members are picked anew, as their file is larger than their sizes together. */
    private static final int MORE = 3;

    public Ensemble {
        members = List.copyOf(members);
        costs = Map.copyOf(costs);
    }

    /**
     * Picks members by the loss on validation images: beginning with each candidate that the budget allows, the one that lowers the loss of the mean most is
     * added, until none does (Caruana et al., Ensemble selection from libraries of models, ICML 2004, without replacement), and the best of all that came up is taken,
     * which may be one member alone. Where the budget limits the size, the one file of all of them is within it.
     *
     * @param candidates such as the front that a search found, with what each costs
     * @param most       members of it at most
     * @param format     what members are exported as, which their answers are those of
     * @throws IllegalArgumentException if the network is none that tells classes in one output, or no candidate is within the budget
     */
    public static Ensemble of(TrainedSupernet net, List<Candidate> candidates, Budget budget, int most, Format format) {
        EnsembleExport.require(net);
        Picking picking = Picking.of(net, candidates, budget, format);
        Budget held = budget;
        Ensemble best = picking.best(held, most);
        for (int more = 0; best.members().size() > 1 && budget.limits().containsKey(FileBudgets.SIZE); more++) {
            double excess = EnsembleExport.file(net, best.members(), exporter(net, format)).bytes().length - budget.limits().get(FileBudgets.SIZE);
            if (excess <= 0) {
                break;
            }
            held = FileBudgets.lowered(held, excess);
            best = more < MORE && picking.any(held) ? picking.best(held, most) : picking.best(budget, 1);
        }
        return best;
    }

    /** What candidates say of validation images, and cost. */
    private record Picking(Map<SubmodelSpec, Tensor> logits, Map<SubmodelSpec, Map<String, Double>> costs, int[] labels) {

        static Picking of(TrainedSupernet net, List<Candidate> candidates, Budget budget, Format format) {
            Dataset images = net.network().data().validation();
            Map<SubmodelSpec, Tensor> logits = new LinkedHashMap<>();
            Map<SubmodelSpec, Map<String, Double>> costs = new LinkedHashMap<>();
            for (Candidate candidate : candidates) {
                SubmodelSpec spec = net.axes().complete(candidate.spec());
                if (budget.allows(candidate.costs()) && costs.put(spec, candidate.costs()) == null) {
                    logits.put(spec, net.outputs(spec, format, LabelledImages.of(images)));
                }
            }
            if (logits.isEmpty()) {
                throw new IllegalArgumentException("no candidate is within the budget " + budget.name() + ", " + budget.limits() + ". Maybe cheaper candidates?");
            }
            return new Picking(logits, costs, EnsembleExport.classes(images));
        }

        boolean any(Budget budget) {
            return costs.values().stream().anyMatch(budget::allows);
        }

        Ensemble best(Budget budget, int most) {
            Ensemble best = null;
            for (SubmodelSpec first : logits.keySet()) {
                if (budget.allows(costs.get(first))) {
                    Ensemble grown = grown(List.of(first), budget, most);
                    best = best == null || grown.validation().loss() < best.validation().loss() ? grown : best;
                }
            }
            return best;
        }

        private Ensemble grown(List<SubmodelSpec> start, Budget budget, int most) {
            Ensemble current = with(start);
            boolean better = true;
            while (better && current.members().size() < most) {
                Ensemble next = current;
                for (SubmodelSpec more : logits.keySet()) {
                    List<SubmodelSpec> members = new ArrayList<>(current.members());
                    members.add(more);
                    if (!current.members().contains(more) && budget.allows(cost(members))) {
                        Ensemble one = with(members);
                        next = one.validation().loss() < next.validation().loss() ? one : next;
                    }
                }
                better = next != current;
                current = next;
            }
            return current;
        }

        private Map<String, Double> cost(List<SubmodelSpec> members) {
            return EnsembleExport.sum(members.stream().map(costs::get).toList());
        }

        private Ensemble with(List<SubmodelSpec> members) {
            return new Ensemble(members, cost(members), Calibration.of(EnsembleExport.mean(members.stream().map(logits::get).toList()).data(), labels));
        }
    }

    /** The mean logits of some images, of one after the other. */
    public float[] logits(TrainedSupernet net, Dataset images, Format format) {
        return EnsembleExport.outputs(net, members, format, LabelledImages.of(images)).data();
    }

    /** How right it is on other images. */
    public Calibration on(TrainedSupernet net, Dataset images, Format format) {
        return Calibration.of(logits(net, images, format), EnsembleExport.classes(images));
    }

    /** All members in one ONNX file, whose output is the mean of theirs, checked in onnxruntime; see {@link EnsembleExport#of}. */
    public EnsembleExport export(TrainedSupernet net, Format format) {
        return EnsembleExport.of(net, members, exporter(net, format));
    }

    private static OnnxExporter exporter(TrainedSupernet net, Format format) {
        return new OnnxExporter(format).named(net.network().spec().export().names());
    }
}
