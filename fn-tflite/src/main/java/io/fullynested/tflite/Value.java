package io.fullynested.tflite;

import io.fullynested.api.graph.Shape;
import io.fullynested.core.integer.Signal;
import java.util.List;

/**
 * A tensor that is computed: code {@code q} stands for {@code scale · (q − zeroPoint)}.
 *
 * @param tensor    its position in the file
 * @param kind      of its numbers
 * @param dims      1 and the features, or 1, rows, columns, channels
 * @param scale     0 if its numbers are no codes
 * @param zeroPoint the code of zero
 */
record Value(int tensor, Kind kind, List<Integer> dims, float scale, int zeroPoint) {

    Value {
        dims = List.copyOf(dims);
    }

    /** How a tensor is told by its codes. */
    record Grid(Kind kind, float scale, int zeroPoint) {

        /**
         * Of a signal: the greatest of its codes is the greatest of int8, so that what is beyond saturates, however few bits it has.
         */
        static Grid of(Signal signal) {
            return new Grid(Kind.INT8, (float) signal.step(), Byte.MAX_VALUE - signal.greatest());
        }

        /** Int16 codes of numbers that are not beyond a bound; these have no zero point. */
        static Grid wide(double bound) {
            return new Grid(Kind.INT16, (float) (bound / Short.MAX_VALUE), 0);
        }
    }

    /** The dimensions of a signal, its channels last. */
    static List<Integer> dims(Shape shape) {
        return shape.flat() ? List.of(1, shape.channels()) : List.of(1, shape.height(), shape.width(), shape.channels());
    }

    Grid grid() {
        return new Grid(kind, scale, zeroPoint);
    }

    int last() {
        return dims.get(dims.size() - 1);
    }

    int elements() {
        return dims.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
    }
}
