package io.fullynested.core.model;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.TermFlow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A pass over a full network that finds its terms: all channels of signals that can change their place only together, because they are
 * added, multiplied or normalised, with the places in the master tensors that belong to them.
 */
final class Terms implements TermFlow<int[]> {

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
     * @param groups those of terms that it is in, beside those of its places: it changes its place with others of the same ones only
     */
    record Term(List<Place> places, boolean fixed, Set<String> groups) {
    }

    private final List<Integer> parents = new ArrayList<>();
    private final Map<Integer, List<Place>> places = new TreeMap<>();
    private final Set<Integer> pinned = new TreeSet<>();
    private final Map<String, Integer> groups = new TreeMap<>();
    private final Map<Integer, Set<String>> together = new TreeMap<>();
    private int groupings;

    /** Finds them in the graph of a full network. */
    Terms(Graph full) {
        List<int[]> signals = new ArrayList<>();
        full.nodes().forEach(node -> signals.add(node.operator().terms(this, node.inputs().stream().map(signals::get).toList(), full.inputShapes(node))));
        signals.subList(0, full.inputs().size()).forEach(this::pin);
        pin(signals.get(signals.size() - 1));
    }

    private void pin(int[] ends) {
        Arrays.stream(ends).forEach(pinned::add);
    }

    /** All of them, in the order in which the network meets them. */
    List<Term> all() {
        Map<Integer, List<Place>> all = new TreeMap<>();
        places.forEach((id, some) -> all.computeIfAbsent(root(id), none -> new ArrayList<>()).addAll(some));
        Set<Integer> ends = pinned.stream().map(this::root).collect(Collectors.toSet());
        Map<Integer, Set<String>> shared = new TreeMap<>();
        together.forEach((id, some) -> shared.computeIfAbsent(root(id), none -> new TreeSet<>()).addAll(some));
        return all.entrySet().stream().map(term -> new Term(term.getValue(), ends.contains(term.getKey()) || !inRuns(term.getValue()),
                shared.getOrDefault(term.getKey(), Set.of()))).toList();
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

    @Override
    public int[] fresh(int count) {
        int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = parents.size();
            parents.add(ids[i]);
        }
        return ids;
    }

    @Override
    public int[] same(int[] a, int[] b) {
        for (int i = 0; i < a.length; i++) {
            int first = Math.min(root(a[i]), root(b[i]));
            parents.set(root(a[i]), first);
            parents.set(root(b[i]), first);
        }
        return a;
    }

    @Override
    public int[] concat(List<int[]> parts) {
        return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    @Override
    public int[] pick(int[] x, List<Integer> indices) {
        return indices.stream().mapToInt(index -> x[index]).toArray();
    }

    @Override
    public int[] repeat(int[] x, int times) {
        return Arrays.stream(x).flatMap(id -> IntStream.generate(() -> id).limit(times)).toArray();
    }

    @Override
    public void grouped(List<int[]> signals, int count) {
        for (int[] x : signals) {
            for (int i = 0; i < x.length; i++) {
                together.computeIfAbsent(x[i], none -> new TreeSet<>()).add("group " + groupings + "/" + i / (x.length / count));
            }
        }
        groupings++;
    }

    private void place(int[] ids, int i, String parameter, int dimension, int group, int index) {
        places.computeIfAbsent(ids[i], none -> new ArrayList<>()).add(new Place(Switches.base(parameter), dimension, group, index));
    }

    @Override
    public void vector(int[] x, ParameterSlice slice) {
        for (int i = 0; i < x.length; i++) {
            place(x, i, slice.parameter(), 0, -1, i);
        }
    }

    @Override
    public int[] product(int[] x, ParameterSlice weight, int groups) {
        String parameter = weight.parameter();
        int rows = weight.shape()[0];
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
        return y;
    }
}
