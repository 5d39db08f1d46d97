package io.fullynested.core.spec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands in a YAML file, and where. */
sealed interface YamlNode {

    /** Where it stands: at its key, if it has one. */
    Place place();

    /** What it is, for people. */
    String noun();

    /**
     * A place in a file.
     *
     * @param path   such as {@code network.blocks[2].kernel}; empty for the whole file
     * @param line   from 1; 0 if there is none
     * @param column from 1; 0 if there is none
     */
    record Place(String path, int line, int column) {

        /** The place of a key within a mapping that stands here, as far as the path goes. */
        Place key(String key) {
            return new Place(path.isEmpty() ? key : path + "." + key, line, column);
        }

        /** The place of an item of a list that stands here, as far as the path goes. */
        Place item(int index) {
            return new Place(path + "[" + index + "]", line, column);
        }

        Place at(int newLine, int newColumn) {
            return new Place(path, newLine, newColumn);
        }
    }

    /**
     * A single value.
     *
     * @param text as it is written, without quotes
     * @param none whether it is YAML's null: nothing, or {@code ~}
     */
    record Scalar(Place place, String text, boolean none) implements YamlNode {
        @Override
        public String noun() {
            return none ? "nothing" : "'" + text + "'";
        }
    }

    /** A list. */
    record Sequence(Place place, List<YamlNode> items) implements YamlNode {

        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public String noun() {
            return "a list";
        }
    }

    /** Keys and values, in their order. */
    record Mapping(Place place, Map<String, YamlNode> entries) implements YamlNode {

        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /** What stands at a key, if anything does. */
        Optional<YamlNode> given(String key) {
            return Optional.ofNullable(entries.get(key)).filter(node -> !(node instanceof Scalar scalar && scalar.none()));
        }

        /** These entries, and those of {@code defaults} that are missing here; what has a kind is not mixed with another's options. */
        Mapping over(Mapping defaults) {
            Map<String, YamlNode> all = new LinkedHashMap<>(defaults.entries);
            entries.forEach((key, node) -> all.merge(key, node, (below, above) -> above instanceof Mapping mine && below instanceof Mapping theirs
                    && !mine.entries.containsKey("kind") ? mine.over(theirs) : above));
            return new Mapping(place, all);
        }

        @Override
        public String noun() {
            return "keys and values";
        }
    }

    /**
     * Something that a program made, in the place of what would be written.
     *
     * @param value not a number, a text, a list or another thing that has a form of its own here
     */
    record Made(Place place, Object value) implements YamlNode {
        @Override
        public String noun() {
            return value.toString();
        }
    }

    /** The place of a path, or of the nearest thing around it that stands in the file. */
    default Place find(String path) {
        List<YamlNode> inner = this instanceof Mapping mapping ? List.copyOf(mapping.entries().values())
                : this instanceof Sequence sequence ? sequence.items() : List.of();
        for (YamlNode node : inner) {
            String own = node.place().path();
            if (path.equals(own) || path.startsWith(own + ".") || path.startsWith(own + "[")) {
                return node.find(path);
            }
        }
        return place();
    }
}
