package io.fullynested.check;

import io.fullynested.NestedNetwork;
import io.fullynested.api.search.Budget;
import io.fullynested.search.Floor;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.SubmodelSampler;
import io.fullynested.training.TrainingLength;
import io.fullynested.training.TrainingOptions;
import io.fullynested.training.TrainingOptions.Algorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What of a description shows before anything is trained, though it is legal: too little training, limits that limit nothing. */
public final class PlanCheck {

    /** Networks like these take thousands of steps. */
    private static final long FEW_STEPS = 1000;
    private static final double GREAT_ADAMW = 0.02;
    private static final double GREAT_SGD = 2;

    private PlanCheck() {
    }

    /** Looks at training and search of a description, given its data. */
    public static List<Finding> of(NestedNetwork network) {
        List<Finding> findings = new ArrayList<>();
        training(network, findings);
        search(network, findings);
        return List.copyOf(findings);
    }

    private static void training(NestedNetwork network, List<Finding> findings) {
        TrainingOptions options = network.spec().training();
        int images = network.data().train().size();
        int step = options.batchSize() * options.batchesPerStep();
        if (step > images) {
            findings.add(Finding.note("--set training.batch-size=" + Math.max(2, images / 8 / options.batchesPerStep()),
                    "a step wants %,d images, %d for each of %d submodels, and there are %,d", step, options.batchSize(), options.batchesPerStep(), images));
        }
        TrainingLength length = TrainingLength.of(network.supernet(), options);
        int epochs = length.epochs();
        options.cost().ifPresent(cost -> findings.add(Finding.fine("it costs %s times %,d epochs of the full network alone: %,d epochs of submodels of %.2f times its "
                + "multiply-accumulates on average", cost, options.epochs(), epochs, length.share())));
        long perEpoch = Math.max(1, images / step);
        if (perEpoch * epochs < FEW_STEPS) {
            long wanted = 2 * FEW_STEPS / perEpoch;
            findings.add(Finding.note(options.cost().map(cost -> "--set training.cost=" + Math.round(Math.max(1, cost * wanted / epochs)))
                    .orElse("--set training.epochs=" + round(wanted)), "%,d epochs of these images are %,d steps, and a network takes thousands", epochs,
                    perEpoch * epochs));
        }
        double rate = options.optimizer().learningRate();
        boolean adamw = options.optimizer().algorithm() == Algorithm.ADAMW;
        if (rate > (adamw ? GREAT_ADAMW : GREAT_SGD)) {
            findings.add(Finding.note("--set training.optimizer.learning-rate=" + (adamw ? "0.002" : "0.2"), "a learning rate of %s is great for %s", rate,
                    adamw ? "adamw" : "sgd"));
        }
        for (Map.Entry<String, List<Integer>> axis : new SubmodelSampler(network.supernet().axes(), options, network.seed()).neverDrawn().entrySet()) {
            findings.add(Finding.note("a probability above 0, or fewer keeps", "ordered dropout never keeps %s of %s, so a submodel with that has not learnt",
                    axis.getValue(), axis.getKey()));
        }
    }

    private static long round(long epochs) {
        long unit = epochs < 100 ? 10 : 100;
        return (epochs + unit - 1) / unit * unit;
    }

    private static void search(NestedNetwork network, List<Finding> findings) {
        SearchOptions search = network.search();
        Map<String, Double> full = network.costs().costs(network.supernet().axes().full());
        for (Budget budget : search.budgets()) {
            if (budget.limits().entrySet().stream().allMatch(limit -> full.get(limit.getKey()) <= limit.getValue())) {
                findings.add(Finding.note("a lower limit", "budget %s allows the whole network", budget.name()));
            }
        }
        if (network.data().train().classes().isEmpty()) {
            return;
        }
        double blind = DataCheck.blind(new Scan(network.data().train()), new Scan(network.data().validation()));
        for (Floor floor : search.floors()) {
            if (floor.least() <= blind) {
                findings.add(Finding.note("a higher one", "floor %s of %.2f %% is met by the largest class alone, which gives %.2f %%", floor.name(),
                        100 * floor.least(), 100 * blind));
            }
        }
    }
}
