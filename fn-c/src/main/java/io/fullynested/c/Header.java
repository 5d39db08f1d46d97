package io.fullynested.c;

import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The text of a header.
 *
 * @param source    what is known of the other file
 * @param inputs    what goes in
 * @param arguments what the functions call it
 * @param origin    where the network comes from
 */
record Header(CSource source, List<Node> inputs, Map<String, String> arguments, Origin origin) {

    /** Whether the greatest of its numbers is an answer. */
    static boolean classifies(CSource source) {
        return source.outputs().size() == 1 && source.outputs().get(0).elements() > 1;
    }

    String text() {
        String prefix = source.prefix();
        String upper = prefix.toUpperCase(Locale.ROOT);
        StringBuilder text = new StringBuilder("/*\n");
        origin.lines().forEach(line -> text.append(" * ").append(Identifiers.comment(line)).append('\n'));
        text.append(" */\n#ifndef ").append(upper).append("_H\n#define ").append(upper).append("_H\n\n#include <stdint.h>\n\n");
        define(text, upper + "_FLASH_BYTES", source.bytes(), "at most: " + source.constants() + " of constants, the rest is code for a Cortex-M with -Os");
        define(text, upper + "_ARENA_BYTES", source.arena(), "of static memory; the stack takes some 400 bytes beside");
        define(text, upper + "_MACS", source.macs(), "multiply-accumulates of a run");
        for (Node input : inputs) {
            String name = inputs.size() == 1 ? "" : "_" + Identifiers.word(input.name()).toUpperCase(Locale.ROOT);
            define(text, upper + name + "_INPUT_BYTES", input.shape().elements(), Identifiers.comment(input.shape().described() + "; "
                    + CExporter.range((Input) input.operator())));
        }
        define(text, upper + "_OUTPUTS", source.outputs().stream().mapToInt(CSource.Output::elements).sum(), "integers that come out");
        int at = 0;
        for (CSource.Output output : source.outputs()) {
            String name = source.outputs().size() == 1 ? "" : "_" + Identifiers.word(output.name()).toUpperCase(Locale.ROOT);
            text.append("#define ").append(upper).append(name).append("_SCALE ").append((float) output.scale()).append("f /* ")
                    .append(Identifiers.comment(output.name())).append(" = integer * scale */\n");
            if (!name.isEmpty()) {
                define(text, upper + name + "_AT", at, "the first of its " + output.elements() + " integers");
            }
            at += output.elements();
        }
        if (!origin.labels().isEmpty()) {
            text.append("#define ").append(upper).append("_LABELS { \\\n").append(origin.labels().stream().map(label -> "    " + Identifiers.literal(label))
                    .collect(Collectors.joining(", \\\n"))).append(" }\n");
        }
        String taken = arguments.values().stream().map(name -> "const uint8_t *" + name).collect(Collectors.joining(", "));
        text.append("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n/* Computes the network for one sample. Its memory is static, so one call at a time. */\n")
                .append("void ").append(prefix).append("_run(").append(taken).append(", int32_t *outputs);\n");
        if (classifies(source)) {
            text.append("\n/* The position of the greatest output, 0 .. ").append(source.outputs().get(0).elements() - 1).append(". */\nint ").append(prefix)
                    .append("_classify(").append(taken).append(");\n");
        }
        return text.append("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n").toString();
    }

    private static void define(StringBuilder text, String name, long value, String meaning) {
        text.append("#define ").append(name).append(' ').append(value).append(" /* ").append(meaning).append(" */\n");
    }
}
