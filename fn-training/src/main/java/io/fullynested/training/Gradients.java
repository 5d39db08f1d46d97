package io.fullynested.training;

import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.ParameterSlice;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** The gradients of all masters in one native vector, laid out as {@link Masters#values()}. */
final class Gradients implements AutoCloseable {

    private final Tensor vector;
    private final Map<String, Tensor> views;

    /** @param vector of as many numbers; whoever made it closes it */
    Gradients(Masters masters, Tensor vector) {
        this.vector = vector;
        views = masters.views(vector);
    }

    /** The vector. */
    Tensor vector() {
        return vector;
    }

    /** Whether it has a part for a parameter. */
    boolean holds(String parameter) {
        return views.containsKey(parameter);
    }

    /** Adds the gradient of a slice to that of its master. */
    void add(ParameterSlice slice, Tensor gradient) {
        add(views.get(slice.parameter()), slice.ranges(), gradient, 0);
    }

    private static void add(Tensor master, List<IndexRanges> ranges, Tensor gradient, int from) {
        for (int d = from; d < ranges.size(); d++) {
            if (ranges.get(d).size() < master.size(d)) {
                long start = 0;
                for (IndexRanges.Range range : ranges.get(d).ranges()) {
                    boolean whole = range.size() == gradient.size(d);
                    add(master.narrow(d, range.from(), range.size()), ranges, whole ? gradient : gradient.narrow(d, start, range.size()), d + 1);
                    start += range.size();
                }
                return;
            }
        }
        master.add_(gradient);
    }

    @Override
    public void close() {
        views.values().forEach(Tensor::close);
    }
}
