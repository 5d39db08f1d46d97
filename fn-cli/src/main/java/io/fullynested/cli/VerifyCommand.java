package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.NestedNetwork;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.onnx.Latency;
import io.fullynested.onnx.OnnxSession;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds exported files against what they claim. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Check exported files, run them in onnxruntime on test images at several optimisation levels and batch sizes, and hold "
                + "score, costs, size, weights and latency against what their metadata claim.", "Exit code 1 if a claim does not hold."})
final class VerifyCommand implements Callable<Integer> {

    private static final int BATCH = 32;

    @Parameters(paramLabel = "FILE|FOLDER", arity = "1..*", description = "ONNX files, or folders of them")
    private List<Path> files;

    @Option(names = "--checkpoint", paramLabel = "FILE", description = "also compare with the engine, on the network trained here, or "
            + "on what a run tuned of it, which lies in the folder 'tuned' beside it")
    private Path checkpoint;

    @Mixin
    private Report report;

    @Override
    public Integer call() throws Exception {
        List<Path> all = new ArrayList<>();
        for (Path file : files) {
            all.addAll(Files.isDirectory(file) ? models(file) : List.of(file));
        }
        return report.tell(text -> verify(all, text));
    }

    private static List<Path> models(Path folder) throws IOException {
        List<Path> models = content(folder, ".onnx");
        if (models.isEmpty()) {
            throw new BadInputException(folder + ": there is no .onnx file in this folder");
        }
        return models;
    }

    private static List<Path> content(Path folder, String ending) throws IOException {
        try (Stream<Path> content = Files.list(folder)) {
            return content.filter(file -> file.toString().endsWith(ending)).sorted().toList();
        }
    }

    private int verify(List<Path> all, PrintWriter text) throws IOException {
        Settings settings = report.common().settings();
        List<FileCheck> checks = all.stream().map(FileCheck::new).toList();
        List<TrainedSupernet> nets = new ArrayList<>();
        Path images = report.common().data().or(() -> Optional.ofNullable(checkpoint)).orElseThrow(() -> new BadInputException(
                "--data SPEC is missing: a YAML file whose test images are to be used, or --checkpoint FILE, whose YAML names them"));
        try (NestedNetwork fn = FullyNested.openAny(images, settings)) {
            for (Path trained : checkpoint == null ? List.<Path>of() : checkpoints()) {
                nets.add(FullyNested.load(trained, settings));
            }
            Dataset test = fn.data().test();
            latencies(checks.stream().filter(check -> check.run(fn, nets, text)).toList(), test, fn.metric(), text);
        } finally {
            nets.forEach(TrainedSupernet::close);
        }
        return checks.stream().allMatch(FileCheck::holds) ? 0 : 1;
    }

    /** The network that was given first, then what was tuned of it. */
    private List<Path> checkpoints() throws IOException {
        List<Path> checkpoints = new ArrayList<>(List.of(checkpoint));
        Path tuned = checkpoint.resolveSibling(Pipeline.TUNED);
        if (Files.isDirectory(tuned)) {
            checkpoints.addAll(content(tuned, ".safetensors"));
        }
        return checkpoints;
    }

    private static void latencies(List<FileCheck> running, Dataset test, String metric, PrintWriter text) {
        List<OnnxSession> sessions = new ArrayList<>();
        try {
            running.forEach(check -> sessions.add(check.session()));
            List<Double> one = Latency.medians(sessions, LabelledImages.first(test, 1).joined());
            List<Double> batch = Latency.medians(sessions, LabelledImages.first(test, Math.min(BATCH, test.size())).joined());
            for (int i = 0; i < running.size(); i++) {
                running.get(i).latency(one.get(i), text);
            }
            if (!running.isEmpty()) {
                text.println(Console.text("%-24s %-9s %10s %10s %12s %10s %9s %9s", "model", "format", "bytes", metric, "macs", "params", "ms of 1",
                        "ms of " + BATCH));
            }
            for (int i = 0; i < running.size(); i++) {
                text.println(running.get(i).row(one.get(i), batch.get(i)));
            }
        } finally {
            sessions.forEach(OnnxSession::close);
        }
    }
}
