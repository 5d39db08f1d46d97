package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.onnx.Format;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Trains, searches and exports from a program. Arguments: the YAML file, the ONNX file to write. */
public final class LibraryUse {

    private LibraryUse() {
    }

    public static void main(String[] args) throws IOException {
        Candidate tiny = export(Path.of(args[0]), Path.of(args[1]), Settings.standard());
        System.out.println("Exported " + tiny.spec() + ", " + tiny.costs());
    }

    static Candidate export(Path yaml, Path onnx, Settings settings) throws IOException {
        try (FullyNested fn = FullyNested.open(yaml, settings)) {
            TrainedSupernet net = fn.train(TrainingListener.NONE);
            Budget budget = new Budget("tiny", Map.of("executed-macs", 200_000.0, "size", 12_288.0));
            SearchResult found = net.search(List.of(budget), Progress.NONE);
            Candidate tiny = found.chosen().get("tiny");
            net.export(tiny.spec(), Format.PACKED).write(onnx);
            return tiny;
        }
    }
}
