package io.fullynested.onnx.bundle;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import io.fullynested.bundle.BundleFormat;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Recognises the codes of master tensors in the initialisers of exported files. */
final class CodedWeights {

    private static final byte[] SIGNS = {1, -1, 0};

    private final Parameters masters;
    private final Map<String, byte[]> codes = new HashMap<>();
    /** For each number of bits the integer that each code stands for, as far as any was seen. */
    private final Map<Integer, Integer[]> readings = new HashMap<>();

    CodedWeights(Parameters masters) {
        this.masters = masters;
    }

    /** The full codes of a master; the leading bit of each is that of the byte. */
    byte[] codes(String master) {
        return codes.computeIfAbsent(master, masters::codes);
    }

    /** The shape of a master. */
    int[] shape(String master) {
        return masters.tensors().get(master).shape();
    }

    /** What codes of some bits stand for; empty if no tensor has so many. */
    Optional<byte[]> reading(int bits) {
        return Optional.ofNullable(readings.get(bits)).map(integers -> {
            byte[] reading = new byte[integers.length];
            for (int code = 0; code < reading.length; code++) {
                reading[code] = integers[code] == null ? 0 : integers[code].byteValue();
            }
            return reading;
        });
    }

    /** The quantised weights of a compiled submodel, by the name that the exporter gives to their codes. */
    static Map<String, Weight> named(Graph graph) {
        Map<String, Weight> named = new HashMap<>();
        for (Node node : graph.nodes()) {
            node.weight().filter(Weight::quantized).ifPresent(weight -> {
                named.put(node.name() + "/weight/codes", weight);
                named.put(node.name() + "/weight/planes", weight);
            });
        }
        return named;
    }

    /** How an initialiser is made of a weight's codes; empty if it is not. */
    Optional<Piece.Weights> match(Weight weight, TensorProto tensor) {
        List<IndexRanges> ranges = weight.slice().ranges();
        int[] shape = shape(weight.slice().parameter());
        for (int d = 2; d < shape.length; d++) {
            if (ranges.get(d).size() != shape[d]) {
                return Optional.empty();
            }
        }
        boolean packed = tensor.getDataType() == DataType.UINT8.getNumber();
        byte[] integers = masters.quantized(weight).integers();
        byte[] data = tensor.getRawData().toByteArray();
        int bytes = (integers.length + 7) / 8;
        if (data.length != (packed ? weight.bits() * bytes : integers.length) || !learn(weight, integers)) {
            return Optional.empty();
        }
        int[] written = new int[integers.length];
        for (int i = 0; i < written.length; i++) {
            written[i] = packed ? unpacked(data, weight.bits(), bytes, i) : data[i];
        }
        byte[] signs = new byte[ranges.get(0).size()];
        int row = integers.length / signs.length;
        for (int r = 0; r < signs.length; r++) {
            Optional<Byte> sign = sign(integers, written, r * row, (r + 1) * row, packed ? weight.bits() : 0);
            if (sign.isEmpty()) {
                return Optional.empty();
            }
            signs[r] = sign.get();
        }
        return Optional.of(new Piece.Weights(weight.slice(), weight.bits(), packed ? BundleFormat.PLANES : BundleFormat.INT8, signs));
    }

    private static int unpacked(byte[] planes, int bits, int bytes, int i) {
        int code = 0;
        for (int plane = 0; plane < bits; plane++) {
            code = code << 1 | planes[plane * bytes + i / 8] >> 7 - i % 8 & 1;
        }
        return code;
    }

    private static Optional<Byte> sign(byte[] integers, int[] written, int from, int to, int packedBits) {
        for (byte sign : SIGNS) {
            boolean fits = true;
            for (int i = from; fits && i < to; i++) {
                int integer = sign * integers[i];
                fits = written[i] == (packedBits == 0 ? integer : BundleFormat.fromLeast(integer, packedBits));
            }
            if (fits) {
                return Optional.of(sign);
            }
        }
        return Optional.empty();
    }

    /** Notes what codes stand for; false if one stands for several integers, as those of a quantiser without nested codes would. */
    private boolean learn(Weight weight, byte[] integers) {
        String master = weight.slice().parameter();
        byte[] full = codes(master);
        byte[] slice = new byte[integers.length];
        Tensor.forEachRun(shape(master), weight.slice().ranges(), (from, to, length) -> System.arraycopy(full, from, slice, to, length));
        Integer[] known = readings.computeIfAbsent(weight.bits(), bits -> new Integer[1 << bits]);
        Integer[] learnt = Arrays.copyOf(known, known.length);
        for (int i = 0; i < slice.length; i++) {
            int code = (slice[i] & 255) >> 8 - weight.bits();
            if (learnt[code] != null && learnt[code] != integers[i]) {
                return false;
            }
            learnt[code] = (int) integers[i];
        }
        System.arraycopy(learnt, 0, known, 0, known.length);
        return true;
    }
}
