package io.fullynested.core.spec;

import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file that was read.
 *
 * @param name      its name, as the user knows it
 * @param written   the whole YAML, as it was written
 * @param overrides what holds in the place of it
 * @param value     what both say
 * @param <R>       the record that it was bound to
 */
public record SpecFile<R extends Record>(String name, String written, Overrides overrides, R value) {

    /** YAML that says all of it: as it was written, if nothing holds in the place of it. */
    public String text() {
        return overrides.values().isEmpty() ? written : YamlText.of(tree());
    }

    /** Each single value of it by its path, {@code training.epochs} or {@code network.blocks[2].channels}, in its order. */
    public Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        collect("", tree(), values);
        return values;
    }

    private static void collect(String path, YamlNode node, Map<String, String> values) {
        if (node instanceof Mapping mapping) {
            mapping.entries().forEach((key, entry) -> collect(path.isEmpty() ? key : path + "." + key, entry, values));
        } else if (node instanceof Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                collect(path + "[" + i + "]", list.items().get(i), values);
            }
        } else if (node instanceof Scalar scalar && !scalar.none()) {
            values.put(path, scalar.text());
        }
    }

    private YamlNode tree() {
        return overrides.over(YamlReader.read(written, new ArrayList<>()).orElseThrow(), new ArrayList<>());
    }

    /**
     * A problem that showed only when what the file says was put to use.
     *
     * @param path what it is about, such as {@code network.blocks[2]}; the line of the nearest thing in the file is found
     */
    public ConfigurationException refuse(String path, String message) {
        YamlNode.Place place = tree().find(path);
        return new ConfigurationException(name, List.of(new Problem(path, place.line(), place.column(), message)));
    }
}
