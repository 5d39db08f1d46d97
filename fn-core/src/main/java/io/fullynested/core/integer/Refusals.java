package io.fullynested.core.integer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a form refuses of the steps of a network: all of it, but not what only takes the result of a step that is refused already. */
public final class Refusals {

    private final List<Step> steps;
    private final List<String> refused = new ArrayList<>();
    private final Set<Integer> missing = new HashSet<>();

    /** Of nothing yet. */
    public Refusals(List<Step> steps) {
        this.steps = steps;
    }

    /**
     * Writes a step.
     *
     * @param position of the step
     * @param work     what writes it
     * @return what that gives; empty if it is refused, or gives null
     */
    public <T> Optional<T> attempt(int position, Supplier<T> work) {
        Step step = steps.get(position);
        try {
            step.functions().stream().filter(node -> node.rounding().filter(rounding -> rounding.truncated() > 0).isPresent()).findAny().ifPresent(node -> {
                throw NoIntegerFormException.of(node, "its codes are the leading bits of longer ones. Maybe activation-code: rounded, or an ONNX file as packed?");
            });
            return Optional.ofNullable(work.get());
        } catch (NoIntegerFormException e) {
            if (Collections.disjoint(missing, step.inputs())) {
                refused.addAll(e.refused());
            }
        } catch (ArithmeticException e) {
            refused.add(step.head().name() + " has no integer form: its numbers are out of the range of its codes (" + e.getMessage()
                    + "). Maybe the network was never trained?");
        }
        missing.add(position);
        return Optional.empty();
    }

    /** @throws NoIntegerFormException with all that is refused, if anything is */
    public void check() {
        if (!refused.isEmpty()) {
            throw new NoIntegerFormException(refused);
        }
    }
}
