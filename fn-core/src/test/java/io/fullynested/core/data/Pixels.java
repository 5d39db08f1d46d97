package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import java.util.List;
import java.util.stream.IntStream;

/** What tests look at in data sets. */
final class Pixels {

    private Pixels() {
    }

    static float[] of(Dataset data, int index) {
        float[] image = new float[data.shape().elements()];
        data.read(index, image, 0);
        return image;
    }

    /** The first value of each image, as a byte. */
    static List<Integer> first(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(i -> Math.round(of(data, i)[0] * 255)).toList();
    }

    static List<Integer> labels(Dataset data) {
        return IntStream.range(0, data.size()).mapToObj(data::label).toList();
    }
}
