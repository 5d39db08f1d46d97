package io.fullynested.core.spec;

import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.YamlNode.Made;
import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Place;
import io.fullynested.core.spec.YamlNode.Scalar;
import io.fullynested.core.spec.YamlNode.Sequence;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Makes a record of options in Java as YAML does: what is not given has its default, ranges are checked, a {@link Preset} lies under
 * the options beside it, blocks are named by their kinds. Instances do not change.
 *
 * <pre>{@code
 * TrainingOptions training = Options.of(TrainingOptions.class)
 *         .set(TrainingOptions::epochs).to(20)
 *         .within(TrainingOptions::optimizer, optimizer -> optimizer.set(Optimizer::learningRate).to(0.1))
 *         .make();
 * }</pre>
 *
 * @param <R> the record
 */
public final class Options<R extends Record> {

    private final Class<R> type;
    private final Map<String, YamlNode> given;

    /**
     * A component of a record, as a method reference: {@code TrainingOptions::epochs}.
     *
     * @param <R> the record
     * @param <V> what the component holds
     */
    @FunctionalInterface
    public interface Component<R, V> extends Serializable {
        /** The accessor of the component. */
        V of(R options);
    }

    private Options(Class<R> type, Map<String, YamlNode> given) {
        this.type = type;
        this.given = given;
    }

    /** A record of which nothing is given yet. */
    public static <R extends Record> Options<R> of(Class<R> type) {
        return new Options<>(type, Map.of());
    }

    /**
     * One more option, on its way: {@code set(TrainingOptions::epochs).to(20)}.
     *
     * @param <R> the record
     * @param <V> what the component holds
     */
    @FunctionalInterface
    public interface Setting<R extends Record, V> {
        /** The options so far and this one. */
        Options<R> to(V value);
    }

    /**
     * Chooses an option to give. (In one step, {@code set(component, value)}, Java would take a value of any type.)
     *
     * @throws IllegalArgumentException if the component is no reference to an accessor of the record
     */
    public <V> Setting<R, V> set(Component<R, V> component) {
        RecordComponent named = named(component);
        return value -> and(named, node(new Place(key(named), 0, 0), value));
    }

    /** These and some options of a record within, the others of which keep what a preset or a default says. */
    public <V extends Record> Options<R> within(Component<R, V> component, UnaryOperator<Options<V>> inner) {
        RecordComponent named = named(component);
        // safe: the accessor returns V, and records are no generic classes here
        @SuppressWarnings("unchecked")
        Class<V> within = (Class<V>) named.getType();
        return and(named, new Mapping(new Place(key(named), 0, 0), inner.apply(of(within)).given));
    }

    private Options<R> and(RecordComponent component, YamlNode node) {
        Map<String, YamlNode> more = new LinkedHashMap<>(given);
        more.put(key(component), node);
        return new Options<>(type, more);
    }

    /**
     * Makes the record with the plugins on the class path.
     *
     * @throws ConfigurationException with all that is wrong or missing
     */
    public R make() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            return make(registry);
        }
    }

    /** Makes the record with plugins that a program has loaded. */
    public R make(PluginRegistry registry) {
        List<Problem> problems = new ArrayList<>();
        R made = new OptionsBinder(registry, CostNames.NONE, problems).record(type, new Mapping(new Place("", 0, 0), given), List.of());
        if (!problems.isEmpty()) {
            throw new ConfigurationException(type.getSimpleName(), problems);
        }
        return made;
    }

    private static String key(RecordComponent component) {
        return ScalarBinder.kebab(component.getName());
    }

    private RecordComponent named(Component<R, ?> reference) {
        String name;
        try {
            // what javac gives every serialisable lambda
            Method form = reference.getClass().getDeclaredMethod("writeReplace");
            form.setAccessible(true);
            name = ((SerializedLambda) form.invoke(reference)).getImplMethodName();
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("a component is told by a method reference, such as " + type.getSimpleName() + "::"
                    + type.getRecordComponents()[0].getName(), e);
        }
        return Arrays.stream(type.getRecordComponents()).filter(component -> component.getName().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("a component is told by a method reference, such as " + type.getSimpleName() + "::"
                        + type.getRecordComponents()[0].getName() + ", not by " + name));
    }

    private static YamlNode node(Place place, Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? new Scalar(place, "", true) : node(place, optional.get());
        }
        if (value instanceof List<?> list) {
            List<YamlNode> items = new ArrayList<>();
            list.forEach(item -> items.add(node(place.item(items.size()), item)));
            return new Sequence(place, items);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, YamlNode> entries = new LinkedHashMap<>();
            map.forEach((key, entry) -> entries.put((String) key, node(place.key((String) key), entry)));
            return new Mapping(place, entries);
        }
        return value instanceof Path || ScalarBinder.binds(kind(value)) ? new Scalar(place, ScalarBinder.text(value), false) : new Made(place, value);
    }

    private static Class<?> kind(Object value) {
        return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    }
}
