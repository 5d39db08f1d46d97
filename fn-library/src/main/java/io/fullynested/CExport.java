package io.fullynested;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Evaluation;
import io.fullynested.c.CExporter;
import io.fullynested.c.CHost;
import io.fullynested.c.CSource;
import io.fullynested.c.CompiledC;
import io.fullynested.c.Origin;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.model.Model;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Parity;
import io.fullynested.onnx.Provenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A submodel in C, for microcontrollers.
 *
 * @param source the pair of files
 * @param spec   what is kept
 * @param costs  by cost model, as told of the network; {@code size} is what {@link CSource#bytes} says
 * @param scores by data split, of the network as the engine computes it; none where there are no data, or it was not to be measured
 * @param parity how far the compiled text is from the engine on {@link TrainedSupernet#trials}; empty if it was not run
 */
public record CExport(CSource source, SubmodelSpec spec, Map<String, Double> costs, Map<String, Evaluation> scores, Optional<Parity> parity) {

    /** The name of the format. */
    public static final String ID = CHost.ID;
    /** The cost that is exactly the memory for signals. */
    private static final String MEMORY = "peak-memory";
    private static final String SIZE = "size";

    /**
     * Exports a submodel. Where this machine has a C compiler, the text is compiled, and tried on images.
     *
     * @param file   the {@code .c} file, as which the names in it begin; nothing is written
     * @param verify whether it is measured and tried
     * @throws NoIntegerFormException if something in it cannot be computed in integers
     * @throws IllegalStateException  if the program does not compute what the engine does, with the figures
     */
    public static CExport of(TrainedSupernet net, SubmodelSpec spec, Path file, boolean verify) throws IOException {
        net.network().requireNoTail("C");
        SubmodelSpec complete = net.axes().complete(spec);
        Model model = net.extract(complete, Format.QDQ_INT8);
        Map<String, Double> costs = new TreeMap<>(net.network().costsAsC().costs(complete));
        Map<String, Evaluation> scores = verify ? net.scores(model) : Map.of();
        Provenance provenance = net.network().provenance(complete, costs, scores);
        CSource source = new CExporter(file).export(model, origin(provenance, model));
        costs.put(SIZE, (double) source.bytes());
        Double told = costs.get(MEMORY);
        if (told != null && told != source.arena()) {
            throw new IllegalStateException("The arena has " + source.arena() + " bytes, where the cost " + MEMORY + " says " + told);
        }
        Optional<Parity> parity = verify && CompiledC.compiler().isPresent() ? Optional.of(parity(net, model, source)) : Optional.empty();
        if (parity.isPresent() && !Format.QDQ_INT8.accepts(parity.get())) {
            throw new IllegalStateException("The C form does not compute what was trained: " + parity.get() + "; for the submodel " + complete
                    + ". Maybe data that are no bytes, steps of 1/255 of the input's range (docs/devices.md, 'Your own numbers')?");
        }
        return new CExport(source, complete, costs, scores, parity);
    }

    static Origin origin(Provenance provenance, Model model) {
        List<String> lines = new ArrayList<>();
        lines.add("Written by Fully Nested " + provenance.version() + ", of " + provenance.spec());
        lines.add("selection: " + provenance.selection());
        provenance.scores().forEach((split, score) -> lines.add(String.format(Locale.ROOT, "%s %s: %.6f", split, provenance.metric(), score)));
        provenance.notes().forEach((key, value) -> lines.add(key + ": " + value));
        lines.add("outputs: " + provenance.outputs());
        return new Origin(lines, provenance.target().names(), provenance.outputs(model.graph()));
    }

    private static Parity parity(TrainedSupernet net, Model model, CSource source) throws IOException {
        try (CompiledC compiled = compiled(model, source)) {
            return parity(net, model, compiled);
        }
    }

    static CompiledC compiled(Model model, CSource source) throws IOException {
        List<String> compiler = new ArrayList<>(List.of(CompiledC.compiler().orElseThrow(), "-O2"));
        compiler.addAll(CompiledC.STRICT);
        return CompiledC.of(source, model.graph().inputs(), compiler);
    }

    static Parity parity(TrainedSupernet net, Model model, CompiledC compiled) throws IOException {
        Trial trial = net.trial(model);
        return trial.parity(compiled.run(trial.images().joined()));
    }

    /** Writes the pair, each file as a whole or not at all. */
    public void write(Path file) throws IOException {
        source.write(file);
    }
}
