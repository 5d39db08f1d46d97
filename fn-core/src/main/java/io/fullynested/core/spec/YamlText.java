package io.fullynested.core.spec;

import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.util.stream.Collectors;

/** Writes a tree as YAML that reads as the same tree: a line for each key and item near the top, braces and brackets below. */
final class YamlText {

    private static final String PLAIN = "[A-Za-z0-9/_.+-]([A-Za-z0-9/_.%+ -]*[A-Za-z0-9/_.%+-])?";
    private static final int LINES = 2;
    /** A list of so many mappings has a line for each, in brackets or not. */
    private static final int LONG = 8;

    private YamlText() {
    }

    static String of(YamlNode root) {
        return root instanceof Mapping mapping ? lines(mapping, 0) : flow(root) + "\n";
    }

    private static String lines(Mapping mapping, int depth) {
        StringBuilder text = new StringBuilder();
        mapping.entries().forEach((key, value) -> {
            text.append("  ".repeat(depth)).append(scalar(key)).append(':');
            if (value instanceof Mapping within && depth + 1 < LINES && !within.entries().isEmpty()) {
                text.append('\n').append(lines(within, depth + 1));
            } else if (value instanceof Sequence list && !list.items().isEmpty()) {
                text.append('\n');
                list.items().forEach(item -> text.append("  ".repeat(depth + 1)).append("- ").append(flow(item)).append('\n'));
            } else {
                text.append(' ').append(flow(value)).append('\n');
            }
        });
        return text.toString();
    }

    private static String flow(YamlNode node) {
        if (node instanceof Mapping mapping) {
            return mapping.entries().entrySet().stream().map(entry -> scalar(entry.getKey()) + ": " + flow(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (node instanceof Sequence list) {
            String between = list.items().size() >= LONG && list.items().get(0) instanceof Mapping ? "\n        " : "";
            return list.items().stream().map(YamlText::flow).collect(Collectors.joining(between.isEmpty() ? ", " : "," + between, "[" + between, "]"));
        }
        return node instanceof Scalar scalar && !scalar.none() ? scalar(scalar.text()) : "~";
    }

    private static String scalar(String text) {
        boolean plain = text.matches(PLAIN) && !text.equalsIgnoreCase("null") && !text.startsWith("-") && !text.matches("\\.+");
        return plain ? text : '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + '"';
    }
}
