package io.fullynested.cli;

import io.fullynested.FullyNested;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Holds exported files against what they claim. */
@Command(name = "verify", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Run exported files in onnxruntime on test images and hold the result against what their metadata claim.",
                "Exit code 1 if a claim does not hold."})
final class VerifyCommand implements Callable<Integer> {

    /** One image in 200 may flip between two runtimes. */
    private static final double ACCURACY_TOLERANCE = 0.005;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "ONNX files")
    private List<Path> files;

    @Option(names = "--data", paramLabel = "SPEC", required = true, description = "the YAML file whose test images are to be used")
    private Path data;

    @Option(names = "--checkpoint", paramLabel = "FILE", description = "also compare with the engine, on the network trained here")
    private Path checkpoint;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = command.commandLine().getOut();
        boolean good = true;
        try (FullyNested fn = FullyNested.open(data, common.settings());
                TrainedSupernet net = checkpoint == null ? null : FullyNested.load(checkpoint, common.settings())) {
            for (Path file : files) {
                List<String> broken = verify(file, fn.data().test(), net, text);
                broken.forEach(claim -> text.println("    BROKEN  " + claim));
                good &= broken.isEmpty();
            }
        }
        return good ? 0 : 1;
    }

    private List<String> verify(Path file, Dataset test, TrainedSupernet net, PrintWriter text) throws IOException {
        List<String> broken = new ArrayList<>();
        OnnxVerifier verifier = new OnnxVerifier(common.settings().threads());
        OnnxFile onnx = OnnxFile.read(file);
        OnnxCosts counted = OnnxCosts.of(onnx.proto());
        LabelledImages images = LabelledImages.first(test, Math.min(1000, test.size()));
        try (OnnxSession optimized = OnnxSession.open(file, true, common.settings().threads());
                OnnxSession plain = OnnxSession.open(file, false, common.settings().threads())) {
            Map<String, String> claims = optimized.metadata();
            double accuracy = verifier.accuracy(optimized, test);
            Tensor pixels = images.joined();
            Parity levels = Parity.of(verifier.run(plain, pixels), verifier.run(optimized, pixels));
            text.println(Console.text("%s: test accuracy %.2f %%, macs %,d, params %,d; graph optimisation changes %d of %d answers",
                    file, 100 * accuracy, counted.macs(), counted.params(), levels.flips(), levels.images()));
            claim(broken, claims, "fullynested.accuracy.test", accuracy, ACCURACY_TOLERANCE);
            claim(broken, claims, "fullynested.cost.macs", counted.macs(), 0);
            claim(broken, claims, "fullynested.cost.params", counted.params(), 0);
            Format format = Format.valueOf(claims.getOrDefault("fullynested.format", Format.FLOAT32.name()));
            if (!format.accepts(levels)) {
                broken.add("graph optimisation changes the result: " + levels);
            }
            if (net != null) {
                SubmodelSpec selection = SubmodelSpec.parse(claims.getOrDefault("fullynested.selection", ""));
                var engine = net.logits(selection, format, images);
                OnnxVerifier.Verification parity = verifier.compare(onnx.bytes(), pixels, engine);
                text.println("    against the checkpoint: " + parity.worst());
                if (!format.accepts(parity.optimized()) || !format.accepts(parity.unoptimized())) {
                    broken.add("it does not compute what the checkpoint does");
                }
            }
        }
        return broken;
    }

    private static void claim(List<String> broken, Map<String, String> claims, String key, double found, double tolerance) {
        String claimed = claims.get(key);
        if (claimed != null && Math.abs(Double.parseDouble(claimed) - found) > tolerance) {
            broken.add(key + " is claimed to be " + claimed + ", found " + found);
        }
    }
}
