package io.fullynested.onnx.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which dimensions of a network have to keep the same terms: those of signals that are added or multiplied. Each layer makes an atom of as
 * many terms as it has channels; a concatenation is a row of atoms.
 */
final class Atoms {

    private final List<Integer> parents = new ArrayList<>();
    private final List<Integer> sizes = new ArrayList<>();
    private final Map<Integer, String> makers = new HashMap<>();
    private final Set<Integer> fixed = new HashSet<>();
    /** Of atoms that are heads of an attention, one after the other, the atom of these heads. */
    private final Map<Integer, Integer> heads = new HashMap<>();

    /** The channels that a layer makes. */
    List<Integer> made(String layer, int size) {
        List<Integer> atom = fixed(size);
        makers.put(atom.get(0), layer);
        return atom;
    }

    /** Channels that no layer makes, such as the input's; they are fixed once somebody says so. */
    List<Integer> fixed(int size) {
        parents.add(parents.size());
        sizes.add(size);
        return List.of(parents.size() - 1);
    }

    /** How many terms a signal has. */
    int size(List<Integer> signal) {
        return signal.stream().mapToInt(sizes::get).sum();
    }

    /** Says that all terms of a signal have to stay. */
    void fix(List<Integer> signal) {
        signal.forEach(atom -> fixed.add(root(atom)));
    }

    /** Says that two signals keep the same terms; what does not meet atom by atom has to stay whole. */
    void same(List<Integer> a, List<Integer> b) {
        if (!a.stream().map(sizes::get).toList().equals(b.stream().map(sizes::get).toList())) {
            fix(a);
            fix(b);
            return;
        }
        for (int i = 0; i < a.size(); i++) {
            int one = root(a.get(i));
            int other = root(b.get(i));
            if (one == other) {
                continue;
            }
            int left = Math.min(one, other);
            parents.set(Math.max(one, other), left);
            if (fixed.contains(one) || fixed.contains(other)) {
                fixed.add(left);
            }
            Integer group = heads.remove(Math.max(one, other));
            if (group != null) {
                group(left, group);
            }
        }
    }

    /**
     * Says that the terms of signals are those of heads, one head's after the other's, of which all keep the same.
     *
     * @param name of the axis of the heads
     */
    void grouped(String name, int count, List<List<Integer>> signals) {
        int group = made(name, count).get(0);
        for (List<Integer> signal : signals) {
            if (signal.size() == 1) {
                group(root(signal.get(0)), group);
            } else {
                fix(signal);
                fixed.add(root(group));
            }
        }
    }

    private void group(int atom, int group) {
        Integer before = heads.putIfAbsent(atom, group);
        if (before != null && !sizes.get(before).equals(sizes.get(group))) {
            fixed.add(atom);
            fixed.add(root(before));
            fixed.add(root(group));
        } else if (before != null) {
            same(List.of(before), List.of(group));
        }
    }

    /** How many heads the terms of a layer are those of. */
    int heads(List<Integer> made) {
        Integer group = heads.get(root(made.get(0)));
        return group == null ? 1 : sizes.get(group);
    }

    /** The name of the axis of these heads; empty if there are none, or all have to stay. */
    Optional<String> paths(List<Integer> made) {
        Integer group = heads.get(root(made.get(0)));
        if (group == null || sizes.get(group) == 1 || fixed.contains(root(group))
                || heads.entrySet().stream().anyMatch(entry -> root(entry.getValue()) == root(group) && fixed.contains(entry.getKey()))) {
            return Optional.empty();
        }
        return Optional.of(makers.get(root(group)));
    }

    /** The name of the axis of a layer's channels, the first layer's that shares it; empty if they have to stay. */
    Optional<String> axis(List<Integer> made) {
        int root = root(made.get(0));
        return fixed.contains(root) ? Optional.empty() : Optional.of(makers.get(root));
    }

    private int root(int atom) {
        return parents.get(atom) == atom ? atom : root(parents.get(atom));
    }
}
