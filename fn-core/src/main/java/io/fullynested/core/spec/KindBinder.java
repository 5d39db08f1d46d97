package io.fullynested.core.spec;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.search.Budget;
import io.fullynested.core.plugin.Origin;
import io.fullynested.core.plugin.PluginFault;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Makes what plugins provide: blocks, cost models, … by their kind, and budgets, whose keys are kinds of cost models. */
final class KindBinder {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

    private final PluginRegistry registry;
    private final OptionsBinder options;

    KindBinder(PluginRegistry registry, OptionsBinder options) {
        this.registry = registry;
        this.options = options;
    }

    /** A kind alone, or {@code kind} and its options. */
    <T> T thing(Role<T> role, YamlNode node) {
        Mapping mapping = asMapping(node);
        String kind = mapping == null ? null : kind(role, mapping);
        return kind == null ? null : thing(role, kind, mapping);
    }

    /** @param names names it if its author did not */
    NetworkSpec.Block block(YamlNode node, BlockNames names) {
        int before = options.problems();
        Mapping mapping = asMapping(node);
        String kind = mapping == null ? null : kind(Role.BLOCK, mapping);
        if (kind == null) {
            return null;
        }
        NestableBlock block = thing(Role.BLOCK, kind, mapping);
        Optional<YamlNode> ownNesting = mapping.given("nesting");
        Optional<Object> nesting = ownNesting.map(own -> options.bind(NestingOptions.class, own, null));
        Boolean quantize = (Boolean) mapping.given("quantize").map(own -> options.bind(boolean.class, own, null)).orElse(true);
        String name = mapping.given("name").isPresent() ? name(mapping.given("name").get()) : names.next(kind);
        return options.problems() > before ? null
                : new NetworkSpec.Block(name, block, quantize, nesting.map(NestingOptions.class::cast));
    }

    /** A name and limits. */
    Budget budget(YamlNode node) {
        if (!(node instanceof Mapping mapping)) {
            return options.wrong(node, "keys and values");
        }
        int before = options.problems();
        Map<String, Double> limits = new LinkedHashMap<>();
        mapping.entries().forEach((key, value) -> {
            if (!key.equals("name")) {
                limits.put(key, limit(key, value));
            }
        });
        String name = mapping.given("name").isPresent() ? name(mapping.given("name").get())
                : options.problem(mapping.place().key("name"), "missing (names the submodel that is found)");
        if (limits.isEmpty()) {
            options.problem(mapping.place(), "a budget limits at least one cost. There are: "
                    + String.join(", ", registry.kinds(Role.COST_MODEL).all().keySet()));
        }
        return options.problems() > before ? null : new Budget(name, limits);
    }

    private Double limit(String costModel, YamlNode node) {
        return options.attempt(node.place(), () -> {
            registry.kinds(Role.COST_MODEL).get(costModel);
            if (!(node instanceof Scalar scalar) || scalar.none()) {
                return options.<Double>wrong(node, "a single value");
            }
            String text = scalar.text();
            String unit = unit(costModel);
            BigDecimal amount = Quantity.amount(text)
                    .or(() -> Optional.of(text).filter(t -> t.endsWith(unit))
                            .flatMap(t -> Quantity.amount(t.substring(0, t.length() - unit.length()))))
                    .orElseThrow(() -> new IllegalArgumentException(
                            "expected an amount such as 200_000, 200k, 1.5 M or 20 KiB, found '" + text + "'"));
            if (amount.signum() <= 0) {
                throw new IllegalArgumentException("must be more than 0, found " + text);
            }
            return amount.doubleValue();
        });
    }

    /** The unit of a cost model, or nothing if it cannot be made without options. */
    private String unit(String costModel) {
        CostModel model = new OptionsBinder(registry, new ArrayList<>()).make(Role.COST_MODEL, costModel);
        return model == null ? "" : model.unit();
    }

    private <T> T thing(Role<T> role, String kind, Mapping mapping) {
        Factory<T> factory = options.attempt(mapping.entries().get("kind").place(), () -> registry.kinds(role).get(kind));
        if (factory == null) {
            return null;
        }
        int before = options.problems();
        Record bound = options.record(factory.options(), mapping, role.reserved());
        T made = bound == null ? null : options.attempt(mapping.place(), () -> make(role, factory, bound));
        Origin origin = registry.kinds(role).all().get(kind).origin();
        if (!origin.ours()) {
            options.amend(before, message -> message + " (" + kind + " of " + origin.jar() + ")");
        }
        return made;
    }

    private static <T> T make(Role<T> role, Factory<T> factory, Record options) {
        T made;
        try {
            made = factory.create().apply(options);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new IllegalArgumentException(role.noun() + " '" + factory.kind() + "' failed: " + PluginFault.reason(e), e);
        }
        if (made == null) {
            throw new IllegalArgumentException(role.noun() + " '" + factory.kind() + "' failed: its factory makes nothing");
        }
        return made;
    }

    private String kind(Role<?> role, Mapping mapping) {
        if (mapping.given("kind").isEmpty()) {
            return options.problem(mapping.place().key("kind"), "missing (which " + role.noun() + "). There are: "
                    + String.join(", ", registry.kinds(role).all().keySet()));
        }
        return (String) options.bind(String.class, mapping.given("kind").get(), null);
    }

    /** Names become names of nodes, axes and files. */
    private String name(YamlNode node) {
        String name = (String) options.bind(String.class, node, null);
        if (name != null && !NAME.matcher(name).matches()) {
            return options.problem(node.place(), "a name is made of letters, digits, - and _, and starts with a letter, found '"
                    + name + "'");
        }
        return name;
    }

    private Mapping asMapping(YamlNode node) {
        if (node instanceof Scalar scalar && !scalar.none()) {
            return new Mapping(node.place(), Map.of("kind", scalar));
        }
        return node instanceof Mapping mapping ? mapping : options.wrong(node, "a kind, or keys and values");
    }
}
