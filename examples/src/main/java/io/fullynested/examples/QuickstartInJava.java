package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.JsonFile;
import io.fullynested.RunSpec;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.data.IdxSource;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.NetworkSpec.Block;
import io.fullynested.core.spec.Options;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.onnx.Format;
import io.fullynested.report.HtmlReport;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Describes, trains, searches, draws and exports, with no YAML. Argument: the folder to write to. */
public final class QuickstartInJava {

    private QuickstartInJava() {
    }

    public static void main(String[] args) throws IOException {
        Candidate tiny = run(description(20), Settings.standard().withBase(Path.of("examples")), Path.of(args[0]));
        System.out.println(tiny.spec() + ", validation accuracy " + tiny.evaluation().score());
    }

    static RunSpec description(int epochs) {
        Options<ConvBlock> conv = Options.of(ConvBlock.class).set(ConvBlock::stride).to(2);
        Options<ResidualStage> stage = Options.of(ResidualStage.class).set(ResidualStage::stride).to(2);
        return Options.of(RunSpec.class)
                .set(RunSpec::data).to(Options.of(IdxSource.class).set(IdxSource::path).to("data/fashion-mnist").make())
                .within(RunSpec::network, network -> network
                        .set(NetworkSpec::input).to(Optional.of(new NetworkSpec.Input(1, 28, 28)))
                        .set(NetworkSpec::blocks).to(List.of(
                                Block.of(conv.set(ConvBlock::channels).to(16).make()), Block.of(stage.set(ResidualStage::channels).to(32).make()),
                                Block.of(stage.set(ResidualStage::channels).to(64).make()), Block.of(new Pooling.Global()),
                                Block.of(new Classifier(10))))
                        .within(NetworkSpec::quantization, codes -> codes
                                .set(QuantizationOptions::weights).to(Optional.of(Options.of(Bits.class).make()))
                                .set(QuantizationOptions::activations).to(Optional.of(Options.of(Bits.class).set(Bits::min).to(4).make()))))
                .within(RunSpec::training, training -> training.set(TrainingOptions::epochs).to(epochs))
                .within(RunSpec::search, search -> search.set(SearchOptions::budgets).to(List.of(new Budget("tiny", Map.of("macs", 100_000.0)))))
                .make();
    }

    static Candidate run(RunSpec spec, Settings settings, Path folder) throws IOException {
        Files.createDirectories(folder);
        TrainingCurve curve = new TrainingCurve();
        try (FullyNested fn = FullyNested.open(spec, settings)) {
            TrainedSupernet net = fn.train(curve);
            net.save(folder.resolve("checkpoint.safetensors"));
            SearchResult found = net.search(spec.search().budgets(), Progress.NONE);
            curve.writeCsv(fn.metric(), folder.resolve("training.csv"));
            new HtmlReport(net, fn.search(), found, Optional.empty(), curve).write(folder);
            JsonFile.write(found, folder.resolve("search.json"));
            Candidate tiny = found.chosen().get("tiny");
            net.export(tiny.spec(), Format.QDQ_INT8).write(folder.resolve("tiny.onnx"));
            return tiny;
        }
    }
}
