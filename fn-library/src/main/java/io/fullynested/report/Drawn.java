package io.fullynested.report;

import io.fullynested.api.search.Candidate;

/** A submodel in a drawing, and what it is called there. */
record Drawn(String name, Candidate candidate, Layers layers) {

    /** What is left of a layer of the full model; {@code null} if nothing is. */
    Layer left(Layer full) {
        return layers.all().get(full.name());
    }
}
