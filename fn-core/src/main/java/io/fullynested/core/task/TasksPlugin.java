package io.fullynested.core.task;

import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import io.fullynested.api.task.Task;
import java.util.List;

/** The built-in tasks. */
public final class TasksPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "tasks";
    }

    @Override
    public List<Factory<Task>> tasks() {
        return List.of(
                task("classification", "one of some classes for each image", Classification.class),
                task("regression", "a quantity for each image, or several", Regression.class),
                task("multi-label", "each of several labels or not, for each image", MultiLabel.class),
                task("segmentation", "one of some classes for each pixel", Segmentation.class),
                task("imitate", "what a trained network says, without labels", Imitate.class));
    }

    private static <R extends Record> Factory<Task> task(String kind, String summary, Class<R> type) {
        return Factory.of(kind, summary, type, Task.class);
    }
}
