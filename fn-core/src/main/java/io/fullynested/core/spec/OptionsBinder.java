package io.fullynested.core.spec;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.core.plugin.PluginFault;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.spec.YamlNode.Made;
import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Place;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Makes records of options from YAML. It goes on after a problem, so that all problems of a file are found at once; what could
 * not be made is null, which no option ever is.
 */
final class OptionsBinder {

    /** Starts what is wrong with a value that nobody wrote into the file. */
    private static final String DEFAULT = "its default '";

    private final List<Problem> problems;
    private final KindBinder kinds;

    /** @param costs the cost models that have names already */
    OptionsBinder(PluginRegistry registry, CostNames costs, List<Problem> problems) {
        this.problems = problems;
        this.kinds = new KindBinder(registry, costs, this);
    }

    /** @param option the range of numbers in it; may be null */
    Object bind(Type type, YamlNode node, Option option) {
        if (node instanceof Made made && !(type instanceof ParameterizedType generic && generic.getRawType() == Optional.class)) {
            return type == NetworkSpec.Block.class ? kinds.named(made, new BlockNames()) : made.value();
        }
        if (type instanceof ParameterizedType generic) {
            Type[] of = generic.getActualTypeArguments();
            if (generic.getRawType() == Optional.class) {
                Object value = bind(of[0], node, option);
                return value == null ? null : Optional.of(value);
            }
            if (generic.getRawType() == Named.class) {
                return kinds.named(Role.of(of[0]).orElseThrow(), node);
            }
            if (generic.getRawType() == List.class) {
                return list(of[0], node, option);
            }
            if (generic.getRawType() == Map.class && of[0] == String.class) {
                return map(of[1], node, option);
            }
        } else if (Role.of(type).isPresent()) {
            return kinds.thing(Role.of(type).get(), node);
        } else if (type == NetworkSpec.Block.class) {
            return kinds.block(node, new BlockNames());
        } else if (type == Normalization.class) {
            return bind(node instanceof Mapping ? Normalization.Given.class : Normalization.Word.class, node, option);
        } else if (type == Budget.class) {
            return kinds.budget(node);
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            return spelledOut(plain, node) instanceof Mapping mapping ? record(plain.asSubclass(Record.class), mapping, List.of())
                    : wrong(node, "keys and values");
        } else if (type instanceof Class<?> plain && ScalarBinder.binds(plain)) {
            return scalar(plain, node, option);
        }
        return problem(node.place(), "an option of type " + type.getTypeName() + " cannot be read from YAML");
    }

    /** What a kind makes if no option is given. */
    <T> T make(Role<T> role, String kind) {
        return kinds.thing(role, new Scalar(new Place("", 0, 0), kind, false));
    }

    private Object scalar(Class<?> type, YamlNode node, Option option) {
        if (node instanceof Scalar scalar && !scalar.none()) {
            return attempt(node.place(), () -> ScalarBinder.bind(type, scalar.text(), option));
        }
        return wrong(node, "a single value");
    }

    /** @param besides keys that are no options of the record, but legal beside them */
    <R extends Record> R record(Class<R> type, Mapping written, Collection<String> besides) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(ScalarBinder.kebab(component.getName()), component);
        }
        Mapping mapping = components.entrySet().stream().flatMap(entry -> preset(entry.getKey(), entry.getValue().getType(), written).stream())
                .findFirst().map(written::over).orElse(written);
        Set<String> legal = new LinkedHashSet<>(besides);
        components.forEach((key, component) -> {
            if (component.getType() != OtherKeys.class) {
                legal.add(key);
            }
        });
        Set<String> meant = unknownKeys(mapping, legal, components.values().stream().anyMatch(component -> component.getType() == OtherKeys.class));
        Map<String, Object> values = new LinkedHashMap<>();
        // what gives names before what uses them
        Stream.concat(components.entrySet().stream().filter(entry -> names(entry.getValue())), components.entrySet().stream()
                .filter(entry -> !names(entry.getValue()))).forEach(entry -> values.put(entry.getKey(), entry.getValue().getType() == OtherKeys.class
                        ? others(mapping, legal, entry.getValue().getAnnotation(Option.class))
                        : component(entry.getKey(), entry.getValue(), mapping, meant.contains(entry.getKey()))));
        if (values.containsValue(null)) {
            return null;
        }
        return attempt(mapping.place(), () -> make(type, components.keySet().stream().map(values::get).toArray()));
    }

    private static boolean names(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType generic && (generic.getRawType() == Named.class
                || generic.getActualTypeArguments()[0] instanceof ParameterizedType element && element.getRawType() == Named.class);
    }

    /** The name of a preset may stand alone, in the place of keys of which one is that preset. */
    private static YamlNode spelledOut(Class<?> type, YamlNode node) {
        return Arrays.stream(type.getRecordComponents()).filter(component -> Preset.class.isAssignableFrom(component.getType()) && node instanceof Scalar scalar
                && !scalar.none()).findFirst().<YamlNode>map(component -> new Mapping(node.place(), Map.of(ScalarBinder.kebab(component.getName()), node))).orElse(node);
    }

    /** What the preset sets that a key names; nothing if there is none, which is told when the key itself is read. */
    private Optional<Mapping> preset(String key, Class<?> type, Mapping mapping) {
        if (!Preset.class.isAssignableFrom(type) || !(mapping.entries().get(key) instanceof Scalar named)) {
            return Optional.empty();
        }
        return Arrays.stream(type.getEnumConstants()).filter(preset -> ScalarBinder.kebab(((Enum<?>) preset).name()).equals(named.text()))
                .findFirst().flatMap(preset -> YamlReader.readDefault(((Preset) preset).yaml(), problems, named.place()))
                .map(Mapping.class::cast);
    }

    /**
     * Reports keys that are not legal, and returns the legal ones they may have been meant to be.
     *
     * @param others whether any other key is legal, unless it is near to one that is missing
     */
    private Set<String> unknownKeys(Mapping mapping, Set<String> legal, boolean others) {
        Set<String> meant = new LinkedHashSet<>();
        mapping.entries().forEach((key, node) -> {
            Optional<String> near = Spelling.nearest(key, legal);
            if (!legal.contains(key) && (!others || near.filter(word -> mapping.given(word).isEmpty()).isPresent())) {
                near.ifPresent(meant::add);
                problem(node.place(), "unknown key. " + near.map(word -> "Maybe '" + word + "'?")
                        .orElse(legal.isEmpty() ? "There are no options" : "There are: " + String.join(", ", legal)));
            }
        });
        return meant;
    }

    /** Runs what throws {@link IllegalArgumentException} on values that the user can change. */
    <T> T attempt(Place place, Supplier<T> action) {
        try {
            return action.get();
        } catch (IllegalArgumentException e) {
            return problem(place, e.getMessage());
        }
    }

    /** How many problems there are so far. */
    int problems() {
        return problems.size();
    }

    /** Says more about the problems that came up since there were {@code before} of them. */
    void amend(int before, UnaryOperator<String> message) {
        problems.subList(before, problems.size()).replaceAll(
                problem -> new Problem(problem.path(), problem.line(), problem.column(), message.apply(problem.message())));
    }

    <T> T wrong(YamlNode node, String expected) {
        return problem(node.place(), "expected " + expected + ", found " + node.noun());
    }

    <T> T problem(Place place, String message) {
        problems.add(Problem.at(place, message));
        return null;
    }

    private Object component(String key, RecordComponent component, Mapping mapping, boolean misspelt) {
        Option option = component.getAnnotation(Option.class);
        if (mapping.given(key).isPresent()) {
            return bind(component.getGenericType(), mapping.given(key).get(), option);
        }
        YamlNode node = mapping.entries().get(key);
        Place place = node == null ? mapping.place().key(key) : node.place();
        if (option != null && !option.byDefault().isEmpty()) {
            int before = problems();
            Object value = YamlReader.readDefault(option.byDefault(), problems, place)
                    .map(standard -> bind(component.getGenericType(), standard, option)).orElse(null);
            amend(before, message -> message.startsWith(DEFAULT) ? message : DEFAULT + option.byDefault() + "': " + message);
            return value;
        }
        if (component.getType() == Optional.class) {
            return Optional.empty();
        }
        if (component.getType() == Named.class) {
            kinds.lose();
        }
        if (misspelt) {
            return null;
        }
        return problem(place, (node == null ? "missing" : "has no value") + (option == null ? "" : " (" + option.value() + ")"));
    }

    List<?> list(Type element, YamlNode node, Option option) {
        if (node instanceof Scalar scalar && !scalar.none() && element == String.class) {
            return List.of(scalar.text());
        }
        if (!(node instanceof Sequence sequence)) {
            return wrong(node, "a list");
        }
        BlockNames blockNames = new BlockNames();
        Map<String, Place> named = new LinkedHashMap<>();
        List<Object> values = new ArrayList<>();
        for (YamlNode item : sequence.items()) {
            Object value = element == NetworkSpec.Block.class ? kinds.block(item, blockNames) : bind(element, item, option);
            values.add(value);
            Optional<String> name = value instanceof NetworkSpec.Block block ? Optional.of(block.name())
                    : value instanceof Budget budget ? Optional.of(budget.name())
                    : value instanceof Named<?> thing ? Optional.of(thing.name()) : Optional.empty();
            Place first = name.map(given -> named.putIfAbsent(given, item.place())).orElse(null);
            if (first != null) {
                problem(item.place(), "is named '" + name.get() + "' as " + first.path() + " is. Give one of them another name");
                // said once: what takes the list must not say it again
                values.set(values.size() - 1, null);
            }
        }
        return values.contains(null) ? null : Collections.unmodifiableList(values);
    }

    private Map<String, Object> map(Type value, YamlNode node, Option option) {
        if (!(node instanceof Mapping mapping)) {
            return wrong(node, "keys and values");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.entries().forEach((key, entry) -> values.put(key, bind(value, entry, option)));
        return values.containsValue(null) ? null : Collections.unmodifiableMap(values);
    }

    private OtherKeys others(Mapping mapping, Set<String> known, Option option) {
        Map<String, YamlNode> others = new LinkedHashMap<>(mapping.entries());
        others.keySet().removeAll(known);
        Map<String, Double> numbers = new LinkedHashMap<>();
        others.forEach((key, node) -> numbers.put(key, (Double) bind(double.class, node, option)));
        return numbers.containsValue(null) ? null : new OtherKeys(numbers);
    }

    private static <R extends Record> R make(Class<R> type, Object[] values) {
        try {
            Class<?>[] parameters = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class[]::new);
            Constructor<R> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                throw refused;
            }
            throw new IllegalArgumentException(type.getName() + " failed: " + PluginFault.reason(e.getCause()), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " cannot be made", e);
        }
    }
}
