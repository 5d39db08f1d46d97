package io.fullynested.core.model;

import io.fullynested.core.model.Terms.Place;
import io.fullynested.core.model.Terms.Term;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts the terms of a trained network in the order of their importance, so that its prefixes hold the strongest: channels and neurons, and
 * groups of convolutions, which is what paths are. A term moves in all tensors it has a part in, so the full network computes what it did
 * before. Its importance is the norm of the weights that read it, L2 in the place of L1 in Cai et al., Once-for-all, ICLR 2020: those that
 * make it say little, for batch norms follow them.
 */
public final class Ranking {

    private final Terms terms;
    private final boolean acrossGroups;
    private final Map<String, Tensor> masters;
    private final Map<String, Tensor> scores;
    private final Map<Place, Place> sources = new HashMap<>();

    private Ranking(Terms terms, boolean acrossGroups, Map<String, Tensor> masters, Map<String, Tensor> scores) {
        this.scores = scores;
        this.terms = terms;
        this.acrossGroups = acrossGroups;
        this.masters = masters;
    }

    /**
     * The same network with its terms ranked.
     *
     * @param masters the tensors of all masters of the network
     */
    public static Map<String, Tensor> byNorm(Supernet net, Map<String, Tensor> masters) {
        return by(net, masters, Map.of()).masters();
    }

    /**
     * A ranked network.
     *
     * @param masters the tensors of all masters
     * @param scores  what it was ranked by, in the new order
     */
    public record Ranked(Map<String, Tensor> masters, Map<String, float[]> scores) {
    }

    /**
     * The same, but the importance of a term is the mean of the scores of its places; by norm where it has none.
     *
     * @param scores the name of a master → a number for each of its rows
     */
    public static Ranked by(Supernet net, Map<String, Tensor> masters, Map<String, float[]> scores) {
        Terms terms = new Terms(net.compile(net.axes().full()));
        Map<String, Tensor> all = new TreeMap<>();
        scores.forEach((name, of) -> all.put(name, Tensor.vector(of)));
        Ranking within = new Ranking(terms, false, masters, all);
        Map<String, Tensor> once = within.ranked(terms.all());
        Ranking across = new Ranking(terms, true, once, within.moved(all));
        Map<String, Tensor> twice = across.ranked(groups(terms.all()));
        Map<String, float[]> followed = new TreeMap<>();
        across.moved(across.scores).forEach((name, of) -> followed.put(name, of.data()));
        return new Ranked(twice, followed);
    }

    /** Terms that share a group of a convolution, and so move together if groups are exchanged, as one each. */
    private static List<Term> groups(List<Term> terms) {
        List<Set<String>> keys = new ArrayList<>();
        List<Term> groups = new ArrayList<>();
        for (Term term : terms) {
            Set<String> key = term.places().stream().filter(place -> place.group() >= 0).map(place -> place.parameter() + "/" + place.group())
                    .collect(Collectors.toCollection(TreeSet::new));
            key.addAll(term.groups());
            Term group = term;
            for (int i = keys.size() - 1; i >= 0; i--) {
                if (!Collections.disjoint(keys.get(i), key)) {
                    Term other = groups.remove(i);
                    group = new Term(Stream.of(other, group).flatMap(part -> part.places().stream()).toList(), other.fixed() || group.fixed(), Set.of());
                    key.addAll(keys.remove(i));
                }
            }
            if (!key.isEmpty()) {
                keys.add(key);
                groups.add(new Term(group.places(), group.fixed(), Set.of()));
            }
        }
        return groups;
    }

    private Map<String, Tensor> ranked(List<Term> all) {
        Map<String, List<Term>> exchangeable = new LinkedHashMap<>();
        for (Term term : all) {
            if (!term.fixed()) {
                String kind = term.places().stream().map(place -> place.kind(acrossGroups)).collect(Collectors.joining(" ")) + term.groups();
                exchangeable.computeIfAbsent(kind, none -> new ArrayList<>()).add(term);
            }
        }
        for (List<Term> same : exchangeable.values()) {
            List<Term> strongest = same.stream().sorted(Comparator.comparingDouble(this::importance).reversed()).toList();
            for (int i = 0; i < same.size(); i++) {
                for (int p = 0; p < same.get(i).places().size(); p++) {
                    sources.put(same.get(i).places().get(p), strongest.get(i).places().get(p));
                }
            }
        }
        return moved(masters);
    }

    private Map<String, Tensor> moved(Map<String, Tensor> tensors) {
        Map<String, Tensor> moved = new TreeMap<>();
        tensors.forEach((name, tensor) -> moved.put(name, moved(Switches.base(name), tensor)));
        return moved;
    }

    /** Its mean score; where it has none, the sum of the squares of the weights that read it. */
    private double importance(Term term) {
        return term.places().stream().filter(place -> place.dimension() == 0 && scores.containsKey(place.parameter()))
                .mapToDouble(place -> scores.get(place.parameter()).data()[place.index()]).average().orElseGet(() -> norm(term));
    }

    private double norm(Term term) {
        double sum = 0;
        for (Place place : term.places()) {
            if (place.dimension() == 1) {
                Tensor weight = masters.get(place.parameter());
                int columns = weight.shape()[1];
                int taps = weight.data().length / weight.shape()[0] / columns;
                int rows = weight.shape()[0] / Math.max(1, terms.groups(place.parameter()));
                int first = Math.max(0, place.group()) * rows;
                for (int row = first; row < first + rows; row++) {
                    for (int tap = 0; tap < taps; tap++) {
                        double value = weight.data()[(row * columns + place.index()) * taps + tap];
                        sum += value * value;
                    }
                }
            }
        }
        return sum;
    }

    /** A tensor with its rows, and the columns of each of its groups, taken from elsewhere. */
    private Tensor moved(String name, Tensor tensor) {
        if (tensor.shape().length == 0) {
            return tensor;
        }
        int rows = tensor.shape()[0];
        int columns = tensor.shape().length > 1 ? tensor.shape()[1] : 1;
        int taps = tensor.data().length / rows / columns;
        int groups = terms.groups(name);
        if (sources.keySet().stream().noneMatch(place -> place.parameter().equals(name))) {
            return tensor;
        }
        Tensor result = Tensor.zeros(tensor.shape());
        for (int row = 0; row < rows; row++) {
            int group = groups > 0 ? row * groups / rows : -1;
            int sourceRow = source(new Place(name, 0, group, row));
            for (int column = 0; column < columns; column++) {
                int sourceColumn = source(new Place(name, 1, group, column));
                System.arraycopy(tensor.data(), (sourceRow * columns + sourceColumn) * taps, result.data(), (row * columns + column) * taps, taps);
            }
        }
        return result;
    }

    private int source(Place place) {
        return sources.getOrDefault(place, place).index();
    }
}
