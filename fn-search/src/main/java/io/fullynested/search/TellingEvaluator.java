package io.fullynested.search;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.api.search.Evaluator;
import io.fullynested.api.search.Progress;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Tells of what is measured on all images as it comes, whatever the strategy.
 *
 * @param whole gives the selection of all axes for one of those that are searched
 */
record TellingEvaluator(Evaluator evaluator, UnaryOperator<SubmodelSpec> whole, Progress progress) implements Evaluator {

    @Override
    public int images() {
        return evaluator.images();
    }

    @Override
    public List<Evaluation> evaluate(List<SubmodelSpec> specs, int images) {
        List<Evaluation> found = evaluator.evaluate(specs, images);
        for (int i = 0; i < specs.size() && images == images(); i++) {
            progress.measured(whole.apply(specs.get(i)), found.get(i));
        }
        return found;
    }

    @Override
    public int parallel() {
        return evaluator.parallel();
    }

    @Override
    public int blocks() {
        return evaluator.blocks();
    }

    @Override
    public List<Double> divergences(List<SubmodelSpec> specs, int block) {
        return evaluator.divergences(specs, block);
    }
}
