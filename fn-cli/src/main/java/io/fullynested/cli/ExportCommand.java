package io.fullynested.cli;

import io.fullynested.ExportOptions;
import io.fullynested.FullyNested;
import io.fullynested.NestedNetwork;
import io.fullynested.TfliteExport;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.io.Sha256;
import io.fullynested.core.plugin.Spelling;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Claims;
import io.fullynested.onnx.Encodings;
import io.fullynested.onnx.Explanation;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Latency;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.Target;
import io.fullynested.tflite.Io;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Exports one submodel, or several that answer together. */
@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Export one submodel of a trained supernet as ONNX, checked in onnxruntime on test images, as .tflite, or as C for microcontrollers.",
                "With --select more than once, or a file of several lines, one ONNX file whose output is the mean of the submodels' logits."})
final class ExportCommand implements Callable<Integer> {

    private static final String AUTO = "auto";
    private static final String ALL = "all";
    private static final String SAFETENSORS = "safetensors";
    /** Floats, with encodings of AIMET's in a file beside them. */
    private static final String AIMET = "aimet";
    /** TensorFlow Lite Micro, which takes no ONNX. */
    private static final String TFLM = "tflm";

    @Parameters(paramLabel = "CHECKPOINT", arity = "0..1", description = "what './fn train' or './fn run' left")
    private Path checkpoint;

    @ArgGroup(exclusive = false, heading = "Or a member of a bundle:%n")
    private BundleMember member;

    @ArgGroup(heading = "Which one (default: the whole network, or what the checkpoint was tuned for):%n")
    private SelectionChoice choice;

    @Option(names = "--format", paramLabel = "FORMAT", description = "float32, float16, qdq-int8, qdq-s8, int4, packed, auto, or all that fit, "
            + "which makes a folder; c, a pair of C files that compute in integers; safetensors, tensors under PyTorch's names; tflite or tflite-int4; "
            + "qonnx; or aimet, floats with encodings beside them (default: the YAML's; with --target auto)")
    private String format;

    @Option(names = "--target", paramLabel = "TARGET", description = "what auto chooses for: onnxruntime, openvino, tensorrt, nnapi, qnn, xnnpack, coreml, "
            + "stedgeai, finn, hls4ml, size, or tflm, which takes tflite (default: the YAML's)")
    private String aim;

    @Option(names = "--io", paramLabel = "TYPE", description = "of tflite, what goes in and comes out: float32, or uint8: bytes of pixels, and integers "
            + "(default: float32)")
    private Io io;

    @Option(names = "--explain", description = "only tell: why this format, what is computed in floats, what the target refuses")
    private boolean explain;

    @Option(names = "--opset", paramLabel = "N", description = "version of the ONNX operators, up to 21 (default: the oldest that will do)")
    private Integer opset;

    @Option(names = "--names", paramLabel = "NAMES", description = "short, or long: nodes named as in the network, with the shape of every value (default: "
            + "the YAML's)")
    private Names names;

    @Option(names = "--max-latency", paramLabel = "MS",
            description = "refuse if one image takes longer than this on one thread here; the file claims it for './fn verify' to check")
    private Double maxLatency;

    @Option(names = "--no-verify", description = "only write it: neither measured nor run, so it claims no score")
    private boolean unverified;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "the file, or the folder of all (default: model.onnx, model.c or "
            + "models, beside the checkpoint)")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    private Target target;

    @Override
    public Integer call() throws Exception {
        if (member != null && checkpoint == null) {
            try (OutputFile file = common.file(out == null ? member.standardOutput() : out)) {
                member.export(file.path(), common.out());
                return 0;
            }
        }
        if (checkpoint == null || member != null) {
            throw new ParameterException(command.commandLine(), member == null ? "Missing required parameter: 'CHECKPOINT'"
                    : "--from takes the place of CHECKPOINT " + checkpoint + ". Leave one of them out");
        }
        target = target();
        if (format == null && TFLM.equalsIgnoreCase(aim)) {
            format = TfliteExport.Id.TFLITE.toString();
        }
        Optional<TfliteExport.Id> tflite = TfliteExport.Id.of(format);
        if (tflite.isPresent()) {
            refuseWhatIsOnnx();
            try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
                return tflite(new TfliteForm(net, selection(net), tflite.get(), io == null ? Io.FLOAT32 : io, common.out()));
            }
        }
        if (io != null) {
            throw new ParameterException(command.commandLine(), "--io is about tflite. Maybe --format tflite, or type: uint8 of the input in the YAML?");
        }
        boolean all = ALL.equalsIgnoreCase(format);
        boolean c = CForm.isMeant(format);
        if (SAFETENSORS.equalsIgnoreCase(format)) {
            return tensors();
        }
        if (c) {
            refuseWhatIsOnnx();
            CForm.header(out(true));
        } else if (format != null && !all && !AUTO.equalsIgnoreCase(format)) {
            format(format);
        }
        if (all && !explain) {
            return all(common.folder(out == null ? checkpoint.resolveSibling("models") : out));
        }
        try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            return one(net, c || format == null && target == null && net.network().spec().export().c());
        }
    }

    private int tensors() throws IOException {
        refuseWhatIsOnnx();
        try (OutputFile file = common.file(out == null ? checkpoint.resolveSibling("model.safetensors") : out);
                TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            Map<String, Tensor> tensors = net.stateDict(selection(net));
            new Checkpoint(Map.of(), tensors).write(file.path());
            common.out().println(Console.text("%s: %d tensors, %,d bytes", file.path(), tensors.size(), Files.size(file.path())));
            return 0;
        }
    }

    private int tflite(TfliteForm form) throws IOException {
        if (explain) {
            return form.explain();
        }
        try (OutputFile file = common.file(out != null ? out : checkpoint.resolveSibling("model.tflite"))) {
            form.write(file.path(), !unverified);
            return 0;
        }
    }

    private Target target() {
        if (aim == null || TFLM.equalsIgnoreCase(aim)) {
            return null;
        }
        List<String> names = Stream.concat(Arrays.stream(Target.values()).map(one -> one.name().toLowerCase(Locale.ROOT)), Stream.of(TFLM)).toList();
        return Arrays.stream(Target.values()).filter(one -> one.name().equalsIgnoreCase(aim)).findFirst().orElseThrow(() -> new BadInputException("--target " + aim
                + ": there is no target '" + aim + "'" + Spelling.maybeOrStop(aim, names) + " There are " + String.join(", ", names)));
    }

    private Path out(boolean c) {
        return out != null ? out : checkpoint.resolveSibling(c ? "model.c" : "model.onnx");
    }

    private void refuseWhatIsOnnx() {
        for (String other : List.of("--opset", "--names", "--max-latency", "--target")) {
            if (command.commandLine().getParseResult().hasMatchedOption(other) && !(other.equals("--target") && TFLM.equalsIgnoreCase(aim))) {
                throw new ParameterException(command.commandLine(), other + " is about ONNX files, and has no meaning with --format " + (format == null ? "c" : format));
            }
        }
    }

    private int one(TrainedSupernet net, boolean c) throws IOException {
        if (explain && !c) {
            return explain(net);
        }
        List<SubmodelSpec> members = choice == null ? List.of() : choice.all(net.axes(), checkpoint);
        if (members.size() > 1 && !c && !aimet()) {
            return together(net, members);
        }
        SubmodelSpec selection = selection(net);
        if (c) {
            refuseWhatIsOnnx();
            CForm form = new CForm(net, selection, common.out());
            return explain ? form.explain() : written(form, out(true));
        }
        return aimet() ? encoded(net, selection) : plain(net, selection);
    }

    private boolean aimet() {
        return AIMET.equalsIgnoreCase(format);
    }

    private static Path encodings(Path file) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.onnx$", "") + ".encodings");
    }

    @SuppressWarnings("try") // the encodings are nobody else's while the pair is written
    private int encoded(TrainedSupernet net, SubmodelSpec selection) throws IOException {
        try (OutputFile beside = common.file(encodings(out(false)))) {
            return plain(net, selection);
        }
    }

    private int plain(TrainedSupernet net, SubmodelSpec selection) throws IOException {
        try (OutputFile file = common.file(out(false))) {
            export(net, selection, format(net.network().spec().export(), net.graph(selection)), file.path());
            return 0;
        }
    }

    private int together(TrainedSupernet net, List<SubmodelSpec> members) throws IOException {
        // a format that holds the whole network holds every part of it
        OnnxExporter exporter = exporter(net, format(net.network().spec().export(), net.graph(net.axes().full())));
        try (OutputFile file = common.file(out(false))) {
            EnsembleForm form = new EnsembleForm(net, members, common.out());
            form.write(file.path(), exporter, !unverified, onnx -> limited(net, onnx));
            return 0;
        } catch (IllegalArgumentException e) {
            throw new BadInputException((e.getMessage().startsWith("opset ") ? "--" : "--select: ") + e.getMessage());
        }
    }

    private OnnxExporter exporter(TrainedSupernet net, Format chosen) {
        return new OnnxExporter(chosen, wished()).named(names == null ? net.network().spec().export().names() : names);
    }

    @SuppressWarnings("try") // the header is nobody else's while the pair is written
    private int written(CForm form, Path target) throws IOException {
        try (OutputFile header = common.file(CForm.header(target)); OutputFile file = common.file(target)) {
            form.write(file.path(), !unverified);
            return 0;
        }
    }

    private SubmodelSpec selection(TrainedSupernet net) throws IOException {
        return choice != null ? choice.of(net.axes(), checkpoint) : net.tuned().orElse(net.axes().full());
    }

    private int all(Path folder) throws IOException {
        try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            return all(net, selection(net), folder);
        }
    }

    private int all(TrainedSupernet net, SubmodelSpec selection, Path folder) throws IOException {
        String key = new Sha256().add(net.fingerprint()).add(selection + " " + opset + " " + names + " " + maxLatency + " " + unverified + NestedNetwork.version()).hex();
        try (OutputFolder output = common.take(folder); RunJournal journal = new RunJournal(output.path(), key, common.overwrite())) {
            journal.begin();
            RunRecord record = RunRecord.start(net.network(), command, journal);
            Batch formats = new Batch(command.commandLine().getErr());
            for (Format format : Format.fitting(net.graph(selection))) {
                Path file = folder.resolve(format.id() + ".onnx");
                if (journal.done(format.id()).isEmpty() || !Files.exists(file)) {
                    formats.attempt(format.id(), () -> {
                        export(net, selection, format, file);
                        journal.note(format.id(), 0);
                    });
                }
            }
            if (formats.code() == 0) {
                record.write(output.path());
                journal.finish();
            }
            return formats.code();
        }
    }

    private void export(TrainedSupernet net, SubmodelSpec selection, Format chosen, Path file) throws IOException {
        PrintWriter text = common.out();
        OnnxExporter exporter = exporter(net, chosen);
        TrainedSupernet.Export export = null;
        OnnxFile onnx;
        try {
            export = unverified ? null : net.export(selection, exporter);
            onnx = limited(net, export == null ? net.unverified(selection, exporter) : export.onnx());
        } catch (IllegalArgumentException e) {
            throw new BadInputException((e.getMessage().startsWith("opset ") ? "--" : "--format ") + e.getMessage());
        }
        if (aimet()) {
            Encodings.of(onnx).write(file, encodings(file));
        } else {
            onnx.write(file);
        }
        Map<String, Double> told = new TreeMap<>(export == null ? net.costs(selection, chosen) : export.costs());
        if (aimet()) {
            told.replace("size", (double) Files.size(file));
        }
        text.println(Console.text("%s: %s, %,d bytes, %s", file, aimet() ? AIMET : chosen.id(), Files.size(file),
                Pipeline.costs(told, net.network().costs().units())));
        if (export != null) {
            String score = export.scores().containsKey("test") ? Console.text("test %s %.2f %%, ", net.network().metric(), 100 * export.score("test")) : "";
            text.println(Console.text("%sonnxruntime agrees on %.2f %% of %d answers", score, 100 * export.parity().worst().agreement(),
                    export.parity().worst().answers()));
            export.parity().note(chosen).ifPresent(note -> text.println("note: " + note));
        }
        net.caveats(selection).forEach((cost, caveat) -> text.println("note: " + cost + ": " + caveat));
        onnx.notes().forEach(note -> text.println("note: " + note));
    }

    private OnnxFile limited(TrainedSupernet net, OnnxFile onnx) {
        if (maxLatency == null) {
            return onnx;
        }
        try (OnnxSession session = OnnxSession.open(onnx.bytes(), true, 1)) {
            double median = Latency.medians(List.of(session), LabelledImages.first(net.trials(), 1).joined()).get(0);
            if (median > maxLatency) {
                throw new IllegalStateException(Console.text("one image takes %s ms on one thread, above --max-latency %s. Maybe a smaller selection?",
                        Pipeline.number(median), Pipeline.number(maxLatency)));
            }
        }
        return onnx.claiming(Claims.LATENCY, String.valueOf(maxLatency));
    }

    private OptionalInt wished() {
        return opset == null ? OptionalInt.empty() : OptionalInt.of(opset);
    }

    private int explain(TrainedSupernet net) throws IOException {
        ExportOptions options = net.network().spec().export();
        Graph graph = net.graph(selection(net));
        Explanation explanation = Explanation.of(target == null ? options.target() : target, graph, format(options, graph), wished());
        PrintWriter text = common.out();
        text.println(explanation.format().id() + ": " + explanation.because());
        if (!explanation.format().coded()) {
            text.println("in floats: everything");
        } else if (explanation.floats().isEmpty()) {
            text.println("in floats: nothing");
        }
        explanation.floats().forEach((node, why) -> text.println("in floats: " + node + ", as " + why));
        explanation.refused().forEach(refused -> text.println("refused: " + refused));
        if (explanation.refused().isEmpty()) {
            text.println("refused: nothing that is known");
        }
        return 0;
    }

    private Format format(ExportOptions options, Graph graph) {
        ExportOptions wished = new ExportOptions(format == null && target == null ? options.format() : ExportOptions.Choice.AUTO,
                target == null ? options.target() : target, options.names(), options.parityImages(), options.tune(), options.metadata(), options.tail());
        if (format == null || AUTO.equalsIgnoreCase(format) || ALL.equalsIgnoreCase(format)) {
            return wished.format(graph);
        }
        return format(format);
    }

    private static Format format(String id) {
        try {
            return AIMET.equalsIgnoreCase(id) ? Format.QONNX : Format.of(id);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format " + id + ": " + e.getMessage() + ", and auto, all, c, tflite, tflite-int4 and aimet");
        }
    }
}
