package io.fullynested.check;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is to be known of a data set before anything is trained: its first images, looked at once. */
final class Scan {

    /** Images to look at, at most; a few seconds' work. */
    private static final int MOST = 50_000;

    final int images;
    /** By label; none if images have no class. */
    final long[] counts;
    /** By channel. */
    final float[] least;
    final float[] most;
    /** How many images hold what is no finite number. */
    int broken;
    private final Dataset data;
    private final long[] digests;
    /** A digest of each image → the first with it. */
    private final Map<Long, Integer> first = new HashMap<>();
    /** Copies of an image before them. */
    final Copies copies = new Copies();
    /** Those of them that have another class. */
    final Copies contradicting = new Copies();

    /** Images that are the same as others; the first pair of them has names. */
    static final class Copies {

        int count;
        private String example;

        private void add(String copy, String original) {
            if (count++ == 0) {
                example = copy + " is " + original;
            }
        }

        /** For a message: an example, if there is one. */
        String example() {
            return count == 0 ? "" : ": " + example + (count > 1 ? ", for example" : "");
        }
    }

    Scan(Dataset data) {
        this.data = data;
        images = Math.min(data.size(), MOST);
        digests = new long[images];
        boolean classes = data.target().kind() == Target.Kind.CLASS;
        counts = new long[classes ? data.classes().size() : 0];
        int[] channels = channels(data.parts());
        int count = channels[channels.length - 1] + 1;
        least = new float[count];
        most = new float[count];
        Arrays.fill(least, Float.POSITIVE_INFINITY);
        Arrays.fill(most, Float.NEGATIVE_INFINITY);
        float[] image = new float[data.shape().elements()];
        for (int i = 0; i < images; i++) {
            data.read(i, image, 0);
            look(image, channels);
            digests[i] = digest(image);
            Integer before = first.putIfAbsent(digests[i], i);
            if (before != null) {
                copies.add(data.name(i), data.name(before));
            }
            if (classes) {
                counts[data.label(i)]++;
                if (before != null && data.label(before) != data.label(i)) {
                    contradicting.add(data.name(i), data.name(before));
                }
            }
        }
    }

    /** The channel of each number, counted through all parts. */
    private static int[] channels(List<Shape> parts) {
        int[] channels = new int[Shape.joined(parts).elements()];
        int start = 0;
        int first = 0;
        for (Shape part : parts) {
            for (int i = 0; i < part.elements(); i++) {
                channels[start + i] = first + i / part.positions();
            }
            start += part.elements();
            first += part.channels();
        }
        return channels;
    }

    private void look(float[] image, int[] channels) {
        boolean finite = true;
        for (int i = 0; i < image.length; i++) {
            least[channels[i]] = Math.min(least[channels[i]], image[i]);
            most[channels[i]] = Math.max(most[channels[i]], image[i]);
            finite &= Float.isFinite(image[i]);
        }
        broken += finite ? 0 : 1;
    }

    /** FNV-1a over the bits of the numbers. */
    private static long digest(float[] image) {
        long digest = 0xcbf29ce484222325L;
        for (float value : image) {
            digest = (digest ^ Float.floatToIntBits(value)) * 0x100000001b3L;
            digest ^= digest >>> 29;
        }
        return digest;
    }

    /** The images of this set that are in the other, too. */
    Copies shared(Scan other) {
        Copies shared = new Copies();
        for (int i = 0; i < images; i++) {
            Integer there = other.first.get(digests[i]);
            if (there != null) {
                shared.add(data.name(i), other.data.name(there));
            }
        }
        return shared;
    }

    /** The class with the most images. */
    int largest() {
        int largest = 0;
        for (int c = 1; c < counts.length; c++) {
            largest = counts[c] > counts[largest] ? c : largest;
        }
        return largest;
    }

    int smallest() {
        int smallest = 0;
        for (int c = 1; c < counts.length; c++) {
            smallest = counts[c] < counts[smallest] ? c : smallest;
        }
        return smallest;
    }

    double share(int label) {
        return (double) counts[label] / images;
    }
}
