package io.fullynested.core.spec;

import java.util.HashMap;
import java.util.Map;

/** Names blocks that their author did not name: the last word of the kind and a running number, {@code stage1}. */
final class BlockNames {

    private final Map<String, Integer> counts = new HashMap<>();

    String next(String kind) {
        return word(kind) + counts.merge(word(kind), 1, Integer::sum);
    }

    /** What {@link #next} would give. */
    String peek(String kind) {
        return word(kind) + (counts.getOrDefault(word(kind), 0) + 1);
    }

    private static String word(String kind) {
        return kind.substring(kind.lastIndexOf('-') + 1);
    }
}
