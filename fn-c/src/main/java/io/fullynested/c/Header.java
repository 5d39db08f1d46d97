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
 * @param members   of a family; none of a network by itself
 */
record Header(CSource source, List<Node> inputs, Map<String, String> arguments, Origin origin, List<Told> members) {

    /** What is known of a member. */
    record Told(String name, CSource source, List<String> lines) {
    }

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
        define(text, upper + "_ARENA_BYTES", source.arena(), "of static memory; the stack takes less than 1 KiB beside");
        define(text, upper + "_MACS", source.macs(), members.isEmpty() ? "multiply-accumulates of a run" : "multiply-accumulates of a run, at most");
        for (Node input : inputs) {
            String name = inputs.size() == 1 ? "" : "_" + Identifiers.word(input.name()).toUpperCase(Locale.ROOT);
            define(text, upper + name + "_INPUT_BYTES", input.shape().elements(), Identifiers.comment(input.shape().described() + "; "
                    + CExporter.range((Input) input.operator())));
        }
        define(text, upper + "_OUTPUTS", source.outputs().stream().mapToInt(CSource.Output::elements).sum(), "integers that come out");
        if (members.isEmpty()) {
            outputs(text, upper, source.outputs());
        } else {
            define(text, upper + "_MEMBERS", members.size(), "networks, of which a call runs one");
        }
        for (int i = 0; i < members.size(); i++) {
            Told member = members.get(i);
            String name = upper + "_MEMBER_" + Identifiers.word(member.name()).toUpperCase(Locale.ROOT);
            define(text, name, i, Identifiers.comment(member.source().macs() + " multiply-accumulates; " + String.join("; ", member.lines())));
            outputs(text, name, member.source().outputs());
        }
        if (!origin.labels().isEmpty()) {
            text.append("#define ").append(upper).append("_LABELS { \\\n").append(origin.labels().stream().map(label -> "    " + Identifiers.literal(label))
                    .collect(Collectors.joining(", \\\n"))).append(" }\n");
        }
        String taken = CExporter.taken(arguments, members.isEmpty() ? "" : "int member, ");
        text.append("\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n/* Computes the network for one sample. Its memory is static, so one call at a time. */\n")
                .append("void ").append(prefix).append("_run(").append(taken).append(", int32_t *outputs);\n");
        if (classifies(source)) {
            text.append("\n/* The position of the greatest output, 0 .. ").append(source.outputs().get(0).elements() - 1).append(". */\nint ").append(prefix)
                    .append("_classify(").append(taken).append(");\n");
        }
        if (!members.isEmpty()) {
            text.append(String.format(Locale.ROOT, """

                    /*
                     * The member to run from now on, after a run of one took some ticks: that of most work which keeps to a limit of ticks, and to a share of the largest one's
                     * work, of 256, as battery or temperature allow. Goes down at once; up when there was a tenth to spare three times in a row, which *waited counts, 0 at
                     * first.
                     */
                    int %s_next(int member, uint8_t *waited, uint32_t ticks, uint32_t limit, uint32_t share);
                    """, prefix));
        }
        return text.append("\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n").toString();
    }

    private static void outputs(StringBuilder text, String upper, List<CSource.Output> outputs) {
        int at = 0;
        for (CSource.Output output : outputs) {
            String name = outputs.size() == 1 ? "" : "_" + Identifiers.word(output.name()).toUpperCase(Locale.ROOT);
            text.append("#define ").append(upper).append(name).append("_SCALE ").append((float) output.scale()).append("f /* ")
                    .append(Identifiers.comment(output.name())).append(" = integer * scale */\n");
            if (!name.isEmpty()) {
                define(text, upper + name + "_AT", at, "the first of its " + output.elements() + " integers");
            }
            at += output.elements();
        }
    }

    private static void define(StringBuilder text, String name, long value, String meaning) {
        text.append("#define ").append(name).append(' ').append(value).append(" /* ").append(meaning).append(" */\n");
    }
}
