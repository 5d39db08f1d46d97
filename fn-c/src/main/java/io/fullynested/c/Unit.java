package io.fullynested.c;

import io.fullynested.api.graph.Activation;
import io.fullynested.core.integer.Signal;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The text of one C file while it is written: the functions that are used, constants, and calls, with the bytes that they take on a 32-bit device. */
final class Unit {

    /** Bytes of what each program has beside: writing and finishing codes, {@code run} and {@code classify}, products of 64 bits and {@code memcpy}. */
    private static final int COMMON_CODE = 700;
    private static final int CALL_CODE = 40;
    private static final Map<String, Integer> FEATURE_CODE = Map.of("get", 110, "packed", 90, "hard", 190, "steps", 80, "wide", 20, "plain", 0, "give", 0);
    private static final int LINE = 120;
    /** The greatest number of a table, and of rows or columns. */
    static final int MOST = 65_535;

    private final boolean writes;
    private final boolean shared;
    private final Set<String> features = new TreeSet<>();
    /** By name; those of unsigned codes first, which others call. */
    private final Map<String, String> accessors = new TreeMap<>(Comparator.comparing((String name) -> !name.startsWith("u"))
            .thenComparing(Comparator.naturalOrder()));
    private final Map<Routine, Map<String, String>> routines = new EnumMap<>(Routine.class);
    private final StringBuilder constants = new StringBuilder();
    private final StringBuilder calls = new StringBuilder();
    private final StringBuilder outputs = new StringBuilder();
    private final Map<String, String> known = new HashMap<>();
    private int names;
    private int finishes;
    private long data;
    private long code = COMMON_CODE;

    /**
     * A file.
     *
     * @param writes whether there will be a text; else only its size is wanted
     * @param shared whether layers of several networks read the same weights
     */
    Unit(boolean writes, boolean shared) {
        this.writes = writes;
        this.shared = shared;
        features.add(shared ? "shared" : "own");
    }

    /** Notes that a feature of the shared functions is used: {@code get}, {@code packed}, {@code wide}, {@code hard} or {@code steps}. */
    void feature(String name) {
        if (features.add(name)) {
            code += FEATURE_CODE.get(name);
        }
    }

    /** The bits of a signal as the C text takes them: negative if codes are signed. */
    static int bits(Signal signal) {
        return signal.signed() && signal.rounded() ? -signal.bits() : signal.bits();
    }

    /** Notes that a result is written. */
    void writes(Signal result) {
        if (!result.rounded()) {
            feature("wide");
        } else if (result.bits() < Byte.SIZE) {
            feature("packed");
        }
    }

    /** A function that is the same for all bits. */
    String routine(Routine routine) {
        return routine(routine, routine.file(), Map.of());
    }

    /** A function for the bits of what it reads. */
    String routine(Routine routine, Signal x, int weightBits) {
        feature("give");
        String reading = accessor((x.signed() ? "s" : "u") + x.bits(), x.bits());
        return routine(routine, routine.file() + "_" + reading, "@X@", reading, weightBits);
    }

    /** A dense layer of a signal that joins several. */
    String joined(int weightBits) {
        feature("get");
        return routine(Routine.JOINED, Routine.JOINED.file(), "@X@", "", weightBits);
    }

    private String routine(Routine routine, String name, String word, String reading, int weightBits) {
        if (shared) {
            String weights = nested(weightBits);
            return routine(routine, name + "_" + weights, Map.of(word, reading, "@W@(", weights + "(l, ", "@ROW@(", "begin(l, ", "@COLUMN@(", "place(l, "));
        }
        String weights = weightBits == Byte.SIZE ? accessor("s8", Byte.SIZE) : accessor("w" + weightBits, weightBits);
        return routine(routine, name + "_" + weights, Map.of(word, reading, "@W@(", weights + "(l->weights, ", "@ROW@(", "taps * (", "@COLUMN@(", "("));
    }

    /** A function that reads as many bits of a weight as a member of a family has. */
    private String nested(int storedBits) {
        String code = storedBits == Byte.SIZE ? accessor("s8", Byte.SIZE) + "(l->weights, i)"
                : accessor("u" + storedBits, storedBits) + "(l->weights, i) - " + (1 << storedBits - 1);
        return routine(Routine.NESTED, Routine.NESTED.file() + storedBits, Map.of("@CODE@", code));
    }

    private String routine(Routine routine, String name, Map<String, String> words) {
        for (Routine needed : routine.needs()) {
            routine(needed);
        }
        if (!routine.varies() && routine != Routine.PIXELS && routine != Routine.LAYER && routine != Routine.NESTED && routine != Routine.WINDOW) {
            feature("get");
        }
        routines.computeIfAbsent(routine, any -> new TreeMap<>()).computeIfAbsent(name, any -> {
            code += routine.bytes();
            String text = text(routine.file()).replace("@NAME@", name);
            for (Map.Entry<String, String> word : words.entrySet()) {
                text = text.replace(word.getKey(), word.getValue());
            }
            return text;
        });
        return name;
    }

    private String accessor(String name, int bits) {
        if (name.startsWith("w") || name.startsWith("s") && bits < Byte.SIZE) {
            accessor("u" + bits, bits);
        }
        accessors.computeIfAbsent(name, any -> Accessors.text(name.charAt(0), bits));
        return name;
    }

    /**
     * An array of constants that another one may have as well.
     *
     * @param values 0..{@link #MOST}
     * @throws ArithmeticException if they are more
     */
    String table(String what, int[] values) {
        if (Arrays.stream(values).anyMatch(value -> value > MOST)) {
            throw new ArithmeticException("more than " + MOST + " channels");
        }
        return known.computeIfAbsent(what + Arrays.toString(values), any -> array("uint16_t", Short.BYTES, what, Arrays.stream(values).asLongStream().toArray()));
    }

    /** A structure that another one may have as well. */
    String common(String type, int bytes, String values) {
        return known.computeIfAbsent(type + values, any -> structure(type, bytes, values));
    }

    /** Adds an array of constants. */
    String array(String type, int bytesOfOne, String what, long[] values) {
        String name = what + ++names;
        data += (long) bytesOfOne * values.length;
        if (!writes) {
            return name;
        }
        constants.append("static const ").append(type).append(' ').append(name).append('[').append(values.length).append("] = {");
        int column = LINE;
        for (int i = 0; i < values.length; i++) {
            String value = values[i] + (bytesOfOne > Integer.BYTES ? "LL" : "") + (i + 1 < values.length ? "," : "");
            column += value.length() + 1;
            if (column > LINE) {
                constants.append("\n    ");
                column = 4 + value.length();
            } else {
                constants.append(' ');
            }
            constants.append(value);
        }
        constants.append("\n};\n");
        return name;
    }

    /** Adds a structure of constants. */
    String structure(String type, int bytes, String values) {
        String name = type + "_" + ++names;
        constants.append("static const struct ").append(type).append(' ').append(name).append(" = {").append(values).append("};\n");
        data += bytes;
        return "&" + name;
    }

    /** Adds several structures of constants in a row. */
    String structures(String type, int bytes, List<String> values) {
        String name = type + "s_" + ++names;
        constants.append("static const struct ").append(type).append(' ').append(name).append('[').append(values.size()).append("] = {")
                .append(String.join(", ", values)).append("};\n");
        data += (long) bytes * values.size();
        return name;
    }

    /** What ends each sum of a step, as a value of {@code struct finish}; filled in at the end, when it is known which functions there are. */
    String finish(Finish finish) {
        String hard = "0";
        String steps = "0";
        if (finish.function().isPresent()) {
            Finish.Applied applied = finish.function().get();
            if (applied.hard()) {
                feature("hard");
                boolean swish = applied.kind() == Activation.HARD_SWISH;
                hard = structure("hard", 12, Factor.of(finish.unit() / (6 * finish.result().step())) + ", " + applied.low() + ", " + applied.high() + ", "
                        + applied.fraction() + ", " + (swish ? 1 : 0));
            } else {
                feature("steps");
                Edges edges = writes ? finish.edges() : Edges.of(finish.result().bits());
                String at = array("int32_t", Integer.BYTES, "edges", edges.at().stream().mapToLong(Integer::longValue).toArray());
                steps = structure("steps", 12, at + ", " + edges.at().size() + ", " + edges.falls() + ", " + edges.first());
            }
        }
        data += 2 * Integer.BYTES;
        finishes++;
        return "{" + literal(finish.low()) + ", " + literal(finish.high()) + "@hard:" + hard + "@@steps:" + steps + "@}";
    }

    private static String literal(int value) {
        return value == Integer.MIN_VALUE ? "INT32_MIN" : String.valueOf(value);
    }

    void call(String statement) {
        calls.append("    ").append(statement).append(";\n");
        code += CALL_CODE;
    }

    void output(String statement) {
        outputs.append(statement);
        code += CALL_CODE;
    }

    /** All calls since this was asked for last. */
    String calls() {
        String text = calls.toString() + outputs;
        calls.setLength(0);
        outputs.setLength(0);
        return text;
    }

    boolean shared() {
        return shared;
    }

    /** Counts code that stands elsewhere. */
    void code(int bytes) {
        code += bytes;
    }

    /** Bytes of constants. */
    long constants() {
        long pointers = (features.contains("hard") ? 4 : 0) + (features.contains("steps") ? 4 : 0);
        return data + pointers * finishes;
    }

    /** Bytes of code, at most. */
    long code() {
        return code;
    }

    /** Functions and constants. */
    String text() {
        if (!features.contains("packed") && !features.contains("wide")) {
            features.add("plain");
        }
        StringBuilder text = new StringBuilder(kept(text("signals")));
        accessors.values().forEach(text::append);
        text.append('\n').append(kept(text("finish")));
        routines.forEach((routine, versions) -> versions.values().forEach(version -> text.append('\n').append(kept(version))));
        text.append('\n').append(constants.toString()
                .replaceAll("@hard:([^@]*)@", features.contains("hard") ? ", $1" : "")
                .replaceAll("@steps:([^@]*)@", features.contains("steps") ? ", $1" : ""));
        return text.toString();
    }

    /** The lines without those of features that are not used. */
    private String kept(String text) {
        StringBuilder kept = new StringBuilder();
        for (String line : text.split("\n")) {
            if (!line.startsWith("@")) {
                kept.append(line).append('\n');
                continue;
            }
            int end = line.indexOf('@', 1);
            if (features.contains(line.substring(1, end))) {
                kept.append(line.substring(end + 1)).append('\n');
            }
        }
        return kept.toString();
    }

    /** The text of a resource, without its ending. */
    static String text(String file) {
        try (InputStream in = Unit.class.getResourceAsStream(file + ".c")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
