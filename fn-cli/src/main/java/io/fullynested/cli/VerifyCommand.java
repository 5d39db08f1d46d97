package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.OnnxVerifier;
import io.fullynested.onnx.Parity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Holds exported files against what they claim. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Run exported files in onnxruntime on test images and hold the result against what their metadata claim.",
                "Exit code 1 if a claim does not hold."})
final class VerifyCommand implements Callable<Integer> {

    /** One image in 200 may flip between two runtimes. */
    private static final double FLIPS = 0.005;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "ONNX files")
    private List<Path> files;

    @Option(names = "--data", paramLabel = "SPEC", required = true, description = "the YAML file whose test images are to be used")
    private Path data;

    @Option(names = "--checkpoint", paramLabel = "FILE", description = "also compare with the engine, on the network trained here")
    private Path checkpoint;

    @Mixin
    private Report report;

    @Override
    public Integer call() throws Exception {
        return report.tell(this::verify);
    }

    private int verify(PrintWriter text) throws IOException {
        Settings settings = report.common().settings();
        boolean good = true;
        try (FullyNested fn = FullyNested.open(data, settings);
                TrainedSupernet net = checkpoint == null ? null : FullyNested.load(checkpoint, settings)) {
            Dataset test = fn.data().test();
            for (Path file : files) {
                List<String> broken = new ArrayList<>();
                try {
                    verify(file, test, net, text, broken);
                } catch (IOException | RuntimeException e) {
                    text.println(file + ": cannot be verified");
                    broken.add(Main.message(e));
                }
                broken.forEach(claim -> text.println("    BROKEN  " + claim));
                good &= broken.isEmpty();
            }
        }
        return good ? 0 : 1;
    }

    private void verify(Path file, Dataset test, TrainedSupernet net, PrintWriter text, List<String> broken) throws IOException {
        int threads = report.common().settings().threads();
        OnnxVerifier verifier = new OnnxVerifier(threads);
        OnnxFile onnx = OnnxFile.read(file);
        OnnxCosts counted = OnnxCosts.of(onnx.proto());
        LabelledImages images = LabelledImages.first(test, Math.min(1000, test.size()));
        Tensor pixels = images.joined();
        try (OnnxSession optimized = OnnxSession.open(file, true, threads); OnnxSession plain = OnnxSession.open(file, false, threads)) {
            Map<String, String> claims = optimized.metadata();
            Tensor logits = verifier.run(plain, pixels);
            int classes = logits.data().length / images.labels().length;
            if (classes != test.classes().size()) {
                throw new IllegalArgumentException("it tells " + classes + " classes apart, the data has " + test.classes().size()
                        + ". Maybe another data set?");
            }
            double accuracy = verifier.accuracy(optimized, test);
            Parity levels = Parity.of(logits, verifier.run(optimized, pixels));
            text.println(Console.text("%s: test accuracy %.2f %%, macs %,d, params %,d; graph optimisation changes %d of %d answers",
                    file, 100 * accuracy, counted.macs(), counted.params(), levels.flips(), levels.images()));
            for (String key : List.of("fullynested.format", "fullynested.selection", "fullynested.accuracy.test")) {
                if (!claims.containsKey(key)) {
                    broken.add("its metadata lack " + key + ". Maybe it is no file of './fn export'?");
                }
            }
            // rounded up, or one image would be too much in a small set
            claim(broken, claims, "fullynested.accuracy.test", accuracy, Math.ceil(FLIPS * test.size()) / test.size());
            claim(broken, claims, "fullynested.cost.macs", counted.macs(), 0);
            claim(broken, claims, "fullynested.cost.params", counted.params(), 0);
            Format format = format(broken, claims);
            if (!format.accepts(levels)) {
                broken.add("graph optimisation changes the result: " + levels);
            }
            if (net != null) {
                SubmodelSpec selection = net.axes().complete(SubmodelSpec.parse(claims.getOrDefault("fullynested.selection", "")));
                OnnxVerifier.Verification parity = verifier.compare(onnx.bytes(), pixels, net.logits(selection, format, images));
                text.println("    against the checkpoint: " + parity.worst());
                if (!format.accepts(parity.optimized()) || !format.accepts(parity.unoptimized())) {
                    broken.add("it does not compute what the checkpoint does");
                }
            }
        }
    }

    private static Format format(List<String> broken, Map<String, String> claims) {
        String claimed = claims.getOrDefault("fullynested.format", Format.FLOAT32.name());
        for (Format format : Format.values()) {
            if (format.name().equals(claimed)) {
                return format;
            }
        }
        broken.add("fullynested.format is claimed to be " + claimed + ", which is none");
        return Format.FLOAT32;
    }

    private static void claim(List<String> broken, Map<String, String> claims, String key, double found, double tolerance) {
        String claimed = claims.get(key);
        double value;
        try {
            value = claimed == null ? found : Double.parseDouble(claimed);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(Math.abs(value - found) <= tolerance + 1e-9)) {
            broken.add(key + " is claimed to be " + claimed + ", found " + found);
        }
    }
}
