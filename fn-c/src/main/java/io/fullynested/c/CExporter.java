package io.fullynested.c;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.integer.Numbers;
import io.fullynested.core.integer.Signal;
import io.fullynested.core.integer.Step;
import io.fullynested.core.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes a network as C99 that computes in integers alone: pixels of one byte go in, integers come out, each a multiple of a scale. It needs no library
 * but {@code memcpy} and {@code memmove}. The same network gives the same text.
 */
public final class CExporter {

    /** Results that a convolution sums up at a time. */
    private static final int RUN = 16;

    private final String name;

    /**
     * An exporter to a file.
     *
     * @param file where the text will be, {@code NAME.c}; names in it begin as the file does
     * @throws IllegalArgumentException if a C text cannot name it
     */
    public CExporter(Path file) {
        this.name = name(file);
    }

    static String name(Path file) {
        String name = file.getFileName().toString().replaceFirst("\\.c$", "");
        if (!name.matches("[^\"\\\\\\p{Cntrl}]+")) {
            throw new IllegalArgumentException("a file of C cannot be called " + file.getFileName() + ". Maybe letters and digits?");
        }
        return name;
    }

    /**
     * Exports a network.
     *
     * @param model  an extracted one, whose batch norms were folded and whose biases are rounded to what integers hold
     * @param origin where it comes from
     * @throws NoIntegerFormException if something in it cannot be computed in integers; the message names all of it
     */
    public CSource export(Model model, Origin origin) {
        Graph graph = model.graph();
        Map<String, String> arguments = arguments(graph.inputs());
        Lowering lowering = new Lowering(graph, new Numbers(Optional.of(model.parameters())), arguments);
        lowering.run();
        List<CSource.Output> outputs = give(lowering, origin.outputs());
        CSource told = told(name, lowering, outputs);
        String calls = lowering.unit().calls();
        String functions = lowering.unit().text();
        String taken = taken(arguments, "");
        String text = head(told, functions) + "\nvoid " + told.prefix() + "_run(" + taken + ", int32_t *outputs) {\n" + calls + "}\n"
                + (Header.classifies(told) ? classify(told, taken, String.join(", ", arguments.values())) : "");
        return with(told, new Header(told, graph.inputs(), arguments, origin, List.of()).text(), text);
    }

    /** What is known of a network that was lowered, without its text. */
    static CSource told(String name, Lowering lowering, List<CSource.Output> outputs) {
        long macs = lowering.graph().nodes().stream().mapToLong(lowering.graph()::macs).sum();
        return new CSource(name, Identifiers.prefix(name), "", "", lowering.unit().constants(), lowering.unit().code(), lowering.arena().bytes(), macs, outputs,
                lowering.integers(), lowering.notes(), "");
    }

    static CSource with(CSource told, String header, String text) {
        return new CSource(told.name(), told.prefix(), header, text, told.constants(), told.code(), told.arena(), told.macs(), told.outputs(), told.integers(),
                told.notes(), told.leading());
    }

    /** Bytes that a network takes on a device. */
    public static long bytes(Model model) {
        return new CExporter(Path.of("net.c")).export(model, new Origin(List.of(), List.of(), model.graph().outputs().stream().map(Node::name).toList())).bytes();
    }

    static Map<String, String> arguments(List<Node> inputs) {
        Map<String, String> arguments = new LinkedHashMap<>();
        for (Node input : inputs) {
            String name = inputs.size() == 1 ? "pixels_in" : "in_" + Identifiers.word(input.name());
            arguments.put(input.name(), arguments.containsValue(name) ? name + "_" + arguments.size() : name);
        }
        return arguments;
    }

    /** Copies what comes out, under names of its own. */
    static List<CSource.Output> give(Lowering lowering, List<String> names) {
        List<Step> steps = lowering.steps();
        int last = steps.size() - 1;
        boolean several = !steps.get(last).head().outputs().isEmpty();
        List<Integer> given = several ? steps.get(last).inputs() : List.of(last);
        List<CSource.Output> outputs = new ArrayList<>();
        int to = 0;
        for (int i = 0; i < given.size(); i++) {
            Signal signal = steps.get(given.get(i)).result();
            int offset = several ? lowering.arena().reads().get(last).get(i) : lowering.arena().offsets()[last];
            String target = to == 0 ? "outputs" : "outputs + " + to;
            if (!signal.parts().isEmpty()) {
                throw NoIntegerFormException.of(steps.get(given.get(i)).head(), "what comes out joins signals of different steps");
            }
            if (signal.rounded()) {
                lowering.unit().feature("get");
                lowering.unit().output("    for (uint32_t i = 0; i < " + signal.elements() + "; i++) {\n        (" + target + ")[i] = get(" + Lowering.at(offset)
                        + ", i, " + Unit.bits(signal) + ");\n    }\n");
            } else {
                lowering.unit().output("    memcpy(" + target + ", " + Lowering.at(offset) + ", " + signal.bytes() + ");\n");
            }
            outputs.add(new CSource.Output(names.get(i), signal.elements(), lowering.finish(given.get(i)).unit()));
            to += signal.elements();
        }
        return outputs;
    }

    /** The parameters that bytes come in by. */
    static String taken(Map<String, String> arguments, String before) {
        return before + arguments.values().stream().map(name -> "const uint8_t *" + name).collect(Collectors.joining(", "));
    }

    /** All before the functions of a network. */
    static String head(CSource told, String functions) {
        return String.format(Locale.ROOT, """
                /* See %1$s.h. */
                #include "%1$s.h"

                #include <string.h>

                %2$s%3$s
                static uint8_t arena[%4$d];
                """, told.name(), functions.contains("RUN") ? "#define RUN " + RUN + "\n\n" : "", functions, told.arena());
    }

    static String classify(CSource told, String taken, String given) {
        return String.format(Locale.ROOT, """

                int %1$s_classify(%2$s) {
                    int32_t outputs[%3$d];
                    int best = 0;
                    %1$s_run(%4$s, outputs);
                    for (int i = 1; i < %3$d; i++) {
                        best = outputs[i] > outputs[best] ? i : best;
                    }
                    return best;
                }
                """, told.prefix(), taken, told.outputs().get(0).elements(), given);
    }

    /** What each byte of an input stands for. */
    static String range(Input input) {
        return String.format(Locale.ROOT, "0 stands for %s, 255 for %s", input.values().least(), input.values().most());
    }
}
