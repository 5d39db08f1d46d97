package io.fullynested.core.spec;

import java.util.ArrayList;
import java.util.List;

/**
 * A file that was read.
 *
 * @param name  its name, as the user knows it
 * @param text  the whole YAML, as it was written
 * @param value what it says
 * @param <R>   the record that it was bound to
 */
public record SpecFile<R extends Record>(String name, String text, R value) {

    /**
     * A problem that showed only when what the file says was put to use.
     *
     * @param path what it is about, such as {@code network.blocks[2]}; the line of the nearest thing in the file is found
     */
    public ConfigurationException refuse(String path, String message) {
        YamlNode.Place place = YamlReader.read(text, new ArrayList<>()).orElseThrow().find(path);
        return new ConfigurationException(name, List.of(new Problem(path, place.line(), place.column(), message)));
    }
}
