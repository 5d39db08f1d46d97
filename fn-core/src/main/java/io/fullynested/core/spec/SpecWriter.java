package io.fullynested.core.spec;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Place;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes records of options as the YAML that {@link SpecReader} reads them from, and leaves out what is so without being said. */
public final class SpecWriter {

    private static final Place NOWHERE = new Place("", 0, 0);

    private final PluginRegistry registry;

    /** @param registry tells of which kinds things are */
    public SpecWriter(PluginRegistry registry) {
        this.registry = registry;
    }

    /**
     * The text of a record.
     *
     * @throws IllegalArgumentException if something in it is of no kind that a plugin provides
     */
    public String write(Record spec) {
        return YamlText.of(record(spec, new Mapping(NOWHERE, Map.of())));
    }

    /** @param below what a preset says of the record's options */
    private Mapping record(Record value, Mapping below) {
        Mapping standards = below;
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            if (get(component, value) instanceof Preset preset && !preset.equals(standard(component, below))) {
                standards = below.over((Mapping) read(preset.yaml()));
            }
        }
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (RecordComponent component : value.getClass().getRecordComponents()) {
            String key = ScalarBinder.kebab(component.getName());
            Object own = get(component, value);
            if (own instanceof OtherKeys others) {
                others.numbers().forEach((other, number) -> entries.put(other, scalar(ScalarBinder.text(number))));
            } else if (!own.equals(standard(component, standards))) {
                Mapping inner = standards.entries().get(key) instanceof Mapping mapping ? mapping : new Mapping(NOWHERE, Map.of());
                entries.put(key, node(own, component.getGenericType(), component.getAnnotation(Option.class), inner));
            }
        }
        return new Mapping(NOWHERE, entries);
    }

    /** What a component holds if its key is absent; null if it must be given. */
    private Object standard(RecordComponent component, Mapping below) {
        Option option = component.getAnnotation(Option.class);
        Optional<YamlNode> preset = below.given(ScalarBinder.kebab(component.getName()));
        if (preset.isPresent() || option != null && !option.byDefault().isEmpty()) {
            return new OptionsBinder(registry, CostNames.NONE, new ArrayList<>())
                    .bind(component.getGenericType(), preset.orElseGet(() -> read(option.byDefault())), option);
        }
        return component.getType() == Optional.class ? Optional.empty() : null;
    }

    private static YamlNode read(String yaml) {
        return YamlReader.readDefault(yaml, new ArrayList<>(), NOWHERE).orElseThrow();
    }

    private YamlNode node(Object value, Type type, Option option, Mapping below) {
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? new Scalar(NOWHERE, "", true) : node(optional.get(), argument(type, 0), option, below);
        }
        if (value instanceof List<?> list) {
            BlockNames names = new BlockNames();
            return new Sequence(NOWHERE, list.stream().map(item -> item instanceof NetworkSpec.Block block ? block(block, names)
                    : node(item, argument(type, 0), option, new Mapping(NOWHERE, Map.of()))).toList());
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, YamlNode> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put((String) key, node(entry, argument(type, 1), option, new Mapping(NOWHERE, Map.of()))));
            return new Mapping(NOWHERE, entries);
        }
        if (value instanceof Named<?> named) {
            return thing(Role.of(argument(type, 0)).orElseThrow(), named.thing(), Map.of("name", scalar(named.name())), Map.of());
        }
        if (value instanceof Budget budget) {
            return budget(budget);
        }
        Optional<Role<?>> role = Role.of(type);
        if (role.isPresent()) {
            Mapping thing = thing(role.get(), value, Map.of(), Map.of());
            return thing.entries().size() == 1 ? thing.entries().get("kind") : thing;
        }
        return value instanceof Record record ? record(record, below)
                : scalar(ScalarBinder.text(value) + (option == null || option.unit().isEmpty() ? "" : " " + option.unit()));
    }

    private static Type argument(Type type, int index) {
        return ((ParameterizedType) type).getActualTypeArguments()[index];
    }

    private static Scalar scalar(String text) {
        return new Scalar(NOWHERE, text, false);
    }

    /** A kind and its options, with other keys before and after them. */
    private <T> Mapping thing(Role<T> role, Object value, Map<String, YamlNode> before, Map<String, YamlNode> after) {
        String kind = registry.kinds(role).kindOf(role.type().cast(value));
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        entries.put("kind", scalar(kind));
        entries.putAll(before);
        if (registry.kinds(role).get(kind).options() == value.getClass()) {
            entries.putAll(record((Record) value, new Mapping(NOWHERE, Map.of())).entries());
        }
        entries.putAll(after);
        return new Mapping(NOWHERE, entries);
    }

    private Mapping block(NetworkSpec.Block block, BlockNames names) {
        String kind = registry.kinds(Role.BLOCK).kindOf(block.block());
        boolean named = !block.name().isEmpty() && !block.name().equals(names.peek(kind));
        if (!named) {
            names.next(kind);
        }
        Map<String, YamlNode> after = new LinkedHashMap<>();
        if (!block.of().isEmpty()) {
            after.put("of", new Sequence(NOWHERE, block.of().stream().<YamlNode>map(SpecWriter::scalar).toList()));
        }
        if (!block.quantize()) {
            after.put("quantize", scalar("false"));
        }
        block.nesting().ifPresent(nesting -> after.put("nesting", record(nesting, new Mapping(NOWHERE, Map.of()))));
        return thing(Role.BLOCK, block.block(), named ? Map.of("name", scalar(block.name())) : Map.of(), after);
    }

    private static Mapping budget(Budget budget) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        entries.put("name", scalar(budget.name()));
        budget.limits().forEach((cost, limit) -> entries.put(cost, scalar(ScalarBinder.text(limit))));
        return new Mapping(NOWHERE, entries);
    }

    private static Object get(RecordComponent component, Record record) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(record);
        } catch (InvocationTargetException | IllegalAccessException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }
}
