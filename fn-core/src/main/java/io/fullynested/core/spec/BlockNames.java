package io.fullynested.core.spec;

import java.util.HashMap;
import java.util.Map;

/** Names blocks that their author did not name: the last word of the kind and a running number, {@code stage1}. */
final class BlockNames {

    private final Map<String, Integer> counts = new HashMap<>();

    String next(String kind) {
        String word = kind.substring(kind.lastIndexOf('-') + 1);
        return word + counts.merge(word, 1, Integer::sum);
    }
}
