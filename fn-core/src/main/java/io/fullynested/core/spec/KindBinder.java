package io.fullynested.core.spec;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.search.Budget;
import io.fullynested.core.plugin.Origin;
import io.fullynested.core.plugin.PluginFault;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.spec.YamlNode.Made;
import io.fullynested.core.spec.YamlNode.Mapping;
import io.fullynested.core.spec.YamlNode.Scalar;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes what plugins provide: blocks, cost models, … by their kind, and budgets, whose keys are kinds or names of cost models. */
final class KindBinder {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

    private final PluginRegistry registry;
    private final OptionsBinder options;
    /** What was named so far. */
    private CostNames costs;
    /** Whether something that was to have a name is wrong, so that a budget may well limit it. */
    private boolean incomplete;

    KindBinder(PluginRegistry registry, CostNames costs, OptionsBinder options) {
        this.registry = registry;
        this.costs = costs;
        this.options = options;
    }

    /** A kind alone, or {@code kind} and its options; or of cost models one that was named, {@code pi4.latency}. */
    <T> T thing(Role<T> role, YamlNode node) {
        if (role == Role.COST_MODEL && node instanceof Scalar scalar && !scalar.none()) {
            String named = incomplete && !isCost(scalar.text()) ? null : options.attempt(node.place(), () -> cost(scalar.text()));
            if (named == null || costs.models().containsKey(named)) {
                return named == null ? null : role.type().cast(costs.models().get(named));
            }
        }
        Mapping mapping = asMapping(node);
        String kind = mapping == null ? null : kind(role, mapping);
        return kind == null ? null : thing(role, kind, mapping);
    }

    /** Remembers that something is missing that was to have a name. */
    void lose() {
        incomplete = true;
    }

    /** A {@code name}, a {@code kind} and its options. */
    <T> Named<T> named(Role<T> role, YamlNode node) {
        int before = options.problems();
        if (!(node instanceof Mapping mapping)) {
            lose();
            return options.wrong(node, "keys and values");
        }
        String name = mapping.given("name").isPresent() ? name(mapping.given("name").get())
                : options.problem(mapping.place().key("name"), "missing (what budgets call it)");
        T thing = thing(role, node);
        if (name != null && registry.kinds(Role.COST_MODEL).all().containsKey(name)) {
            options.problem(mapping.given("name").get().place(), "'" + name + "' is a kind of cost model. Give it another name");
        }
        Named<T> named = options.problems() > before ? null : new Named<>(name, thing);
        CostNames more = named == null ? null : options.attempt(mapping.place(), () -> role == Role.DEVICE
                ? costs.withDevice(new Named<>(name, Role.DEVICE.type().cast(thing)))
                : costs.withModel(new Named<>(name, Role.COST_MODEL.type().cast(thing))));
        costs = more == null ? costs : more;
        incomplete |= more == null;
        return more == null ? null : named;
    }

    /** A block that a program made, named if it was not. */
    NetworkSpec.Block named(Made made, BlockNames names) {
        NetworkSpec.Block block = (NetworkSpec.Block) made.value();
        if (!block.name().isEmpty()) {
            return block;
        }
        return options.attempt(made.place(), () -> block.named(names.next(registry.kinds(Role.BLOCK).kindOf(block.block()))));
    }

    /** @param names names it if its author did not */
    NetworkSpec.Block block(YamlNode node, BlockNames names) {
        if (node instanceof Made made) {
            return named(made, names);
        }
        int before = options.problems();
        Mapping mapping = asMapping(node);
        String kind = mapping == null ? null : kind(Role.BLOCK, mapping);
        if (kind == null) {
            return null;
        }
        NestableBlock block = thing(Role.BLOCK, kind, mapping);
        Optional<YamlNode> ownNesting = mapping.given("nesting");
        Optional<Object> nesting = ownNesting.map(own -> options.bind(NestingOptions.class, own, null));
        @SuppressWarnings("unchecked") // a list of texts binds to one
        List<String> of = mapping.given("of").map(own -> (List<String>) options.list(String.class, own, null)).orElse(List.of());
        Boolean quantize = (Boolean) mapping.given("quantize").map(own -> options.bind(boolean.class, own, null)).orElse(true);
        String name = mapping.given("name").isPresent() ? name(mapping.given("name").get()) : names.next(kind);
        return options.problems() > before ? null
                : new NetworkSpec.Block(name, block, of, quantize, nesting.map(NestingOptions.class::cast));
    }

    /** A name and limits. */
    Budget budget(YamlNode node) {
        if (!(node instanceof Mapping mapping)) {
            return options.wrong(node, "keys and values");
        }
        int before = options.problems();
        Map<String, Double> limits = new LinkedHashMap<>();
        mapping.entries().forEach((key, value) -> {
            boolean lost = incomplete && !isCost(key);
            String cost = key.equals("name") || lost ? null : options.attempt(value.place(), () -> cost(key));
            if (cost != null) {
                limits.put(cost, limit(cost, value));
            }
        });
        for (String cost : List.copyOf(limits.keySet())) {
            costs.limits(cost).forEach((device, limit) -> limits.merge(device, limit, Math::min));
        }
        String name = mapping.given("name").isPresent() ? name(mapping.given("name").get())
                : options.problem(mapping.place().key("name"), "missing (names the submodel that is found)");
        if (limits.isEmpty() && !incomplete && options.problems() == before) {
            options.problem(mapping.place(), "a budget limits at least one cost. There are: " + String.join(", ", all()));
        }
        return options.problems() > before ? null : new Budget(name, limits);
    }

    private boolean isCost(String key) {
        return !costs.meant(key).isEmpty() || registry.kinds(Role.COST_MODEL).all().containsKey(key);
    }

    /** The full name of the cost model that a key of a budget stands for. */
    private String cost(String key) {
        List<String> meant = costs.meant(key);
        if (meant.size() > 1) {
            throw new IllegalArgumentException("several devices have it. Say which: " + String.join(", ", meant));
        }
        if (!isCost(key)) {
            Set<String> all = all();
            String near = Spelling.maybeOrStop(key, all);
            String device = key.equals("latency") ? " It comes with a device: --device FILE, as ./fn measure writes it." : "";
            throw new IllegalArgumentException("no plugin on the path provides cost model '" + key + "'" + (!device.isEmpty() ? "." + device : near)
                    + (all.isEmpty() ? " There is none at all" : " There are: " + String.join(", ", all)) + registry.kinds(Role.COST_MODEL).notLoaded());
        }
        return meant.isEmpty() ? key : meant.get(0);
    }

    private Set<String> all() {
        Set<String> all = new TreeSet<>(costs.models().keySet());
        registry.kinds(Role.COST_MODEL).all().forEach((kind, provided) -> {
            if (OptionDescription.of(provided.factory().options()).stream().noneMatch(OptionDescription::required)) {
                all.add(kind);
            }
        });
        return all;
    }

    private Double limit(String cost, YamlNode node) {
        return options.attempt(node.place(), () -> {
            CostModel model = costs.models().containsKey(cost) ? costs.models().get(cost)
                    : new OptionsBinder(registry, CostNames.NONE, new ArrayList<>()).make(Role.COST_MODEL, cost);
            if (model == null) {
                throw new IllegalArgumentException("the cost model '" + cost + "' has options that must be given. Maybe under costs, "
                        + "{name: my-" + cost + ", kind: " + cost + ", …}?");
            }
            if (!(node instanceof Scalar scalar) || scalar.none()) {
                return options.<Double>wrong(node, "a single value");
            }
            BigDecimal amount = Quantity.amount(scalar.text(), model.unit(), true);
            if (amount.signum() <= 0) {
                throw new IllegalArgumentException("must be more than 0, found " + scalar.text());
            }
            return amount.doubleValue();
        });
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
