package io.fullynested.core.io;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All that a result is a function of, so that whoever finds the result can tell whether it is still that of the same things, and if not, which are others:
 * SHA-256 digests by name. As text it is one line, {@code network=51a0…; seed=6b86…}.
 *
 * @param parts name → 64 hexadecimal digits, in an order that is always the same
 */
public record Identity(Map<String, String> parts) {

    /** Nothing yet. */
    public static final Identity NONE = new Identity(Map.of());

    private static final String BETWEEN = "; ";

    public Identity {
        parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    }

    /** With one more part, whose text is digested. */
    public Identity with(String name, String text) {
        return withDigest(name, new Sha256().add(text).hex());
    }

    /** With one more part, whose digest is known. */
    public Identity withDigest(String name, String digest) {
        Map<String, String> more = new LinkedHashMap<>(parts);
        more.put(name, digest);
        return new Identity(more);
    }

    /** One digest of all parts. */
    public String hex() {
        return new Sha256().add(toString()).hex();
    }

    @Override
    public String toString() {
        return parts.entrySet().stream().map(part -> part.getKey() + "=" + part.getValue()).collect(Collectors.joining(BETWEEN));
    }

    /**
     * The names of what differs between two, as text.
     *
     * @return empty if nothing does; one general name if one of them is the key of something that has no parts, or of an older version
     */
    public static List<String> differing(String one, String other) {
        if (one.equals(other)) {
            return List.of();
        }
        Map<String, String> parts = parse(one);
        Map<String, String> others = parse(other);
        TreeSet<String> names = new TreeSet<>(parts.keySet());
        names.retainAll(others.keySet());
        List<String> different = new ArrayList<>(names.stream().filter(name -> !parts.get(name).equals(others.get(name))).toList());
        return different.isEmpty() ? List.of("command or version of this program") : different;
    }

    private static Map<String, String> parse(String text) {
        return Arrays.stream(text.split(BETWEEN)).filter(part -> part.matches("[^=]+=[0-9a-f]{64}"))
                .collect(Collectors.toMap(part -> part.substring(0, part.indexOf('=')), part -> part.substring(part.indexOf('=') + 1), (a, b) -> b));
    }
}
