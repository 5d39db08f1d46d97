package io.fullynested;

import io.fullynested.api.data.Target;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.model.Supernet;
import io.fullynested.onnx.Provenance;
import java.util.Map;
import java.util.TreeMap;

/**
 * What files of submodels say of their origin.
 *
 * @param version of this program
 * @param name    the description's
 * @param target  what the network tells of an image, as far as it is known
 */
record SubmodelOrigin(String version, String name, RunSpec spec, Supernet supernet, Target target) {

    /** More than is counted in a file that somebody exports here. */
    private static final double MOST_COUNTED = 99_999_999_999.0;
    /** With as many decimals as a file says. */
    private static final double WIDEST_SCORE = -0.123456;

    Provenance of(SubmodelSpec selection, Map<String, Double> costs, Map<String, Evaluation> scores) {
        Map<String, Double> claimed = new TreeMap<>();
        scores.forEach((split, evaluation) -> claimed.put(split, evaluation.score()));
        return claiming(selection, costs, claimed);
    }

    /** The most that they say. */
    Provenance widest() {
        Map<String, Double> costs = new TreeMap<>();
        Provenance.COUNTED.forEach(cost -> costs.put(cost, MOST_COUNTED));
        return claiming(supernet.axes().full(), costs, Map.of("validation", WIDEST_SCORE, "test", WIDEST_SCORE));
    }

    private Provenance claiming(SubmodelSpec selection, Map<String, Double> costs, Map<String, Double> scores) {
        Map<String, Double> counted = new TreeMap<>(costs);
        counted.keySet().retainAll(Provenance.COUNTED);
        return new Provenance(version, name, selection, counted, spec.task().scoreName(), scores, outputs(), target, spec.export().metadata());
    }

    /** What the task says of the output, under the name that the network gives it; or of which of several outputs. */
    private String outputs() {
        String outputs = spec.task().outputs();
        if (supernet.outputs().size() > 1) {
            return spec.task().output().orElse("each") + ": " + outputs;
        }
        return spec.network().onlyOutput().map(name -> outputs.replaceFirst("^\\S+", name)).orElse(outputs);
    }
}
