package io.fullynested.core.spec;

import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Place;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Values in the place of what a file says. A path goes down by keys, and in lists by number or by name: {@code training.epochs},
 * {@code network.blocks[2].channels}, {@code search.budgets.tiny.macs}.
 *
 * @param values path → YAML
 */
public record Overrides(Map<String, String> values) {

    /** Leaves a file as it is. */
    public static final Overrides NONE = new Overrides(Map.of());

    /** The line that {@link Problem}s with them have. */
    static final int LINE = -1;

    private static final Pattern STEP = Pattern.compile("[^.\\[\\]]+|\\[\\d+]");

    public Overrides {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** A tree with these values in it. */
    YamlNode over(YamlNode root, List<Problem> problems) {
        YamlNode changed = root;
        for (Map.Entry<String, String> one : values.entrySet()) {
            Place place = new Place(one.getKey(), LINE, 0);
            Optional<YamlNode> value = YamlReader.readDefault(one.getValue(), problems, place);
            List<String> steps = STEP.matcher(one.getKey()).results().map(MatchResult::group).toList();
            if (value.isPresent()) {
                changed = set(changed, new Place("", LINE, 0), steps, value.get(), problems);
            }
        }
        return changed;
    }

    /** @param at null where nothing stands yet */
    private static YamlNode set(YamlNode at, Place place, List<String> steps, YamlNode value, List<Problem> problems) {
        if (steps.isEmpty()) {
            return value;
        }
        List<String> rest = steps.subList(1, steps.size());
        if (at instanceof Sequence list) {
            int index = index(list, steps.get(0));
            if (index < 0 || index >= list.items().size()) {
                problems.add(Problem.at(value.place(), "there is no '" + steps.get(0) + "' in " + place.path() + ", which is a list of "
                        + list.items().size() + Spelling.maybe(steps.get(0), names(list))));
                return at;
            }
            List<YamlNode> items = new ArrayList<>(list.items());
            items.set(index, set(items.get(index), place.item(index), rest, value, problems));
            return new Sequence(list.place(), items);
        }
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        if (at instanceof Mapping mapping) {
            entries.putAll(mapping.entries());
        } else if (at instanceof Scalar kind && !kind.none()) {
            entries.put("kind", kind);
        }
        entries.put(steps.get(0), set(entries.get(steps.get(0)), place.key(steps.get(0)), rest, value, problems));
        return new Mapping(at == null ? place : at.place(), entries);
    }

    private static int index(Sequence list, String step) {
        return step.startsWith("[") ? Integer.parseInt(step.substring(1, step.length() - 1)) : names(list).indexOf(step);
    }

    /** Of items that have one; others have an empty one. */
    private static List<String> names(Sequence list) {
        return IntStream.range(0, list.items().size()).mapToObj(list.items()::get).map(item -> item instanceof Mapping mapping
                && mapping.entries().get("name") instanceof Scalar name ? name.text() : "").toList();
    }
}
