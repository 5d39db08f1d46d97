package io.fullynested.api.data;

import io.fullynested.api.graph.Shape;
import java.util.List;

/**
 * Labelled images that can be read again and again in any order; they need not be in memory at once. The rows of a table are images
 * of 1×1, each column a channel.
 */
public interface Dataset {

    /** Number of images. */
    int size();

    /** Shape of every image. */
    Shape shape();

    /** Names of the classes, by label. */
    List<String> classes();

    /** Label of an image, 0..classes−1. Several threads may ask at once. */
    int label(int index);

    /**
     * Reads an image. Several threads may do so at once.
     *
     * @param index which one, 0..size−1
     * @param into  gets channels × rows × columns values: 0..1 of images, of tables each column in its own unit
     * @param from  where in {@code into} to start
     */
    void read(int index, float[] into, int from);
}
