package io.fullynested.core.spec;

import io.fullynested.core.plugin.Spelling;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Which signal each block of a network takes, by names. */
final class Wiring {

    /** As files of PyTorch and TensorFlow have them: {@code input.1}, {@code serving_default_x:0}, {@code 495}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]*");

    private Wiring() {
    }

    /** @throws IllegalArgumentException if it is none that an input or an output can have */
    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("what goes in or comes out has a name of letters, digits, _ . : and -, which starts with one of the first three, found '"
                    + name + "'");
        }
    }

    /**
     * Sees that names are unique, that blocks are of what comes before them, that outputs are blocks, and that all is taken by some block or comes
     * out.
     *
     * @throws IllegalArgumentException if it is not so
     */
    static void check(List<NetworkSpec.Input> inputs, List<NetworkSpec.Block> blocks, Optional<String> output, List<String> outputs) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> left = new LinkedHashSet<>();
        for (NetworkSpec.Input input : inputs) {
            if (!names.add(input.name())) {
                throw new IllegalArgumentException("two inputs are named '" + input.name() + "'. Give one of them another name");
            }
            left.add(input.name());
        }
        output.ifPresent(Wiring::requireName);
        if (output.filter(names::contains).isPresent()) {
            throw new IllegalArgumentException("an input and the output are both named '" + output.get() + "'. Give one of them another name");
        }
        String before = inputs.get(0).name();
        for (int i = 0; i < blocks.size(); i++) {
            NetworkSpec.Block block = blocks.get(i);
            List<String> of = block.of().isEmpty() ? List.of(before) : block.of();
            for (String name : of) {
                if (!names.contains(name)) {
                    throw new IllegalArgumentException("block '" + block.name() + "' is of '" + name + "', which is no input and no block before it. There are: "
                            + String.join(", ", names) + Spelling.maybe(name, names));
                }
            }
            if (new HashSet<>(of).size() < of.size()) {
                throw new IllegalArgumentException("block '" + block.name() + "' is of " + String.join(", ", of) + ", one of them twice");
            }
            left.removeAll(of);
            // blocks that are not named yet follow each other
            before = block.name().isEmpty() ? "block " + (i + 1) : block.name();
            if (!names.add(before) && inputs.stream().map(NetworkSpec.Input::name).anyMatch(before::equals)) {
                throw new IllegalArgumentException("an input and a block are both named '" + before + "'. Give one of them another name");
            }
            left.add(before);
        }
        checkOutputs(inputs, names, outputs);
        left.removeAll(outputs.isEmpty() ? List.of(before) : outputs);
        if (!left.isEmpty()) {
            String lost = left.iterator().next();
            throw new IllegalArgumentException("no block takes what '" + String.join("', '", left) + "' gives. Maybe "
                    + (lost.equals(before) ? "outputs: [" + String.join(", ", outputs) + ", " + lost + "]?"
                            : "a block {kind: concat, of: [" + lost + ", " + before + "]}, or outputs: [" + lost + ", " + before + "]?"));
        }
    }

    private static void checkOutputs(List<NetworkSpec.Input> inputs, Set<String> names, List<String> outputs) {
        Set<String> blocks = new LinkedHashSet<>(names);
        inputs.forEach(input -> blocks.remove(input.name()));
        for (String output : outputs) {
            if (!blocks.contains(output)) {
                throw new IllegalArgumentException("the output '" + output + "' is no block. There are: " + String.join(", ", blocks) + Spelling.maybe(output, blocks));
            }
        }
        if (new HashSet<>(outputs).size() < outputs.size()) {
            throw new IllegalArgumentException("the outputs are " + String.join(", ", outputs) + ", one of them twice");
        }
    }
}
