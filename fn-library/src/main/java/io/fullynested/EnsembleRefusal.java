package io.fullynested;

import io.fullynested.api.data.Target;
import io.fullynested.core.model.Supernet;
import java.util.Optional;

/** Why members of a network cannot answer together, in one ONNX file, by the mean of their logits. */
final class EnsembleRefusal {

    private EnsembleRefusal() {
    }

    /** For a person; empty if they can. */
    static Optional<String> of(RunSpec spec, Supernet supernet) {
        Target.Kind kind = spec.task().target();
        if (kind != Target.Kind.CLASS) {
            return Optional.of("an ensemble is of networks that tell classes, found " + kind.noun());
        }
        if (supernet.outputs().size() > 1 || supernet.compile(supernet.axes().full()).inputs().size() > 1) {
            return Optional.of("an ensemble is of networks with one input and one output");
        }
        if (spec.export().c()) {
            return Optional.of("an ensemble is one ONNX file, but export.format is c. Maybe export.format: auto?");
        }
        return spec.export().tail().map(tail -> "an ensemble is of networks that end in their logits, but this one ends in " + tail + ", left as it is");
    }
}
