package io.fullynested;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Progress;
import io.fullynested.core.model.Parameters;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.bundle.BundleWriter;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** Submodels of one trained network as one file, see {@link TrainedSupernet#bundle}. */
final class FamilyBundle {

    private final Parameters masters;
    private final Path kept;
    private final Function<SubmodelSpec, Graph> graphs;
    private final Exporter exporter;

    /** Gives the file of a member, keeping in a file what a stop would lose. */
    @FunctionalInterface
    interface Exporter {
        OnnxFile export(SubmodelSpec member, Path begun, TrainingListener listener);
    }

    FamilyBundle(Parameters masters, Path kept, Function<SubmodelSpec, Graph> graphs, Exporter exporter) {
        this.masters = masters;
        this.kept = kept;
        this.graphs = graphs;
        this.exporter = exporter;
    }

    BundleWriter write(Map<String, SubmodelSpec> members, Progress progress, BiConsumer<String, RuntimeException> failed) throws IOException {
        BundleWriter bundle = new BundleWriter(masters);
        int done = 0;
        for (Map.Entry<String, SubmodelSpec> member : members.entrySet()) {
            if (progress.cancelled()) {
                throw new CancellationException("The export was cancelled after " + done + " of " + members.size() + " members");
            }
            try {
                bundle.add(member.getKey(), graphs.apply(member.getValue()), exported(member.getKey(), member.getValue(), progress));
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
            OnnxFile onnx = exporter.export(member, kept.resolve(name + ".unfinished"), until(progress));
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
