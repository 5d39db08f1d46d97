package io.fullynested.c;

import java.util.List;

/**
 * What the header says of where a network comes from.
 *
 * @param lines   a statement each
 * @param labels  what the outputs are called, in order; empty if unknown
 * @param outputs the names of the outputs, one for each
 */
public record Origin(List<String> lines, List<String> labels, List<String> outputs) {

    public Origin {
        lines = List.copyOf(lines);
        labels = List.copyOf(labels);
        outputs = List.copyOf(outputs);
    }
}
