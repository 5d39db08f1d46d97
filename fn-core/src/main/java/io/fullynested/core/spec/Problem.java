package io.fullynested.core.spec;

import io.fullynested.core.io.Printable;

/**
 * Something wrong in a file.
 *
 * @param path    what it is about, such as {@code network.blocks[2].kernel}; empty for the whole file
 * @param line    from 1; 0 if it is about no line, below 0 if about a value of {@link Overrides}
 * @param column  from 1; 0 if it is about no line
 * @param message what is wrong, and often what may have been meant; one line of bounded length, whatever the file holds
 */
public record Problem(String path, int line, int column, String message) {

    public Problem {
        path = Printable.line(path);
        message = Printable.line(message);
    }

    static Problem at(YamlNode.Place place, String message) {
        return new Problem(place.path(), place.line(), place.column(), message);
    }

    /** As {@code quickstart.yaml:7: network.blocks[1].kernle: unknown key. Maybe 'kernel'?} */
    String in(String file) {
        if (line == Overrides.LINE) {
            return "--set " + path + ": " + message;
        }
        return Printable.line(file) + (line > 0 ? ":" + line : "") + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
