package io.fullynested.onnx.bundle;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Weight;
import io.fullynested.bundle.BundleFormat;
import io.fullynested.bundle.ByteSource;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.core.io.AtomicFile;
import io.fullynested.core.model.Parameters;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Puts exported submodels of one supernet into a bundle, which {@link NestedBundle} reads: the codes that they share once, and what is
 * their own. Works on the bytes of the exported files, and knows little of what the exporter writes; what it does not recognise takes
 * more room, but comes back the same.
 */
public final class BundleWriter {

    /** The version of ONNX that members are in: one with layer normalisation and without int4, which a bundle cannot make of the codes that members share. */
    public static final OptionalInt OPSET = OptionalInt.of(17);

    private final CodedWeights codes;
    private final Map<String, Submodel> submodels = new LinkedHashMap<>();

    private record Submodel(OnnxFile file, byte[] bytes, List<Piece> pieces) {
    }

    /** A bundle without members. */
    public BundleWriter(Parameters masters) {
        this.codes = new CodedWeights(masters);
    }

    /**
     * Adds a member.
     *
     * @param graph the submodel over the masters, as it was compiled
     * @param file  its export with {@link io.fullynested.onnx.Names#LONG}, by which codes are found
     * @throws IllegalArgumentException if the name is blank or taken, or the file holds no codes of the masters
     */
    public void add(String name, Graph graph, OnnxFile file) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("A member of a bundle needs a name");
        }
        Map<String, Weight> weights = CodedWeights.named(graph);
        byte[] bytes = file.bytes();
        List<Piece> pieces = Pieces.of(bytes, tensor -> Optional.ofNullable(weights.get(tensor.getName()))
                .flatMap(weight -> codes.match(weight, tensor)));
        if (pieces.stream().noneMatch(piece -> piece.part().filter(Piece.Weights.class::isInstance).isPresent())) {
            throw new IllegalArgumentException("The file of '" + name + "' holds no codes that a bundle could share. Maybe a network with"
                    + " quantization of weights, in format qdq-int8 or packed?");
        }
        if (submodels.putIfAbsent(name, new Submodel(file, bytes, pieces)) != null) {
            throw new IllegalArgumentException("Two members of the bundle are named '" + name + "'");
        }
    }

    /**
     * The bundle; every member was read back.
     *
     * @throws IllegalStateException if it has no members
     */
    public byte[] bytes() {
        if (submodels.isEmpty()) {
            throw new IllegalStateException("A bundle needs a member at least");
        }
        Reference reference = new Reference();
        submodels.values().forEach(submodel -> reference.add(submodel.pieces()));
        Tiling tiling = new Tiling(codes, submodels.values().stream().flatMap(submodel -> submodel.pieces().stream())
                .flatMap(piece -> piece.part().stream()).filter(Piece.Weights.class::isInstance).map(Piece.Weights.class::cast).toList());
        List<Script> scripts = submodels.values().stream()
                .map(submodel -> Script.of(submodel.pieces(), reference, tiling, scalars(submodel.file()))).toList();
        byte[] head = ByteSink.deflate(head(reference, tiling, scripts));
        ByteSink file = new ByteSink().bytes(BundleFormat.MAGIC.getBytes(StandardCharsets.US_ASCII)).int32(BundleFormat.VERSION)
                .int32(head.length).int32(BundleFormat.checksum(head)).bytes(head).bytes(tiling.planes());
        scripts.forEach(script -> file.bytes(script.numbers()));
        byte[] bytes = file.toByteArray();
        check(bytes);
        return bytes;
    }

    /** Writes the bundle as a whole or not at all; its folder must exist. */
    public void write(Path file) throws IOException {
        byte[] bytes = bytes();
        AtomicFile.write(file, out -> out.write(bytes));
    }

    private byte[] head(Reference reference, Tiling tiling, List<Script> scripts) {
        ByteSink head = new ByteSink().number(submodels.size());
        List<Script> left = new ArrayList<>(scripts);
        submodels.forEach((name, submodel) -> {
            head.string(name).number(submodel.bytes().length).int32(BundleFormat.checksum(submodel.bytes()))
                    .number(left.remove(0).numbers().length);
            List<StringStringEntryProto> metadata = submodel.file().proto().getMetadataPropsList();
            head.number(metadata.size());
            metadata.forEach(entry -> head.string(entry.getKey()).string(entry.getValue()));
        });
        head.counted(reference.text());
        for (int bits = 1; bits <= 8; bits++) {
            codes.reading(bits).ifPresentOrElse(reading -> head.number(1).bytes(reading), () -> head.number(0));
        }
        tiling.writeHead(head);
        scripts.forEach(script -> head.counted(script.steps()));
        return head.toByteArray();
    }

    private static TreeSet<Float> scalars(OnnxFile file) {
        TreeSet<Float> scalars = new TreeSet<>();
        for (TensorProto tensor : file.proto().getGraph().getInitializerList()) {
            if (tensor.getDataType() == DataType.FLOAT.getNumber() && tensor.getRawData().size() == Float.BYTES) {
                scalars.add(Float.intBitsToFloat(Integer.reverseBytes(tensor.getRawData().asReadOnlyByteBuffer().getInt())));
            }
        }
        return scalars;
    }

    private void check(byte[] bytes) {
        try {
            NestedBundle read = NestedBundle.open(ByteSource.of("the bundle", bytes));
            for (String name : submodels.keySet()) {
                read.onnx(name);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Bug: a member does not come back from the bundle as it was; please report it", e);
        }
    }
}
