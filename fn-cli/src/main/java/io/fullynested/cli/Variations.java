package io.fullynested.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Values that are given several at a time, {@code 0.05,0.1,0.2} or {@code 1..3}, and all that can be made of them. */
final class Variations {

    /** Beyond so many, a slip is likelier than a wish. */
    private static final int MOST = 1000;

    private Variations() {
    }

    /**
     * One choice of values.
     *
     * @param name   says what is varied, and is fit for a folder: {@code learning-rate=0.1,seed=2}
     * @param values path → value, of all that was given
     */
    record Choice(String name, Map<String, String> values) {
    }

    /**
     * All choices, the last path varying fastest.
     *
     * @param given path → values
     * @throws BadInputException if nothing varies, or all too much
     */
    static List<Choice> of(Map<String, String> given) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        given.forEach((path, text) -> values.put(path, split(path, text)));
        long count = values.values().stream().mapToLong(List::size).reduce(1, (a, b) -> Math.min(a * b, Integer.MAX_VALUE));
        if (count < 2 || count > MOST) {
            throw new BadInputException("--set gives " + (count < 2 ? "one value of each key, so nothing varies. Maybe --set training.epochs=10,20 "
                    + "or --set seed=1..3?" : "more than " + MOST + " choices"));
        }
        Set<String> varied = values.keySet().stream().filter(path -> values.get(path).size() > 1).collect(Collectors.toSet());
        List<Map<String, String>> choices = List.of(Map.of());
        for (Map.Entry<String, List<String>> one : values.entrySet()) {
            choices = choices.stream().flatMap(choice -> one.getValue().stream().map(value -> {
                Map<String, String> more = new LinkedHashMap<>(choice);
                more.put(one.getKey(), value);
                return more;
            })).toList();
        }
        return choices.stream().map(choice -> new Choice(name(choice, varied), choice)).toList();
    }

    /** What those of the varied values are called. */
    static String name(Map<String, String> choice, Set<String> varied) {
        return choice.entrySet().stream().filter(entry -> varied.contains(entry.getKey())).map(entry -> last(entry.getKey(), varied) + "="
                + entry.getValue().replaceAll("[^\\w.+-]+", "_")).collect(Collectors.joining(","));
    }

    /** The last word of a path, or more of them where another path ends alike. */
    private static String last(String path, Set<String> paths) {
        String[] words = path.split("\\.");
        String end = words[words.length - 1];
        for (int i = words.length - 2; i >= 0; i--) {
            String now = end;
            if (paths.stream().filter(other -> other.equals(now) || other.endsWith("." + now)).count() == 1) {
                break;
            }
            end = words[i] + "." + end;
        }
        return end.replaceAll("[^\\w.-]+", "_");
    }

    /** At commas that stand in no brackets and no quotes; or the whole numbers of {@code 1..3}. */
    private static List<String> split(String path, String text) {
        if (text.matches("\\d{1,9}\\.\\.\\d{1,9}")) {
            String[] ends = text.split("\\.\\.");
            long from = Long.parseLong(ends[0]);
            long to = Long.parseLong(ends[1]);
            if (to < from || to - from >= MOST) {
                throw new BadInputException("--set " + path + "=" + text + ": not from a number to a greater one, " + MOST + " at most");
            }
            return LongStream.rangeClosed(from, to).mapToObj(String::valueOf).toList();
        }
        List<String> parts = new ArrayList<>();
        int depth = 0;
        char quote = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[' || c == '{') {
                depth++;
            } else if (c == ']' || c == '}') {
                depth--;
            }
            if (i == text.length() || c == ',' && depth == 0 && quote == 0) {
                String part = text.substring(start, i).strip();
                if (part.isEmpty()) {
                    throw new BadInputException("--set " + path + "=" + text + ": a value is missing between commas");
                }
                parts.add(part);
                start = i + 1;
            }
        }
        List<String> distinct = parts.stream().distinct().toList();
        if (distinct.size() < parts.size()) {
            throw new BadInputException("--set " + path + "=" + text + ": a value is there twice");
        }
        return distinct;
    }
}
