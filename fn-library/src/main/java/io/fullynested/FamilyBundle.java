package io.fullynested;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Progress;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.bundle.BundleWriter;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;

/** Submodels of one trained network as one file, see {@link TrainedSupernet#bundle}. */
final class FamilyBundle {

    private final TrainedSupernet net;
    private final OnnxExporter exporter;
    private final Optional<Tuning> tuning;
    private final Path kept;

    FamilyBundle(TrainedSupernet net, Format format, Optional<Tuning> tuning, Path kept) {
        if (tuning.filter(Tuning::weights).isPresent()) {
            throw new IllegalArgumentException("Members of a bundle share their weights, so only batch norms and biases can be tuned. Maybe weights: false?");
        }
        this.net = net;
        this.exporter = new OnnxExporter(format, BundleWriter.OPSET).named(Names.LONG);
        this.tuning = tuning;
        this.kept = kept;
    }

    BundleWriter write(Map<String, SubmodelSpec> members, Progress progress, BiConsumer<String, RuntimeException> failed) throws IOException {
        net.network().requireNoTail("A bundle");
        BundleWriter bundle = new BundleWriter(net.parameters());
        int done = 0;
        for (Map.Entry<String, SubmodelSpec> member : members.entrySet()) {
            if (progress.cancelled()) {
                throw new CancellationException("The export was cancelled after " + done + " of " + members.size() + " members");
            }
            try {
                bundle.add(member.getKey(), net.graph(member.getValue()), exported(member.getKey(), member.getValue(), progress));
            } catch (CancellationException e) {
                // an IllegalStateException to Java, and no fault of the member
                throw e;
            } catch (IllegalArgumentException | IllegalStateException e) {
                failed.accept(member.getKey(), e);
            }
            progress.report((double) ++done / members.size(), member.getKey());
        }
        return bundle;
    }

    /** A member's file, which an earlier call may have made. */
    private OnnxFile exported(String name, SubmodelSpec member, Progress progress) throws IOException {
        Path file = kept.resolve(name + ".onnx");
        if (!Files.exists(file)) {
            Path begun = kept.resolve(name + ".unfinished");
            TrainedSupernet best = tuning.map(one -> net.improve(member, one, Optional.of(begun), until(progress))).orElse(net);
            OnnxFile onnx = best.export(member, exporter).onnx();
            Files.createDirectories(kept);
            onnx.write(file);
        }
        return OnnxFile.read(file);
    }

    private static TrainingListener until(Progress progress) {
        return new TrainingListener() {
            @Override
            public boolean cancelled() {
                return progress.cancelled();
            }
        };
    }
}
