package io.fullynested.api.data;

import io.fullynested.api.graph.Shape;
import java.util.List;

/**
 * What a data set gives beside each image, for a network to learn: some numbers.
 *
 * @param kind  how they are meant
 * @param shape how they lie; of {@link Kind#NOTHING} there are none, whatever it says
 * @param names of the classes, the quantities or the labels; may be empty if they have none
 */
public record Target(Kind kind, Shape shape, List<String> names) {

    /** How the numbers of a target are meant. */
    public enum Kind {
        /** One number, the index of a class among the names. */
        CLASS("the class of each image"),
        /** Quantities, in units of their own. */
        NUMBERS("numbers for each image"),
        /** For each of the names 1 if it applies, else 0. */
        LABELS("which of several labels each image has"),
        /** For each pixel the index of its class among the names; a negative one of a pixel that does not count. */
        CLASS_OF_PIXELS("the class of each pixel"),
        /** There is no target, only images. */
        NOTHING("nothing beside images");

        private final String noun;

        Kind(String noun) {
            this.noun = noun;
        }

        /** In words, after "the data give …". */
        public String noun() {
            return noun;
        }
    }

    public Target {
        names = List.copyOf(names);
    }

    /** One of some classes. */
    public static Target classes(List<String> names) {
        return new Target(Kind.CLASS, Shape.flat(1), names);
    }

    /** Quantities of these names. */
    public static Target numbers(List<String> names) {
        return new Target(Kind.NUMBERS, Shape.flat(names.size()), names);
    }

    /** Each of some labels, or not. */
    public static Target labels(List<String> names) {
        return new Target(Kind.LABELS, Shape.flat(names.size()), names);
    }

    /** One of some classes for each pixel. */
    public static Target classOfPixels(List<String> names, int height, int width) {
        return new Target(Kind.CLASS_OF_PIXELS, Shape.image(1, height, width), names);
    }

    /** Images alone. */
    public static Target nothing() {
        return new Target(Kind.NOTHING, Shape.flat(1), List.of());
    }

    /** How many numbers there are for each image. */
    public int size() {
        return kind == Kind.NOTHING ? 0 : shape.elements();
    }
}
