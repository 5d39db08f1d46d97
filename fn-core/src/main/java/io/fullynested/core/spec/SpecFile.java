package io.fullynested.core.spec;

import java.util.ArrayList;
import java.util.List;

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
