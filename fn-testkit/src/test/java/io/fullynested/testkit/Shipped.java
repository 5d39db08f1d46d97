package io.fullynested.testkit;

import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the plugins on the path provide. */
final class Shipped {

    private Shipped() {
    }

    /** The classes of all things of one role. */
    static <T> Set<Class<?>> classes(Function<FullyNestedPlugin, List<Factory<T>>> role) {
        return ServiceLoader.load(FullyNestedPlugin.class).stream().flatMap(plugin -> role.apply(plugin.get()).stream())
                .map(factory -> factory.options() == Factory.None.class ? factory.create().apply(new Factory.None()).getClass() : factory.options())
                .collect(Collectors.toSet());
    }

    /** The classes of what the nested contracts of a test are about. */
    static <C> Set<Class<?>> tried(Object test, Class<C> contract, Function<C, Object> subject) {
        return contracts(test, contract).map(nested -> subject.apply(nested).getClass()).collect(Collectors.toSet());
    }

    /** The nested contracts of a test. */
    static <C> Stream<C> contracts(Object test, Class<C> contract) {
        return Stream.of(test.getClass().getDeclaredClasses())
                .filter(nested -> contract.isAssignableFrom(nested) && nested.getDeclaredConstructors()[0].getParameterCount() == 1)
                .map(nested -> contract.cast(make(test, nested)));
    }

    private static Object make(Object test, Class<?> nested) {
        try {
            return nested.getDeclaredConstructor(test.getClass()).newInstance(test);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(nested + " cannot be made", e);
        }
    }
}
