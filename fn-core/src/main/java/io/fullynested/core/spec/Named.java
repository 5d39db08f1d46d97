package io.fullynested.core.spec;

/**
 * Something of a kind, and the name that its author gave it in YAML.
 *
 * @param name letters, digits, - and _, a letter first
 * @param <T>  what it is: a cost model, a device
 */
public record Named<T>(String name, T thing) {
}
