package io.fullynested;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.Validator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures a training on its way as searches measure what came of it, on some of the validation images. */
final class ValidationImages implements Validator {

    private static final Logger LOG = LoggerFactory.getLogger(ValidationImages.class);

    private final NestedNetwork network;
    private SubmodelEvaluator evaluator;

    /** Images are read when they are first needed. */
    ValidationImages(NestedNetwork network) {
        this.network = network;
    }

    @Override
    public Measured measure(Map<String, Tensor> masters) {
        long start = System.nanoTime();
        if (evaluator == null) {
            evaluator = new SubmodelEvaluator(network.supernet(), network.parameters(masters), network.scorer(), network.backend(), network.device(),
                    network.threads(), network.data().train(), network.data().validation(), network.seed(), network.spec().training().recalibrationImages());
        }
        SubmodelEvaluator now = evaluator.with(network.parameters(masters));
        SubmodelSpec full = network.supernet().axes().full();
        SubmodelSpec smallest = network.supernet().axes().smallest();
        int images = Math.min(network.spec().training().validation().images(), now.images());
        List<Evaluation> measured = now.evaluate(full.equals(smallest) ? List.of(full) : List.of(full, smallest), images);
        LOG.info("Looked at {} validation images in {} ms", images, (System.nanoTime() - start) / 1_000_000);
        return new Measured(measured.get(0), measured.get(measured.size() - 1));
    }
}
