package io.fullynested.live;

import io.fullynested.NestedNetwork;
import io.fullynested.api.search.Progress;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingListener;

/** Something that is looked at while long work goes on. What it is told changes nothing of the work. */
public interface LiveView extends AutoCloseable {

    /** Nobody looks. */
    LiveView NONE = new LiveView() { };

    /**
     * Looks at a training.
     *
     * @param name what is trained
     * @param next told the same, and asked whether to go on
     * @return what the training is to tell
     */
    default TrainingListener training(String name, NestedNetwork network, TrainingListener next) {
        return next;
    }

    /**
     * Looks at a search.
     *
     * @param name in what is searched
     * @param next told the same, and asked whether to go on
     * @return what the search is to tell
     */
    default Progress search(String name, NestedNetwork network, SearchOptions options, Progress next) {
        return next;
    }

    /** Work of which nothing more is told begins: {@code export}. */
    default void begin(String work) {
    }

    /** The work has ended. */
    @Override
    default void close() {
    }
}
