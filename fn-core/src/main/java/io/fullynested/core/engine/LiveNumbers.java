package io.fullynested.core.engine;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;

/**
 * How many numbers of a network are in memory at once while it is computed: results that are still needed, and the one that is made. It says how many
 * samples may go through together.
 */
public final class LiveNumbers {

    /** Most of a pass, 128 MiB of them: 13 images of 3×224×224 in a ResNet-50. */
    static final int MOST = 1 << 25;

    private LiveNumbers() {
    }

    /** The most that are held at once of one sample. */
    public static long of(Graph graph) {
        int[] left = graph.uses();
        long held = 0;
        long most = 0;
        for (int i = 0; i < left.length; i++) {
            Node node = graph.node(i);
            held += node.shape().elements();
            most = Math.max(most, held);
            for (int input : node.inputs()) {
                if (--left[input] == 0) {
                    held -= graph.node(input).shape().elements();
                }
            }
        }
        return most;
    }

    /** How many samples may go through a network together, at least 1. */
    public static int samples(Graph graph) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, MOST / of(graph)));
    }
}
