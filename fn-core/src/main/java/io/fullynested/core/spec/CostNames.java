package io.fullynested.core.spec;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.cost.Device;
import io.fullynested.api.cost.Host;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The cost models that somebody named, as budgets call them: {@code slow} one of {@code costs}, {@code pi4.latency} one of a device. A
 * device's may be called {@code latency} for short where no other device has one.
 */
public final class CostNames {

    /** No names. */
    public static final CostNames NONE = new CostNames(Map.of(), Map.of());

    private final Map<String, CostModel> models;
    private final Map<String, Device> devices;

    private CostNames(Map<String, CostModel> models, Map<String, Device> devices) {
        this.models = Collections.unmodifiableMap(new TreeMap<>(models));
        this.devices = Collections.unmodifiableMap(new TreeMap<>(devices));
    }

    /**
     * These and a cost model.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public CostNames withModel(Named<CostModel> more) {
        return with(more.name(), Map.of(more.name(), more.thing()), Map.of());
    }

    /**
     * These and the costs of a device.
     *
     * @throws IllegalArgumentException if the name is taken
     */
    public CostNames withDevice(Named<Device> more) {
        Map<String, CostModel> costs = new TreeMap<>();
        more.thing().costs().forEach((quantity, model) -> costs.put(more.name() + "." + quantity, model));
        return with(more.name(), costs, Map.of(more.name(), more.thing()));
    }

    private CostNames with(String name, Map<String, CostModel> moreModels, Map<String, Device> moreDevices) {
        if (models.containsKey(name) || devices.containsKey(name)) {
            throw new IllegalArgumentException("the name '" + name + "' is taken. Give one of the two another name");
        }
        Map<String, CostModel> allModels = new TreeMap<>(models);
        allModels.putAll(moreModels);
        Map<String, Device> allDevices = new TreeMap<>(devices);
        allDevices.putAll(moreDevices);
        return new CostNames(allModels, allDevices);
    }

    /** The cost models by their full names. */
    public Map<String, CostModel> models() {
        return models;
    }

    /** The cost models, able to ask a host. */
    public Map<String, CostModel> models(Host host) {
        Map<String, CostModel> hosted = new TreeMap<>();
        models.forEach((name, model) -> hosted.put(name, model.on(host)));
        return hosted;
    }

    /** The full names that a key can stand for: itself, or that quantity of each device that has it. */
    List<String> meant(String key) {
        return models.containsKey(key) ? List.of(key)
                : models.keySet().stream().filter(name -> name.endsWith("." + key)).toList();
    }

    /** The limits that hold where a cost of this full name is limited: what its device has. */
    Map<String, Double> limits(String fullName) {
        int dot = fullName.indexOf('.');
        Map<String, Double> limits = new TreeMap<>();
        if (dot > 0) {
            String device = fullName.substring(0, dot);
            devices.get(device).limits().forEach((quantity, limit) -> limits.put(device + "." + quantity, limit));
        }
        return limits;
    }
}
