package io.fullynested.core.spec;

import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** YAML as people write it: what is short stands on one line, in brackets. */
final class YamlText {

    private static final int WIDTH = 100;
    /** A list of so many mappings has a line for each, in brackets or not. */
    private static final int LONG = 8;
    private static final Pattern PLAIN = Pattern.compile("(?!(?i:null|~)$)[A-Za-z0-9_./+](?:[A-Za-z0-9_./+% -]*[A-Za-z0-9_./+%-])?|-[0-9.]+");

    private final StringBuilder text = new StringBuilder();

    private YamlText() {
    }

    static String of(YamlNode root) {
        if (!(root instanceof Mapping mapping) || mapping.entries().isEmpty()) {
            return flow(root) + "\n";
        }
        YamlText written = new YamlText();
        written.block(mapping, "");
        return written.text.toString();
    }

    private void block(Mapping mapping, String indent) {
        mapping.entries().forEach((key, node) -> {
            String line = indent + quoted(key) + ":";
            String flow = flow(node);
            boolean items = node instanceof Sequence list && list.items().stream().anyMatch(Mapping.class::isInstance);
            boolean fits = !items && line.length() + flow.length() < WIDTH;
            if (node instanceof Mapping inner && !fits) {
                text.append(line).append('\n');
                block(inner, indent + "  ");
            } else if (items) {
                text.append(line).append('\n');
                ((Sequence) node).items().forEach(item -> text.append(indent).append("  - ").append(flow(item)).append('\n'));
            } else {
                text.append(line).append(flow.isEmpty() ? "" : " ").append(flow).append('\n');
            }
        });
    }

    private static String flow(YamlNode node) {
        if (node instanceof Mapping mapping) {
            return mapping.entries().entrySet().stream().map(entry -> quoted(entry.getKey()) + ": " + flow(entry.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (node instanceof Sequence list) {
            String between = list.items().size() >= LONG && list.items().get(0) instanceof Mapping ? "\n        " : "";
            return list.items().stream().map(YamlText::flow).collect(Collectors.joining(between.isEmpty() ? ", " : "," + between, "[" + between, "]"));
        }
        return node instanceof Scalar scalar && scalar.none() ? "~" : quoted(((Scalar) node).text());
    }

    private static String quoted(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\x%02x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
