package io.fullynested.tflite;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a file says of where it comes from.
 *
 * @param description in a sentence or two
 * @param metadata    by key
 * @param outputs     the names of the outputs, one for each
 */
public record Origin(String description, Map<String, String> metadata, List<String> outputs) {

    public Origin {
        metadata = Collections.unmodifiableMap(new TreeMap<>(metadata));
        outputs = List.copyOf(outputs);
    }
}
