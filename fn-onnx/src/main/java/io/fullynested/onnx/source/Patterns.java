package io.fullynested.onnx.source;

import ai.onnx.proto.OnnxMl.AttributeProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds operators that exporters spell out: GELU, SiLU, hard-swish and hard-sigmoid as products, layer norm as means and roots. Each is one
 * node afterwards, with the operator's name of later opsets, and what only it needed is gone.
 */
final class Patterns {

    /** Of queries, keys whose steps are last, and values, with what products are multiplied by as {@code scale}. */
    static final String ATTENTION = "attention";

    private static final double CLOSE = 1e-5;

    private final SourceGraph source;
    private final Map<String, SourceNode> makers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();

    private Patterns(SourceGraph source) {
        this.source = source;
        for (SourceNode node : source.nodes()) {
            node.outputs().forEach(output -> makers.put(output, node));
            node.inputs().forEach(input -> uses.merge(input, 1, Integer::sum));
        }
        uses.merge(source.output(), 1, Integer::sum);
    }

    /** The same graph with such operators as nodes. */
    static SourceGraph found(SourceGraph source) {
        Patterns patterns = new Patterns(source);
        List<SourceNode> nodes = source.nodes().stream()
                .map(node -> patterns.layerNorm(node).or(() -> patterns.activation(node)).or(() -> patterns.attention(node)).orElse(node)).toList();
        Set<String> needed = new HashSet<>(Set.of(source.output()));
        List<SourceNode> kept = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i).outputs().stream().anyMatch(needed::contains)) {
                kept.add(0, nodes.get(i));
                needed.addAll(nodes.get(i).inputs());
            }
        }
        return source.with(kept);
    }

    /** A product: a number times signals. */
    private final class Product {
        private double number = 1;
        private final List<String> signals = new ArrayList<>();

        /** @param whole whether it is the end of the product, which others may take */
        Product multiply(String value, boolean whole) {
            SourceNode node = makers.get(value);
            Optional<Double> constant = number(value);
            if (constant.isPresent()) {
                number *= constant.get();
            } else if (node != null && node.op().equals("Mul") && (whole || uses.get(value) == 1)) {
                multiply(node.inputs().get(0), false).multiply(node.inputs().get(1), false);
            } else if (node != null && node.op().equals("Div") && (whole || uses.get(value) == 1) && number(node.inputs().get(1)).isPresent()) {
                number /= number(node.inputs().get(1)).get();
                multiply(node.inputs().get(0), false);
            } else if (node != null && node.op().equals("Add") && uses.get(value) == 1 && zero(node.inputs().get(1))) {
                multiply(node.inputs().get(0), false);
            } else {
                signals.add(value);
            }
            return this;
        }

        boolean is(double expected) {
            return Math.abs(number - expected) < CLOSE * expected;
        }
    }

    private Optional<SourceNode> activation(SourceNode node) {
        if (!node.op().equals("Mul") && !node.op().equals("Div")) {
            return Optional.empty();
        }
        Product product = new Product().multiply(node.output(), true);
        List<String> signals = product.signals;
        if (signals.size() == 1 && product.is(1 / 6.0)) {
            return shiftedClip(signals.get(0)).map(x -> made(node, "HardSigmoid", x, real("alpha", 1 / 6f), real("beta", 0.5f)));
        }
        for (int i = 0; signals.size() == 2 && i < 2; i++) {
            String x = signals.get(i);
            SourceNode gate = makers.get(signals.get(1 - i));
            if (gate == null || uses.get(gate.output()) > 1) {
                continue;
            }
            if (gate.op().equals("Sigmoid") && gate.inputs().get(0).equals(x) && product.is(1)) {
                return Optional.of(made(node, "Swish", x));
            }
            if (gate.op().equals("HardSigmoid") && gate.inputs().get(0).equals(x) && Signals.isSixth(gate) && product.is(1)
                    || shiftedClip(gate.output()).filter(x::equals).isPresent() && product.is(1 / 6.0)) {
                return Optional.of(made(node, "HardSwish", x));
            }
            if (product.is(0.5) && onePlusErf(gate).filter(x::equals).isPresent()) {
                return Optional.of(made(node, "Gelu", x));
            }
            if (product.is(0.5) && isOnePlusTanh(gate, x)) {
                return Optional.of(made(node, "Gelu", x, AttributeProto.newBuilder().setName("approximate").setS(ByteString.copyFromUtf8("tanh")).build()));
            }
        }
        return Optional.empty();
    }

    /** The x of {@code clip(x + 3, 0, 6)}. */
    private Optional<String> shiftedClip(String value) {
        SourceNode clip = makers.get(value);
        boolean to6 = clip != null && clip.op().equals("Clip") && bound(clip, 1, "min") == 0 && bound(clip, 2, "max") == 6;
        return to6 ? sum(clip.inputs().get(0), 3) : Optional.empty();
    }

    private double bound(SourceNode clip, int input, String attribute) {
        return clip.has(input) ? number(clip.inputs().get(input)).orElse(Double.NaN) : clip.real(attribute, Double.NaN);
    }

    /** The x of {@code 1 + erf(x / √2)}. */
    private Optional<String> onePlusErf(SourceNode node) {
        return sum(node.output(), 1).map(makers::get).filter(erf -> erf.op().equals("Erf")).map(erf -> new Product().multiply(erf.inputs().get(0), true))
                .filter(inner -> inner.signals.size() == 1 && inner.is(Math.sqrt(0.5))).map(inner -> inner.signals.get(0));
    }

    /** Whether it is {@code 1 + tanh(√(2/π) · (x + 0.044715 x³))}. */
    private boolean isOnePlusTanh(SourceNode node, String x) {
        Optional<SourceNode> sum = sum(node.output(), 1).flatMap(value -> by(value, "Tanh")).map(tanh -> new Product().multiply(tanh.inputs().get(0), true))
                .filter(inner -> inner.signals.size() == 1 && inner.is(Math.sqrt(2 / Math.PI))).flatMap(inner -> by(inner.signals.get(0), "Add"));
        return sum.filter(added -> added.inputs().get(0).equals(x) && isCube(added.inputs().get(1), x)
                || added.inputs().get(1).equals(x) && isCube(added.inputs().get(0), x)).isPresent();
    }

    /** Whether it is {@code 0.044715 x³}. */
    private boolean isCube(String value, String x) {
        Product product = new Product().multiply(value, true);
        boolean power = product.signals.size() == 1 && by(product.signals.get(0), "Pow")
                .filter(pow -> pow.inputs().get(0).equals(x) && number(pow.inputs().get(1)).filter(three -> three == 3).isPresent()).isPresent();
        return product.is(0.044715) && (power || product.signals.equals(List.of(x, x, x)));
    }

    /** The x of {@code x + number}. */
    private Optional<String> sum(String value, double number) {
        SourceNode node = makers.get(value);
        for (int i = 0; node != null && node.op().equals("Add") && i < 2; i++) {
            if (number(node.inputs().get(1 - i)).filter(found -> Math.abs(found - number) < CLOSE).isPresent()) {
                return Optional.of(node.inputs().get(i));
            }
        }
        return Optional.empty();
    }

    /** {@code d / √(mean(d²) + epsilon)} with {@code d = x − mean(x)}; what it is multiplied by and what is added stays behind it. */
    private Optional<SourceNode> layerNorm(SourceNode node) {
        SourceNode centred = node.op().equals("Div") ? makers.get(node.inputs().get(0)) : null;
        if (centred == null || !centred.op().equals("Sub")) {
            return Optional.empty();
        }
        Optional<SourceNode> mean = by(centred.inputs().get(1), "ReduceMean").filter(found -> found.inputs().get(0).equals(centred.inputs().get(0)));
        Optional<SourceNode> variance = by(node.inputs().get(1), "Sqrt").flatMap(root -> by(root.inputs().get(0), "Add"));
        Optional<SourceNode> squares = variance.flatMap(sum -> by(sum.inputs().get(0), "ReduceMean").or(() -> by(sum.inputs().get(1), "ReduceMean")));
        boolean squared = squares.flatMap(found -> Optional.ofNullable(makers.get(found.inputs().get(0)))).filter(square -> square.inputs().get(0).equals(centred.output())
                && (square.op().equals("Pow") && number(square.inputs().get(1)).filter(power -> power == 2).isPresent()
                        || square.op().equals("Mul") && square.inputs().get(1).equals(centred.output()))).isPresent();
        if (mean.isEmpty() || !squared) {
            return Optional.empty();
        }
        int[] axes = axes(mean.get());
        Optional<Double> epsilon = number(variance.get().inputs().get(0)).or(() -> number(variance.get().inputs().get(1)));
        if (axes.length != 1 || !Arrays.equals(axes, axes(squares.get())) || epsilon.isEmpty()) {
            return Optional.empty();
        }
        AttributeProto axis = AttributeProto.newBuilder().setName("axis").setI(axes[0]).build();
        return Optional.of(made(node, "LayerNormalization", centred.inputs().get(0), axis, real("epsilon", epsilon.get().floatValue())));
    }

    private int[] axes(SourceNode mean) {
        int[] axes = mean.has(1) ? source.constants().containsKey(mean.inputs().get(1)) ? source.constants().get(mean.inputs().get(1)).ints() : new int[0]
                : mean.numbers("axes");
        int rank = source.shape(mean.inputs().get(0)).length;
        return Arrays.stream(axes).map(axis -> Math.floorMod(axis, rank)).toArray();
    }

    private Optional<SourceNode> by(String value, String op) {
        return Optional.ofNullable(makers.get(value)).filter(node -> node.op().equals(op));
    }

    private Optional<Double> number(String value) {
        return Optional.ofNullable(source.constants().get(value)).filter(Constant::scalar).map(constant -> (double) constant.values()[0]);
    }

    /** Whether nothing is added by a value, as by a mask that hides nothing. */
    private boolean zero(String value) {
        return Optional.ofNullable(source.constants().get(value)).filter(Constant::zero).isPresent();
    }

    private static AttributeProto real(String name, float value) {
        return AttributeProto.newBuilder().setName(name).setF(value).build();
    }

    /** {@code softmax(queries · keys) · values}, where numbers may be multiplied on the way. */
    private Optional<SourceNode> attention(SourceNode node) {
        Optional<SourceNode> shares = node.op().equals("MatMul") ? through(node.inputs().get(0)).filter(found -> found.op().equals("Softmax")) : Optional.empty();
        if (shares.isEmpty()) {
            return Optional.empty();
        }
        int rank = source.shape(shares.get().output()).length;
        Product products = new Product().multiply(shares.get().inputs().get(0), false);
        Optional<SourceNode> compared = products.signals.size() != 1 ? Optional.empty() : through(products.signals.get(0)).filter(found -> found.op().equals("MatMul"));
        if (Math.floorMod(shares.get().number("axis", -1), rank) != rank - 1 || compared.isEmpty()) {
            return Optional.empty();
        }
        Product queries = new Product().multiply(compared.get().inputs().get(0), false);
        Product keys = new Product().multiply(compared.get().inputs().get(1), false);
        if (queries.signals.size() != 1 || keys.signals.size() != 1) {
            return Optional.empty();
        }
        return Optional.of(made(node, ATTENTION, List.of(queries.signals.get(0), keys.signals.get(0), node.inputs().get(1)),
                real("scale", (float) (products.number * queries.number * keys.number))));
    }

    /** Who makes a value that only this is done with, before copies of it. */
    private Optional<SourceNode> through(String value) {
        SourceNode node = makers.get(value);
        if (node != null && node.op().equals("Where") && uses.get(value) == 1) {
            // zeros where everything is masked, in the place of what is no number
            String kept = node.inputs().get(2);
            boolean safe = by(node.inputs().get(0), "IsNaN").filter(check -> check.inputs().get(0).equals(kept)).isPresent();
            return safe && uses.get(kept) == 2 ? Optional.ofNullable(makers.get(kept)) : Optional.empty();
        }
        return node == null || uses.get(value) != 1 ? Optional.empty()
                : node.op().equals("Identity") || node.op().equals("Dropout") || node.op().equals("Cast") ? through(node.inputs().get(0)) : Optional.of(node);
    }

    private static SourceNode made(SourceNode last, String op, String x, AttributeProto... attributes) {
        return made(last, op, List.of(x), attributes);
    }

    private static SourceNode made(SourceNode last, String op, List<String> inputs, AttributeProto... attributes) {
        Map<String, AttributeProto> named = new HashMap<>();
        for (AttributeProto attribute : attributes) {
            named.put(attribute.getName(), attribute);
        }
        return new SourceNode(last.name(), op, inputs, last.outputs(), named);
    }
}
