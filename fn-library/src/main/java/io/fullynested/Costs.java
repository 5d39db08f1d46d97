package io.fullynested;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.search.Budget;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.CostNames;
import io.fullynested.core.spec.Named;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.spec.SpecReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The cost models of a run by the names that budgets use, and the files that devices come from. */
final class Costs {

    /** What is told of submodels whether or not somebody asks. */
    private static final List<String> TOLD = List.of("bops", "macs", "params", "size");

    private final PluginRegistry registry;
    private final List<SpecFile<DeviceFile>> files;
    private final CostNames given;

    /**
     * Reads files of devices.
     *
     * @throws ConfigurationException with all that is wrong with the first one that cannot be used
     */
    Costs(PluginRegistry registry, List<Path> devices) {
        this.registry = registry;
        this.files = new ArrayList<>();
        CostNames names = CostNames.NONE;
        for (Path device : devices) {
            SpecFile<DeviceFile> file = new SpecReader(registry).read(device, DeviceFile.class);
            try {
                names = names.withDevice(file.value().device());
            } catch (IllegalArgumentException e) {
                throw file.refuse("device", e.getMessage());
            }
            files.add(file);
        }
        this.given = names;
    }

    /** A reader of descriptions whose budgets may be of these devices. */
    SpecReader reader() {
        return new SpecReader(registry).with(given);
    }

    /** A reader of budgets that may be of these devices, and of what a description names. */
    SpecReader reader(RunSpec spec) {
        return new SpecReader(registry).with(names(spec));
    }

    private CostNames names(RunSpec spec) {
        CostNames names = given;
        for (Named<CostModel> cost : spec.costs()) {
            names = names.withModel(cost);
        }
        for (Named<Device> device : spec.devices()) {
            names = names.withDevice(device);
        }
        return names;
    }

    /** All devices, those of files and those of a description. */
    Map<String, Device> devices(RunSpec spec) {
        Map<String, Device> devices = new TreeMap<>();
        files.forEach(file -> devices.put(file.value().device().name(), file.value().device().thing()));
        spec.devices().forEach(device -> devices.put(device.name(), device.thing()));
        return devices;
    }

    /** The budgets in the files of the devices. */
    List<Budget> budgets() {
        return files.stream().flatMap(file -> file.value().budgets().stream()).toList();
    }

    /** The cost models that every submodel is told by: a few, those that were named, and those that are wanted. */
    Map<String, CostModel> models(RunSpec spec, Host host, Collection<String> wanted) {
        Set<String> kinds = new TreeSet<>(TOLD);
        kinds.addAll(wanted);
        kinds.retainAll(registry.kinds(Role.COST_MODEL).all().keySet());
        Map<String, CostModel> models = new TreeMap<>(names(spec).models(host));
        SpecReader reader = new SpecReader(registry);
        kinds.forEach(kind -> models.put(kind, reader.make(Role.COST_MODEL, kind).on(host)));
        return models;
    }

    /**
     * Asks each named cost model for the full network: a device that cannot compute it is refused by its place, before any work.
     *
     * @throws ConfigurationException for the first one that cannot tell
     */
    void check(SpecFile<RunSpec> spec, Supernet supernet, Host host) {
        Graph full = supernet.compile(supernet.axes().full());
        for (SpecFile<DeviceFile> file : files) {
            check(file, "device", file.value().device().thing().costs(), full, host);
        }
        for (int i = 0; i < spec.value().devices().size(); i++) {
            Named<Device> device = spec.value().devices().get(i);
            check(spec, "devices[" + i + "]", device.thing().costs(), full, host);
        }
        for (int i = 0; i < spec.value().costs().size(); i++) {
            Named<CostModel> cost = spec.value().costs().get(i);
            check(spec, "costs[" + i + "]", Map.of(cost.name(), cost.thing()), full, host);
        }
    }

    private static void check(SpecFile<?> file, String path, Map<String, CostModel> models, Graph full, Host host) {
        for (CostModel model : models.values()) {
            try {
                CostModel here = model.on(host);
                here.cost(full);
                here.caveat(full);
            } catch (IllegalArgumentException e) {
                throw file.refuse(path, e.getMessage());
            }
        }
    }
}
