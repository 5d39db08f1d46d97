package io.fullynested;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.core.model.Model;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Parity;
import io.fullynested.onnx.Provenance;
import io.fullynested.tflite.Io;
import io.fullynested.tflite.Origin;
import io.fullynested.tflite.TfliteExporter;
import io.fullynested.tflite.TfliteFile;
import io.fullynested.tflite.TfliteSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A submodel as a .tflite file, for TensorFlow Lite and TensorFlow Lite Micro.
 *
 * @param file   what is written
 * @param spec   what is kept
 * @param costs  by cost model, as told of the network; {@code size} is bytes of the file
 * @param scores by data split, of the network as the engine computes it; none where there are no data, or it was not to be measured
 * @param parity how far TensorFlow Lite is from the engine on {@link TrainedSupernet#trials}; empty if it was not run
 */
public record TfliteExport(TfliteFile file, SubmodelSpec spec, Map<String, Double> costs, Map<String, Evaluation> scores, Optional<Verification> parity) {

    /** Kernels that round twice give some codes that are one away, of which networks with few channels and bits give another answer in so many. */
    private static final int ANSWERS = 20;
    /** Of int16 outputs. */
    private static final double MEDIAN = 1e-2;

    /**
     * How far TensorFlow Lite is from the engine.
     *
     * @param delegated as it computes by default, XNNPACK, which rounds once
     * @param own       by its own kernels, those of TensorFlow Lite Micro, which round twice
     */
    public record Verification(Parity delegated, Parity own) {

        boolean accepted(Id id) {
            // XNNPACK leaves int4 weights to the other kernels
            return flips(own, ANSWERS) && (id == Id.TFLITE_INT4 || flips(delegated, 200) && delegated.medianAbsDiff() <= MEDIAN);
        }

        private static boolean flips(Parity parity, int per) {
            return parity.flips() <= (parity.answers() + per - 1) / per;
        }
    }
    private static final String SIZE = "size";
    private static final String EXECUTED = "executed-macs";

    /** The names of the formats: with int8 weights, and with int4 weights where these hold them. */
    public enum Id {
        TFLITE("tflite"), TFLITE_INT4("tflite-int4");

        private final String text;

        Id(String text) {
            this.text = text;
        }

        /** Whether a format is called so. */
        public static Optional<Id> of(String format) {
            return Arrays.stream(values()).filter(id -> id.text.equalsIgnoreCase(format)).findFirst();
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * Exports a submodel, and tries it on images in TensorFlow Lite.
     *
     * @param verify whether it is measured and tried
     * @throws io.fullynested.core.integer.NoIntegerFormException if something in it cannot be computed in integers
     * @throws IllegalStateException                              if TensorFlow Lite does not compute what the engine does, with the figures
     */
    public static TfliteExport of(TrainedSupernet net, SubmodelSpec spec, Id id, Io io, boolean verify) {
        net.network().requireNoTail("TFLite");
        SubmodelSpec complete = net.axes().complete(spec);
        Model model = net.extract(complete, Format.QDQ_INT8);
        Map<String, Double> costs = new TreeMap<>(net.network().costs(Format.QDQ_INT8).costs(complete));
        costs.computeIfPresent(EXECUTED, (cost, any) -> macs(model.graph()));
        Map<String, Evaluation> scores = verify ? net.scores(model) : Map.of();
        Provenance provenance = net.network().provenance(complete, costs, scores);
        TfliteFile file = new TfliteExporter(io, id == Id.TFLITE_INT4).export(model, origin(provenance, model));
        costs.put(SIZE, (double) file.bytes().length);
        Optional<Verification> parity = verify ? Optional.of(verified(net, model, file)) : Optional.empty();
        if (parity.isPresent() && !parity.get().accepted(id)) {
            throw new IllegalStateException("TensorFlow Lite does not compute what was trained: " + parity.get() + "; for the submodel " + complete);
        }
        return new TfliteExport(file, complete, costs, scores, parity);
    }

    private static double macs(Graph graph) {
        return graph.nodes().stream().mapToDouble(graph::macs).sum();
    }

    private static Origin origin(Provenance provenance, Model model) {
        String description = "A submodel of '" + provenance.spec() + "', made by Fully Nested " + provenance.version() + ". Images have their channels last. Output: "
                + provenance.outputs() + ".";
        return new Origin(description, provenance.metadata(), provenance.outputs(model.graph()));
    }

    private static Verification verified(TrainedSupernet net, Model model, TfliteFile file) {
        Trial trial = net.trial(model);
        return new Verification(parity(file, trial, true), parity(file, trial, false));
    }

    private static Parity parity(TfliteFile file, Trial trial, boolean delegated) {
        try (TfliteSession session = new TfliteSession(file.bytes(), delegated)) {
            return trial.parity(session.run(trial.images().joined()));
        }
    }

    /** Writes the file as a whole or not at all. */
    public void write(Path target) throws IOException {
        file.write(target);
    }
}
