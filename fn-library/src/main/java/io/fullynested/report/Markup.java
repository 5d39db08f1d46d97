package io.fullynested.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;

/** Elements of SVG or HTML, one after the other, their text escaped. */
final class Markup {

    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Begins an element; {@code attributes} are names and values in turn. */
    Markup open(String name, Object... attributes) {
        start(name, attributes).append('>');
        open.push(name);
        return this;
    }

    /** Ends the element that was begun last. */
    Markup close() {
        text.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** Ends an element of HTML that holds nothing, such as {@code img}. */
    Markup end() {
        open.pop();
        return this;
    }

    /** An element that holds nothing; of SVG only. */
    Markup leaf(String name, Object... attributes) {
        start(name, attributes).append("/>\n");
        return this;
    }

    /** An element that holds text only. */
    Markup text(String name, String content, Object... attributes) {
        start(name, attributes).append('>').append(escaped(content)).append("</").append(name).append(">\n");
        return this;
    }

    /** What was made elsewhere. */
    Markup add(String markup) {
        text.append(markup);
        return this;
    }

    /** Text within the element that was begun last. */
    Markup content(String content) {
        text.append(escaped(content));
        return this;
    }

    private StringBuilder start(String name, Object... attributes) {
        text.append('<').append(name);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ').append(attributes[i]).append("=\"").append(escaped(value(attributes[i + 1]))).append('"');
        }
        return text;
    }

    /** Numbers to a hundredth of a pixel. */
    private static String value(Object value) {
        return value instanceof Double number ? number(number) : String.valueOf(value);
    }

    static String number(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN).stripTrailingZeros().toPlainString();
    }

    static String escaped(String value) {
        return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
