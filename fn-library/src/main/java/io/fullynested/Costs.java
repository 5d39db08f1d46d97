package io.fullynested;

import com.google.inject.Guice;
import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.search.Budget;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.Kinds;
import io.fullynested.core.plugin.PluginModule;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.CostNames;
import io.fullynested.core.spec.Named;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.spec.SpecReader;
import jakarta.inject.Inject;
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
    private static final List<String> TOLD = List.of("bops", "executed-macs", "macs", "params", "size");

    private final SpecReader plain;
    private final Kinds<CostModel> kinds;
    private final List<SpecFile<DeviceFile>> files;
    private final CostNames given;

    /**
     * Those of plugins alone.
     *
     * @param plain reads what names no costs
     * @param kinds what plugins provide
     */
    @Inject
    Costs(SpecReader plain, Kinds<CostModel> kinds) {
        this(plain, kinds, List.of(), CostNames.NONE);
    }

    private Costs(SpecReader plain, Kinds<CostModel> kinds, List<SpecFile<DeviceFile>> files, CostNames given) {
        this.plain = plain;
        this.kinds = kinds;
        this.files = files;
        this.given = given;
    }

    /**
     * What plugins provide, and what files of devices do; wired by Guice.
     *
     * @throws ConfigurationException with all that is wrong with the first one that cannot be used
     */
    static Costs of(PluginRegistry registry, List<Path> devices) {
        return Guice.createInjector(new PluginModule(registry)).getInstance(Costs.class).with(devices);
    }

    private Costs with(List<Path> devices) {
        List<SpecFile<DeviceFile>> read = new ArrayList<>();
        CostNames names = given;
        for (Path device : devices) {
            SpecFile<DeviceFile> file = plain.read(device, DeviceFile.class);
            try {
                names = names.withDevice(file.value().device());
            } catch (IllegalArgumentException e) {
                throw file.refuse("device", e.getMessage());
            }
            read.add(file);
        }
        return new Costs(plain, kinds, read, names);
    }

    /** A reader of descriptions whose budgets may be of these devices. */
    SpecReader reader() {
        return plain.with(given);
    }

    /** A reader of budgets that may be of these devices, and of what a description names. */
    SpecReader reader(RunSpec spec) {
        return plain.with(names(spec));
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
        Set<String> told = new TreeSet<>(TOLD);
        told.addAll(wanted);
        told.retainAll(kinds.all().keySet());
        Map<String, CostModel> models = new TreeMap<>(names(spec).models(host));
        told.forEach(kind -> models.put(kind, plain.make(Role.COST_MODEL, kind).on(host)));
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
