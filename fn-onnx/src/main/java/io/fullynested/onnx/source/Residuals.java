package io.fullynested.onnx.source;

import io.fullynested.core.block.GraphNode.Kind;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds residual units that can be left out: sums of which one side is what the other was computed from, {@code x + F(x)}. */
final class Residuals {

    private Residuals() {
    }

    /** Notes of each such sum which axis it is a term of: those on one stream are terms of one, after what begins the stream. */
    static void find(List<Draft> drafts, Atoms atoms) {
        Map<String, Integer> counts = new HashMap<>();
        for (Draft draft : drafts) {
            if (draft.kind != Kind.ADD) {
                continue;
            }
            Draft a = draft.of.get(0);
            Draft b = draft.of.get(1);
            if (comesFrom(a, b)) {
                Collections.reverse(draft.of);
            } else if (!comesFrom(b, a)) {
                continue;
            }
            atoms.axis(draft.atoms).ifPresent(stream -> {
                String axis = stream + ".layers";
                draft.layers = Optional.of(axis);
                draft.rank = counts.merge(axis, 1, Integer::sum);
            });
        }
    }

    private static boolean comesFrom(Draft later, Draft earlier) {
        Deque<Draft> open = new ArrayDeque<>(List.of(later));
        Set<Draft> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        while (!open.isEmpty()) {
            Draft draft = open.pop();
            if (draft == earlier) {
                return true;
            }
            if (seen.add(draft)) {
                draft.of.forEach(open::push);
            }
        }
        return false;
    }
}
