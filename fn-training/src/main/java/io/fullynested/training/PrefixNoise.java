package io.fullynested.training;

import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.core.model.Supernet;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How often each prefix of an axis is kept if its terms survive by the noise that they bear. With r the mean {@link SignalToNoise} of the channels that a prefix
 * adds to the next shorter one, and k ranked so that r falls,
 *
 * <pre>{@code
 * P(keep ≥ k) = min over i ≤ k of rᵢ / r₁,   P(keep = k) = P(keep ≥ k) − P(keep ≥ next)
 * }</pre>
 *
 * <p>so what bears as little noise as the first terms is never dropped, and what is nothing but noise always. It is this project's reading of a truncated posterior
 * (Neklyudov et al., NIPS 2017) as ordered dropout; the paper removes what is below 1.
 */
final class PrefixNoise {

    private PrefixNoise() {
    }

    /**
     * The distribution over the prefixes of an axis.
     *
     * @param ratios ranked: the name of each gamma → a number for each of its channels
     * @return one for each keep; empty if no prefix of the axis has channels of its own, as of bits
     */
    static Optional<double[]> probabilities(Supernet net, NestedAxis axis, Map<String, float[]> ratios) {
        List<Integer> keeps = axis.keeps();
        List<Set<Place>> prefixes = keeps.stream().map(keep -> places(net, axis, keep, ratios.keySet())).toList();
        if (prefixes.get(0).equals(prefixes.get(keeps.size() - 1))) {
            return Optional.empty();
        }
        Set<Place> beyond = new HashSet<>(prefixes.get(keeps.size() - 1));
        beyond.removeAll(prefixes.get(0));
        // those that the axis does not change say nothing of its first terms
        Set<String> changed = beyond.stream().map(Place::gamma).collect(Collectors.toSet());
        double first = mean(prefixes.get(0).stream().filter(place -> changed.contains(place.gamma())), ratios)
                .orElseGet(() -> mean(prefixes.get(0).stream(), ratios).orElse(1));
        double[] survive = new double[keeps.size() + 1];
        survive[0] = 1;
        for (int k = 1; k < keeps.size(); k++) {
            Set<Place> shorter = prefixes.get(k - 1);
            OptionalDouble added = mean(prefixes.get(k).stream().filter(place -> !shorter.contains(place)), ratios);
            survive[k] = Math.min(survive[k - 1], added.orElse(first) / first);
        }
        double[] probabilities = new double[keeps.size()];
        Arrays.setAll(probabilities, k -> survive[k] - survive[k + 1]);
        return Optional.of(probabilities);
    }

    private record Place(String gamma, int channel) {
    }

    private static Set<Place> places(Supernet net, NestedAxis axis, int keep, Set<String> gammas) {
        return net.compile(net.axes().select(other -> other.id().equals(axis.id()) ? keep : other.size())).nodes().stream()
                .flatMap(node -> node.operator().parameters().stream()).map(parameter -> parameter.slice()).filter(slice -> gammas.contains(slice.parameter()))
                .flatMap(slice -> Arrays.stream(slice.ranges().get(0).indices()).mapToObj(channel -> new Place(slice.parameter(), channel)))
                .collect(Collectors.toSet());
    }

    private static OptionalDouble mean(Stream<Place> places, Map<String, float[]> ratios) {
        return places.mapToDouble(place -> ratios.get(place.gamma())[place.channel()]).average();
    }
}
