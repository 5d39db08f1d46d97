package io.fullynested;

import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Normalize;
import io.fullynested.api.graph.Operator;
import io.fullynested.api.graph.ParameterRole;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.source.ImportedNetwork;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tensors of a submodel as a module of PyTorch calls them: {@code layer1.0.conv1.weight}, {@code layer1.0.bn1.running_var}. Of an imported
 * network they are the names of the source, as far as its file has them, so that {@code load_state_dict} takes them into a module of the
 * widths that are kept.
 */
final class StateDict {

    private StateDict() {
    }

    /** @param model not extracted, or its batch norms were folded away; weights are as its operators see them */
    static Map<String, Tensor> of(Model model) {
        Map<String, Tensor> tensors = new TreeMap<>();
        for (Node node : model.graph().nodes()) {
            Operator operator = node.operator();
            if (operator instanceof Normalize) {
                continue;
            }
            operator.mapParameters(weight -> {
                put(tensors, weight.slice(), "weight", model.parameters().value(weight));
                return weight;
            }, (role, slice) -> {
                suffix(role).ifPresent(suffix -> put(tensors, slice, suffix, model.parameters().value(slice)));
                return slice;
            });
        }
        return tensors;
    }

    private static void put(Map<String, Tensor> tensors, ParameterSlice slice, String suffix, Tensor value) {
        String path = slice.parameter();
        String layer = path.substring(0, path.lastIndexOf('/')).replaceFirst("^" + ImportedNetwork.NAME + "/", "").replace('/', '.');
        tensors.put(layer + "." + suffix, value);
    }

    private static Optional<String> suffix(ParameterRole role) {
        return switch (role) {
            case WEIGHT, GAMMA -> Optional.of("weight");
            case BIAS, BETA -> Optional.of("bias");
            case TABLE -> Optional.of("table");
            case MEAN -> Optional.of("running_mean");
            case VARIANCE -> Optional.of("running_var");
            case DEVIATION, CLIP -> Optional.empty();
        };
    }
}
