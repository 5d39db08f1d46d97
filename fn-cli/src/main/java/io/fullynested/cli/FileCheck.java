package io.fullynested.cli;

import io.fullynested.EnsembleExport;
import io.fullynested.NestedNetwork;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.onnx.Claims;
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
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Holds one exported file against what it claims. */
final class FileCheck {

    /** One image in 200 may flip between two runtimes. */
    private static final double FLIPS = 0.005;

    private final Path file;
    private final List<String> broken = new ArrayList<>();
    private byte[] bytes;
    private Claims claims;
    private OnnxCosts counted;
    private String metric = "";
    private double score;

    FileCheck(Path file) {
        this.file = file;
    }

    /**
     * Reads and runs it.
     *
     * @param network what the file should be a submodel of, with its data
     * @param nets what it should be a submodel of one of: a network, and what was tuned of it; may be empty
     * @return whether it could be run
     */
    boolean run(NestedNetwork network, List<TrainedSupernet> nets, PrintWriter text) {
        try {
            run(network, nets, new OnnxVerifier(network.threads(), network.scorer()), text);
        } catch (IOException | RuntimeException e) {
            text.println(file + ": cannot be verified");
            broken.add(Failure.message(e));
            bytes = null;
        }
        broken.forEach(claim -> text.println("    BROKEN  " + claim));
        return bytes != null;
    }

    private void run(NestedNetwork network, List<TrainedSupernet> nets, OnnxVerifier verifier, PrintWriter text) throws IOException {
        Dataset test = network.data().test();
        metric = network.metric();
        OnnxFile onnx = OnnxFile.read(file);
        bytes = onnx.bytes();
        claims = Claims.of(onnx.proto());
        broken.addAll(Claims.broken(onnx));
        counted = OnnxCosts.of(onnx.proto());
        LabelledImages images = LabelledImages.first(test, Math.min(1000, test.size()));
        try (OnnxSession session = OnnxSession.open(file, true, network.threads())) {
            if (network.tail().isPresent()) {
                ended(network, nets, images, text);
                return;
            }
            int outputs = verifier.run(session, images.range(0, 1)).data().length;
            int wanted = network.supernet().output().elements();
            if (outputs != wanted) {
                throw new IllegalArgumentException("it gives " + outputs + " numbers for an image, the network of " + network.name() + " gives " + wanted
                        + ". Maybe another description?");
            }
            List<String> names = onnx.proto().getGraph().getOutputList().stream().map(output -> output.getName()).toList();
            if (names.size() > 1 && !names.equals(List.copyOf(network.supernet().outputs().keySet()))) {
                throw new IllegalArgumentException("it gives " + String.join(", ", names) + ", the network of " + network.name() + " gives "
                        + String.join(", ", network.supernet().outputs().keySet()) + ". Maybe another description?");
            }
            score = OnnxVerifier.evaluate(network.scorer(), session, test).score();
        }
        Parity levels = verifier.consistency(bytes, images);
        text.println(Console.text("%s: test %s %.2f %%, macs %,d, params %,d; graph optimisation and batch size change %d of %d answers",
                file, metric, 100 * score, counted.macs(), counted.params(), levels.flips(), levels.answers()));
        // rounded up, or one image would be too much in a small set
        claims.hold(broken, Claims.score(metric, "test"), score, Math.ceil(FLIPS * test.size()) / test.size());
        Format format = claims.format().orElse(Format.FLOAT32);
        if (!format.accepts(levels)) {
            broken.add("graph optimisation or batch size changes the result: " + levels);
        }
        if (!nets.isEmpty()) {
            compare(nets, format, images, verifier, text);
        }
    }

    /** What others have made behind the network has no score here, so the file is held against the checkpoint only. */
    private void ended(NestedNetwork network, List<TrainedSupernet> nets, LabelledImages images, PrintWriter text) {
        OnnxVerifier verifier = new OnnxVerifier(network.threads());
        text.println(Console.text("%s: ends in what was left as it is, so no score is held; macs %,d, params %,d", file, counted.macs(), counted.params()));
        if (!nets.isEmpty()) {
            compare(nets, claims.format().orElse(Format.FLOAT32), images, verifier, text);
        }
    }

    /** With what was tuned for it, if something was, or else with the network; a file of before it was tuned is right too. */
    private void compare(List<TrainedSupernet> nets, Format format, LabelledImages images, OnnxVerifier verifier, PrintWriter text) {
        List<SubmodelSpec> members = claims.selections().stream().map(nets.get(0).axes()::complete).toList();
        List<TrainedSupernet> tuned = nets.stream().filter(net -> net.tuned().filter(selection -> members.equals(List.of(selection))).isPresent()).limit(1).toList();
        for (TrainedSupernet net : Stream.concat(tuned.stream(), nets.stream().limit(1)).distinct().toList()) {
            OnnxVerifier.Verification parity = verifier.compare(bytes, images, EnsembleExport.outputs(net, members, format, images));
            text.println("    against the checkpoint" + (tuned.contains(net) ? ", tuned for it: " : ": ") + parity.worst());
            parity.note(format).ifPresent(note -> text.println("    note: " + note));
            if (format.accepts(parity.optimized()) && format.accepts(parity.unoptimized())) {
                return;
            }
        }
        broken.add("it does not compute what the checkpoint does");
    }

    /** Opens it for its latency, as a device would. */
    OnnxSession session() {
        return OnnxSession.open(bytes, true, 1);
    }

    /** Holds the median time of one image against the claim, if there is one. */
    void latency(double milliseconds, PrintWriter text) {
        OptionalDouble claimed = claims.number(Claims.LATENCY);
        if (claimed.isPresent() && !(milliseconds <= claimed.getAsDouble())) {
            String problem = Console.text("%s is claimed to be %s, found %.3f", Claims.LATENCY, claims.text(Claims.LATENCY).orElse(""), milliseconds);
            broken.add(problem);
            text.println(file + ":\n    BROKEN  " + problem);
        }
    }

    /** The file as a line of a table. */
    String row(double one, double batch) {
        return Console.text("%-24s %-9s %,10d %8.2f %% %,12d %,10d %9.3f %9.3f  %s", file.getFileName(),
                claims.format().map(Format::id).orElse("?"), bytes.length, 100 * score, counted.macs(), counted.params(), one, batch,
                holds() ? "holds" : "BROKEN");
    }

    boolean holds() {
        return broken.isEmpty();
    }
}
