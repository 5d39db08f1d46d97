package io.fullynested.core.interpreter;

import io.fullynested.core.tensor.Tensor;
import java.util.List;

/** Operators that only move planes. */
final class Channels {

    private Channels() {
    }

    static Tensor concat(List<Tensor> parts) {
        int channels = parts.stream().mapToInt(part -> part.shape()[1]).sum();
        Tensor result = Tensor.zeros(Planes.withChannels(parts.get(0), channels));
        int area = Planes.of(result).area();
        for (int sample = 0; sample < result.shape()[0]; sample++) {
            int next = sample * channels * area;
            for (Tensor part : parts) {
                int length = part.shape()[1] * area;
                System.arraycopy(part.data(), sample * length, result.data(), next, length);
                next += length;
            }
        }
        return result;
    }

    static Tensor slice(Tensor x, int from, int to) {
        Planes planes = Planes.of(x);
        Tensor result = Tensor.zeros(Planes.withChannels(x, to - from));
        int length = (to - from) * planes.area();
        for (int sample = 0; sample < planes.batch(); sample++) {
            System.arraycopy(x.data(), (sample * planes.channels() + from) * planes.area(), result.data(), sample * length, length);
        }
        return result;
    }

    static Tensor permute(Tensor x, List<Integer> order) {
        Planes planes = Planes.of(x);
        Tensor result = Tensor.zeros(Planes.withChannels(x, order.size()));
        int next = 0;
        for (int sample = 0; sample < planes.batch(); sample++) {
            for (int channel : order) {
                System.arraycopy(x.data(), (sample * planes.channels() + channel) * planes.area(), result.data(), next, planes.area());
                next += planes.area();
            }
        }
        return result;
    }

    static Tensor flatten(Tensor x) {
        Planes planes = Planes.of(x);
        return new Tensor(new int[] {planes.batch(), planes.channels() * planes.area()}, x.data());
    }

    /** Every pixel so many times in each direction. */
    static Tensor resize(Tensor x, int rows, int columns) {
        int height = x.shape()[2] * rows;
        int width = x.shape()[3] * columns;
        Tensor result = Tensor.zeros(x.shape()[0], x.shape()[1], height, width);
        for (int i = 0; i < result.data().length; i++) {
            int row = i / width % height / rows;
            result.data()[i] = x.data()[(i / width / height * x.shape()[2] + row) * x.shape()[3] + i % width / columns];
        }
        return result;
    }
}
