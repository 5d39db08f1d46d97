package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Weight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A pass over a full network that finds its terms: all channels of signals that can change their place only together, because they are
 * added, multiplied or normalised, with the places in the master tensors that belong to them.
 */
final class Terms {

    /**
     * A place of a term in a master tensor.
     *
     * @param parameter its name, without what a switch adds to it
     * @param dimension 0 for rows, which make the term, 1 for columns, which read it
     * @param group     of a convolution in several groups, the one the place is in; −1 otherwise
     * @param index     row of the tensor, or column of the group
     */
    record Place(String parameter, int dimension, int group, int index) {

        /** The same for all places that can be exchanged by a permutation of the dimension, or also of groups. */
        String kind(boolean acrossGroups) {
            return parameter + "/" + dimension + "/" + (acrossGroups ? "" : group);
        }
    }

    /**
     * A term.
     *
     * @param places in the order in which the network meets them
     * @param fixed  whether it has to stay where it is: a channel of the image, a logit
     */
    record Term(List<Place> places, boolean fixed) {
    }

    private final List<Integer> parents = new ArrayList<>();
    private final Map<Integer, List<Place>> places = new TreeMap<>();
    private final Set<Integer> pinned = new TreeSet<>();
    private final Map<String, Integer> groups = new TreeMap<>();
    private final List<int[]> signals = new ArrayList<>();

    /** Finds them in the graph of a full network. */
    Terms(Graph full) {
        full.nodes().forEach(node -> signals.add(signal(node)));
        for (int[] ends : List.of(signals.get(0), signals.get(signals.size() - 1))) {
            Arrays.stream(ends).forEach(pinned::add);
        }
    }

    /** All of them, in the order in which the network meets them. */
    List<Term> all() {
        Map<Integer, List<Place>> all = new TreeMap<>();
        places.forEach((id, some) -> all.computeIfAbsent(root(id), none -> new ArrayList<>()).addAll(some));
        Set<Integer> ends = pinned.stream().map(this::root).collect(Collectors.toSet());
        return all.entrySet().stream().map(term -> new Term(term.getValue(), ends.contains(term.getKey()) || !inRuns(term.getValue()))).toList();
    }

    /** In how many groups a tensor's rows and columns are counted; 0 if in none. */
    int groups(String parameter) {
        return groups.getOrDefault(parameter, 0);
    }

    /** Whether several places in one dimension lie side by side, as a flattened channel's do; otherwise their order is not clear. */
    private static boolean inRuns(List<Place> term) {
        Map<String, Integer> last = new TreeMap<>();
        return term.stream().allMatch(place -> {
            Integer before = last.put(place.kind(false), place.index());
            return before == null || before + 1 == place.index();
        });
    }

    private int root(int id) {
        return parents.get(id) == id ? id : root(parents.get(id));
    }

    private int[] fresh(int count) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = parents.size();
            parents.add(ids[i]);
        }
        return ids;
    }

    private int[] unite(int[] a, int[] b) {
        for (int i = 0; i < a.length; i++) {
            int first = Math.min(root(a[i]), root(b[i]));
            parents.set(root(a[i]), first);
            parents.set(root(b[i]), first);
        }
        return a;
    }

    private void place(int[] ids, int i, String parameter, int dimension, int group, int index) {
        places.computeIfAbsent(ids[i], none -> new ArrayList<>()).add(new Place(Switches.base(parameter), dimension, group, index));
    }

    private void vector(int[] ids, ParameterSlice slice) {
        for (int i = 0; i < ids.length; i++) {
            place(ids, i, slice.parameter(), 0, -1, i);
        }
    }

    private int[] signal(Node node) {
        Operator operator = node.operator();
        int[] x = node.inputs().isEmpty() ? new int[0] : signals.get(node.inputs().get(0));
        if (operator instanceof Operator.Input) {
            return fresh(node.shape().channels());
        } else if (operator instanceof Operator.Convolution conv) {
            return layer(x, conv.weight(), conv.bias(), conv.groups());
        } else if (operator instanceof Operator.Dense dense) {
            return layer(x, dense.weight(), dense.bias(), 1);
        } else if (operator instanceof Operator.BatchNorm norm) {
            vector(x, norm.gamma());
            vector(x, norm.beta());
        } else if (operator instanceof Operator.Add || operator instanceof Operator.Multiply) {
            return unite(x, signals.get(node.inputs().get(1)));
        } else if (operator instanceof Operator.Concat) {
            return node.inputs().stream().flatMapToInt(input -> Arrays.stream(signals.get(input))).toArray();
        } else if (operator instanceof Operator.Slice slice) {
            return Arrays.copyOfRange(x, slice.from(), slice.to());
        } else if (operator instanceof Operator.Permute permute) {
            return permute.order().stream().mapToInt(from -> x[from]).toArray();
        } else if (operator instanceof Operator.Flatten) {
            int pixels = node.shape().channels() / x.length;
            return Arrays.stream(x).flatMap(id -> Arrays.stream(new int[pixels]).map(pixel -> id)).toArray();
        }
        return x;
    }

    private int[] layer(int[] x, Weight weight, Optional<ParameterSlice> bias, int groups) {
        String parameter = weight.slice().parameter();
        int rows = weight.slice().shape()[0];
        int columns = x.length / groups;
        boolean depthwise = groups > 1 && rows == x.length && columns == 1;
        int[] y = depthwise ? x : fresh(rows);
        if (groups > 1 && !depthwise) {
            this.groups.put(parameter, groups);
        }
        for (int row = 0; row < rows; row++) {
            place(y, row, parameter, 0, groups == 1 || depthwise ? -1 : row * groups / rows, row);
        }
        for (int column = 0; column < x.length && !depthwise; column++) {
            place(x, column, parameter, 1, groups == 1 ? -1 : column / columns, column % columns);
        }
        bias.ifPresent(slice -> vector(y, slice));
        return y;
    }
}
