package io.fullynested;

import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.c.CHost;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.Problem;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxHost;
import io.fullynested.onnx.OnnxStopwatch;
import io.fullynested.onnx.Provenance;
import io.fullynested.onnx.Stopwatch;
import io.fullynested.search.Floor;
import io.fullynested.search.InfeasibleBudgetException;
import io.fullynested.search.SearchOptions;
import io.fullynested.search.SubmodelSearch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What can be searched in a network that a file describes, and what its submodels cost. */
final class Searches {

    private final SpecFile<RunSpec> file;
    private final Supernet supernet;
    private final Costs costs;
    private final Supplier<Provenance> origin;
    private final Map<SearchOptions, SubmodelSearch> searches = new HashMap<>();

    /** @param origin the most that an exported file says of its origin */
    Searches(SpecFile<RunSpec> file, Supernet supernet, Costs costs, Supplier<Provenance> origin) {
        this.origin = origin;
        this.file = file;
        this.supernet = supernet;
        this.costs = costs;
    }

    /** Refuses devices that cannot compute the network, and what the description wants searched but nothing can meet. */
    void check() {
        if (file.value().export().c()) {
            // a code is truncated only where bits are left out
            Stream.of(supernet.axes().full(), supernet.axes().smallest()).map(supernet::compile).map(CHost::refusal).flatMap(Optional::stream).findFirst().ifPresent(why -> {
                throw file.refuse("export.format", why);
            });
        }
        costs.check(file, supernet, host());
        check(file, "search.", file.value().search());
    }

    /** What the description wants searched; if it has no budget, for those in the files of the devices. */
    SearchOptions standard() {
        SearchOptions own = file.value().search();
        return own.budgets().isEmpty() ? own.withBudgets(costs.budgets(), own.floors()) : own;
    }

    Map<String, Device> devices() {
        return costs.devices(file.value());
    }

    /** See {@link FullyNested#searchOptions}. */
    SearchOptions read(Map<String, String> yaml, String place) {
        StringBuilder text = new StringBuilder();
        yaml.forEach((key, value) -> text.append(key).append(": ").append(value).append('\n'));
        SpecFile<Searched> read = costs.reader(file.value()).read(text.isEmpty() ? "{}" : text.toString(), place, Searched.class);
        Searched given = read.value();
        SearchOptions own = standard();
        SearchOptions options;
        try {
            boolean goals = given.budgets().isPresent() || given.floors().isPresent();
            options = new SearchOptions(given.strategy().orElse(own.strategy()), given.budgets().orElse(goals ? List.of() : own.budgets()),
                    given.floors().orElse(goals ? List.of() : own.floors()), given.freeze().orElse(own.freeze()), given.tie().orElse(own.tie()),
                    given.front().orElse(own.front()), given.ensemble().orElse(own.ensemble()));
        } catch (IllegalArgumentException e) {
            throw read.refuse("", e.getMessage());
        }
        check(read, "", options);
        return options;
    }

    /** {@link SearchOptions} of which nothing must be given. */
    private record Searched(
            @Option("how submodels are found") Optional<SearchStrategy> strategy,
            @Option("what submodels may cost") Optional<List<Budget>> budgets,
            @Option("how accurate submodels must be") Optional<List<Floor>> floors,
            @Option("axes that are not searched") Optional<Map<String, Integer>> freeze,
            @Option("groups of axes that are searched as one") Optional<List<List<String>>> tie,
            @Option(value = "submodels to find between the budgets", min = 0, max = 1000) Optional<Integer> front,
            @Option(value = "members that may answer together for each budget", min = 1, max = 16) Optional<Integer> ensemble) {
    }

    SubmodelSearch costs(SearchOptions wanted) {
        // kept, as some cost models are: what they have measured is not measured again, and does not change
        return searches.computeIfAbsent(wanted, options -> costs(options, host()));
    }

    SubmodelSearch costs(Format format) {
        return costs(standard(), host(graph -> format, new OnnxStopwatch(), false));
    }

    /** Of submodels that are exported as C. */
    SubmodelSearch costsAsC() {
        return costs(standard(), host(this::format, new OnnxStopwatch(), true));
    }

    private SubmodelSearch costs(SearchOptions wanted, Host host) {
        return new SubmodelSearch(supernet, costs.models(file.value(), host, wanted.costs()));
    }

    private Format format(Graph graph) {
        return file.value().export().format(graph);
    }

    Host host() {
        return host(new OnnxStopwatch());
    }

    Host host(Stopwatch stopwatch) {
        return host(this::format, stopwatch, file.value().export().c());
    }

    /** @param c whether networks are exported as C, where nothing else is said */
    private Host host(Function<Graph, Format> format, Stopwatch stopwatch, boolean c) {
        return new CHost(new OnnxHost(format, file.value().network().quantization().quantizer(), file.value().export().names(), origin, stopwatch), c);
    }

    /** Budgets that nothing can meet are refused before anything is trained. */
    private void check(SpecFile<?> from, String path, SearchOptions options) {
        if (options.ensemble() > 1) {
            EnsembleRefusal.of(file.value(), supernet).ifPresent(why -> {
                throw from.refuse(path + "ensemble", why);
            });
        }
        String metric = file.value().task().scoreName();
        for (int i = 0; i < options.floors().size(); i++) {
            String named = options.floors().get(i).scoreName();
            if (!named.equals(metric)) {
                throw from.refuse(path + "floors[" + i + "]", "the task is scored by " + metric + ", not by " + named + ". Maybe " + metric + ": "
                        + options.floors().get(i).least() + "?");
            }
        }
        try {
            costs(options).checkFeasible(options.withBudgets(List.of(), options.floors()));
        } catch (IllegalArgumentException e) {
            throw from.refuse(path.isEmpty() ? "" : path.substring(0, path.length() - 1), e.getMessage());
        }
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < options.budgets().size(); i++) {
            try {
                costs(options).checkFeasible(options.withBudgets(List.of(options.budgets().get(i))));
            } catch (InfeasibleBudgetException e) {
                for (String problem : e.problems()) {
                    problems.addAll(from.refuse(path + "budgets[" + i + "]", problem).problems());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(from.name(), problems);
        }
    }
}
