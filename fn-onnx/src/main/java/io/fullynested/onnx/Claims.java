package io.fullynested.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedOutputStream;
import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.io.Sha256;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What a file says about itself.
 *
 * @param metadata by key, sorted
 */
public record Claims(Map<String, String> metadata) {

    /** The metadata key of the name of the {@link Format}. */
    public static final String FORMAT = "fullynested.format";
    /** The metadata key of what was kept of each axis. */
    public static final String SELECTION = "fullynested.selection";
    /** The metadata key of the most milliseconds that one image may take on one thread. */
    public static final String LATENCY = "fullynested.latency.ms";
    /** The metadata key of the digest of all constants. */
    public static final String DIGEST = "fullynested.weights";
    /** The metadata key of the size of the file. */
    public static final String BYTES = "fullynested.bytes";

    /** Between the selections of members that answer together. */
    static final String AND = " and ";

    /** More digits than a file has bytes. */
    private static final int DIGITS = 10;

    /**
     * The metadata key of a score.
     *
     * @param metric name of the metric: {@code accuracy}
     * @param split  of the data: {@code test}
     */
    public static String score(String metric, String split) {
        return "fullynested." + metric + "." + split;
    }

    /** The claims of a file. */
    public static Claims of(ModelProto model) {
        Map<String, String> metadata = new TreeMap<>();
        model.getMetadataPropsList().forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return new Claims(metadata);
    }

    /** The text of a claim. */
    public Optional<String> text(String key) {
        return Optional.ofNullable(metadata.get(key));
    }

    /** The number of a claim: NaN, which no number is near to, if it is no number. */
    public OptionalDouble number(String key) {
        try {
            return metadata.containsKey(key) ? OptionalDouble.of(Double.parseDouble(metadata.get(key))) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.of(Double.NaN);
        }
    }

    /** What was kept of each axis: one selection, or those of all members that answer together. */
    public List<SubmodelSpec> selections() {
        return Arrays.stream(text(SELECTION).orElse("").split(AND)).map(SubmodelSpec::parse).toList();
    }

    /** The format that is claimed, if it is one. */
    public Optional<Format> format() {
        return Arrays.stream(Format.values()).filter(format -> format.name().equals(metadata.get(FORMAT))).findFirst();
    }

    /** What is claimed that the content of the file does not bear out, a sentence each; without running it. */
    public static List<String> broken(OnnxFile file) {
        ModelProto model = file.proto();
        Claims claims = of(model);
        List<String> broken = new ArrayList<>(OnnxStructure.problems(model));
        if (!broken.isEmpty()) {
            // nothing can be counted in what is not sound
            return broken;
        }
        for (String key : List.of(FORMAT, SELECTION, DIGEST, BYTES)) {
            if (!claims.metadata.containsKey(key)) {
                broken.add("its metadata lack " + key + ". Maybe it is no file of './fn export', or was cut short?");
            }
        }
        OnnxCosts counted = OnnxCosts.of(model);
        claims.hold(broken, "fullynested.cost.macs", counted.macs(), 0);
        claims.hold(broken, "fullynested.cost.executed-macs", counted.executed(), 0);
        claims.hold(broken, "fullynested.cost.params", counted.params(), 0);
        claims.hold(broken, BYTES, model.getSerializedSize(), 0);
        if (claims.metadata.containsKey(FORMAT) && claims.format().isEmpty()) {
            broken.add(FORMAT + " is claimed to be " + claims.metadata.get(FORMAT) + ", which is none");
        }
        if (claims.text(DIGEST).filter(claimed -> !claimed.equals(digest(model))).isPresent()) {
            broken.add("its weights are not those that were exported: " + DIGEST + " is claimed to be " + claims.metadata.get(DIGEST) + ", found "
                    + digest(model));
        }
        return broken;
    }

    /** Adds a sentence if a number that is claimed is not what was found. */
    public void hold(List<String> broken, String key, double found, double tolerance) {
        double claimed = number(key).orElse(found);
        if (!(Math.abs(claimed - found) <= tolerance + 1e-9)) {
            broken.add(key + " is claimed to be " + metadata.get(key) + ", found " + Provenance.number(found));
        }
    }

    /**
     * What a file says about itself.
     *
     * @param inputs of its network
     * @param room   bytes that all of it takes, or one or two less, so that the files of all submodels of a network say as much; its size is told
     *               with so many spaces before it
     */
    static ModelProto seal(ModelProto model, Format format, List<Node> inputs, Provenance provenance, int room) {
        ModelProto.Builder sealed = model.toBuilder().addAllMetadataProps(entries(format, inputs, provenance)).addMetadataProps(entry(DIGEST, digest(model)));
        int left = room - bytes(sealed.getMetadataPropsList());
        int width = Math.max(0, left - bytes(List.of(entry(BYTES, ""))));
        // more than 127 bytes take two more to tell how many they are, and the file must not be larger than it is said to be
        while (width > 0 && bytes(List.of(entry(BYTES, " ".repeat(width)))) > left) {
            width--;
        }
        return sized(sealed, width);
    }

    /** What says the rest about itself, with its digest and size. */
    static ModelProto seal(ModelProto.Builder model) {
        return sized(model.addMetadataProps(entry(DIGEST, digest(model.build()))), 0);
    }

    /** The bytes that everything takes which a file says about itself, at most, whatever its format. */
    static int room(List<Node> inputs, Provenance widest) {
        Format longest = Arrays.stream(Format.values()).max(Comparator.comparingInt(format -> format.name().length())).orElseThrow();
        return bytes(entries(longest, inputs, widest)) + bytes(List.of(entry(DIGEST, digest(ModelProto.getDefaultInstance())), entry(BYTES, " ".repeat(DIGITS))));
    }

    private static List<StringStringEntryProto> entries(Format format, List<Node> inputs, Provenance provenance) {
        List<StringStringEntryProto> entries = new ArrayList<>(List.of(entry(FORMAT, format.name())));
        Provenance.ranges(inputs).forEach((key, value) -> entries.add(entry(key, value)));
        provenance.metadata().forEach((key, value) -> entries.add(entry(key, value)));
        return entries;
    }

    private static int bytes(List<StringStringEntryProto> entries) {
        return entries.stream().mapToInt(entry -> CodedOutputStream.computeMessageSize(ModelProto.METADATA_PROPS_FIELD_NUMBER, entry)).sum();
    }

    /** Adds one more claim to those of a sealed file. */
    static ModelProto add(ModelProto sealed, String key, String value) {
        ModelProto.Builder model = sealed.toBuilder().clearMetadataProps();
        sealed.getMetadataPropsList().stream().filter(entry -> !List.of(key, BYTES).contains(entry.getKey())).forEach(model::addMetadataProps);
        return sized(model.addMetadataProps(entry(key, value)), 0);
    }

    private static ModelProto sized(ModelProto.Builder model, int width) {
        model.addMetadataProps(entry(BYTES, ""));
        StringStringEntryProto.Builder bytes = model.getMetadataPropsBuilder(model.getMetadataPropsCount() - 1);
        for (int size = -1; size != model.build().getSerializedSize();) {
            size = model.build().getSerializedSize();
            String digits = String.valueOf(size);
            bytes.setValue(" ".repeat(Math.max(0, width - digits.length())) + digits);
        }
        return model.build();
    }

    private static StringStringEntryProto entry(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    /** SHA-256 over name, type, shape and content of every constant, in the order of their names. */
    static String digest(ModelProto model) {
        Sha256 digest = new Sha256();
        model.getGraph().getInitializerList().stream().sorted(Comparator.comparing(TensorProto::getName)).forEach(tensor ->
                digest.add(tensor.getName() + '\0' + tensor.getDataType() + tensor.getDimsList() + '\0').add(tensor.getRawData().asReadOnlyByteBuffer()));
        return "sha256:" + digest.hex();
    }
}
