package io.fullynested.core.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.task.OutputsObjective.Part;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Which outputs of a network a task is about, and which share of the target each of them has: all of it for one; of several, as many numbers
 * as the output has, in order.
 */
public final class TaskOutputs {

    private static final Set<Target.Kind> OF_ONE = Set.of(Target.Kind.CLASS, Target.Kind.CLASS_OF_PIXELS);

    private final Task task;
    private final Map<String, Shape> outputs;

    /**
     * A task and the network for it.
     *
     * @param outputs of the network, by name, in order
     * @throws IllegalArgumentException if it is about an output that there is not, or about one of several and does not say which
     */
    public TaskOutputs(Task task, Map<String, Shape> outputs) {
        this.task = task;
        this.outputs = outputs;
        String names = String.join(", ", outputs.keySet());
        String last = List.copyOf(outputs.keySet()).get(outputs.size() - 1);
        if (task.output().isEmpty() && several() && OF_ONE.contains(task.target())) {
            throw new IllegalArgumentException("it needs " + task.target().noun() + ", so it is about one of the outputs " + names + ". Maybe output: " + last
                    + " beside its kind?");
        }
        task.output().filter(name -> !outputs.containsKey(name)).ifPresent(name -> {
            throw new IllegalArgumentException("it is about the output '" + name + "', which the network does not have. There are: " + names
                    + Spelling.maybe(name, outputs.keySet()));
        });
    }

    private boolean several() {
        return outputs.size() > 1;
    }

    private boolean judges(String output) {
        return task.output().map(output::equals).orElse(true);
    }

    /**
     * Sees that each output is one that the task can be about.
     *
     * @throws IllegalArgumentException if not, with what it must be
     */
    public void check() {
        judged((name, shape) -> task.check(shape), (name, shape) -> "The output '" + name + "' is a signal of shape " + shape + ", not ");
    }

    /**
     * Sees that each output fits the data.
     *
     * @throws IllegalArgumentException if not, with what would
     */
    public void check(Target target) {
        Map<String, Target> shares = new HashMap<>();
        outputs.keySet().forEach(name -> shares.put(name, share(target, name)));
        judged((name, shape) -> task.check(shape, shares.get(name)), (name, shape) -> "output '" + name + "': ");
    }

    private void judged(BiConsumer<String, Shape> check, BiFunction<String, Shape, String> prefix) {
        outputs.forEach((name, shape) -> {
            if (judges(name)) {
                try {
                    check.accept(name, shape);
                } catch (IllegalArgumentException e) {
                    throw several() ? new IllegalArgumentException(prefix.apply(name, shape) + e.getMessage(), e) : e;
                }
            }
        });
    }

    private boolean shared() {
        return several() && task.output().isEmpty();
    }

    /** The share of an output in the target. */
    private Target share(Target target, String output) {
        if (!shared()) {
            return target;
        }
        int all = outputs.values().stream().mapToInt(Shape::elements).sum();
        if (target.size() != all) {
            throw new IllegalArgumentException("the outputs " + String.join(", ", outputs.keySet()) + " give " + all + " numbers, but there are " + target.size()
                    + " to be learnt of each image. Maybe a task of one output alone, output: " + output + " beside its kind?");
        }
        Shape shape = outputs.get(output);
        int from = start(output);
        List<String> names = target.names().size() == all ? target.names().subList(from, from + shape.elements()) : List.of();
        return new Target(target.kind(), shape, names);
    }

    private int start(String output) {
        int start = 0;
        for (Map.Entry<String, Shape> before : outputs.entrySet()) {
            if (before.getKey().equals(output)) {
                break;
            }
            start += before.getValue().elements();
        }
        return start;
    }

    /**
     * The task on some data, for answers that hold all outputs.
     *
     * @throws IllegalArgumentException if they do not go together
     */
    public Objective objective(Dataset training) {
        if (!several()) {
            return task.objective(training);
        }
        List<Part> parts = new ArrayList<>();
        outputs.forEach((name, shape) -> {
            int from = start(name);
            int to = from + shape.elements();
            int target = shared() ? from : 0;
            int until = shared() ? to : training.target().size();
            Optional<Objective> objective = judges(name)
                    ? Optional.of(task.objective(shared() ? new Share(training, share(training.target(), name), from) : training)) : Optional.empty();
            parts.add(new Part(name, from, to, target, until, objective));
        });
        return new OutputsObjective(parts);
    }

    /** Images with a part of their targets. */
    private record Share(Dataset whole, Target target, int start) implements Dataset {

        @Override
        public int size() {
            return whole.size();
        }

        @Override
        public Shape shape() {
            return whole.shape();
        }

        @Override
        public List<Shape> parts() {
            return whole.parts();
        }

        @Override
        public void read(int index, float[] into, int from) {
            whole.read(index, into, from);
        }

        @Override
        public void identify(int index, Consumer<ByteBuffer> into) {
            whole.identify(index, into);
        }

        @Override
        public void readTarget(int index, float[] into, int from) {
            float[] all = new float[whole.target().size()];
            whole.readTarget(index, all, 0);
            System.arraycopy(all, start, into, from, target.size());
        }
    }
}
