package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.RunSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.data.IdxSource;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NestingOptions.Granularity;
import io.fullynested.core.spec.NestingOptions.Level;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.NetworkSpec.Block;
import io.fullynested.core.spec.Options;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.spec.QuantizationOptions.Bits;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.core.spec.SpecWriter;
import io.fullynested.search.Greedy;
import io.fullynested.search.SearchOptions;
import io.fullynested.training.Distillation;
import io.fullynested.training.Geometric;
import io.fullynested.training.Recipe;
import io.fullynested.training.TrainingOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Java says and what YAML says are the same. */
class SpecRoundTripTest {

    private static final PluginRegistry REGISTRY = PluginRegistry.load(List.of());
    private static final SpecReader READER = new SpecReader(REGISTRY);

    @AfterAll
    static void close() {
        REGISTRY.close();
    }

    static Stream<String> descriptions() throws IOException {
        String odd = TinyProject.YAML
                .replace("training: {epochs: 8", "training: {recipe: us-net, distillation: {temperature: 2}, draws: sandwich, epochs: 8")
                .replace("quantization:\n", "nesting: {channels: {keeps: [1/3, 1], multiple: 2}, switchable-batch-norms: true}\n  quantization:\n")
                .replace("{kind: conv, channels: 8", "{kind: conv, name: stem, quantize: false, nesting: {channels: {per: block}}, channels: 8");
        String named = TinyProject.YAML.replace("search:\n", """
                costs:
                  - {name: download, kind: file-size, format: packed}
                devices:
                  - {name: pi4, kind: roofline, peak: {8: 96 GOPS, 32: 48 GFLOPS}, bandwidth: 5.5 GB/s}
                search:
                  freeze: {stage1.layers: 1}
                  tie: [[conv1.channels, stage1.unit1.width]]
                  floors: [{name: cheap, minimise: macs, accuracy: 60 %}]
                """).replace("macs: 12k}", "macs: 12k, pi4.latency: 5 ms, download: 60 KiB}");
        try (Stream<Path> examples = Files.walk(DocumentsTest.ROOT.resolve("examples"))) {
            List<Path> files = examples.filter(file -> file.toString().endsWith(".yaml") && !file.toString().contains("target")
                    && !file.toString().contains("third-party")).toList();
            Stream.Builder<String> all = Stream.<String>builder().add(TinyProject.YAML).add(odd).add(named);
            for (Path file : files) {
                String text = Files.readString(file);
                if (text.contains("\nnetwork:")) {
                    all.add(text);
                }
            }
            return all.build();
        }
    }

    @ParameterizedTest
    @MethodSource("descriptions")
    void yamlThatIsReadAndWrittenSaysTheSame(String yaml) {
        RunSpec read = READER.read(yaml, "given", RunSpec.class).value();
        String written = new SpecWriter(REGISTRY).write(read);
        assertThat(READER.read(written, "written", RunSpec.class).value()).as(written).isEqualTo(read);
        assertThat(new SpecWriter(REGISTRY).write(READER.read(written, "written", RunSpec.class).value())).isEqualTo(written);
        assertThat(written.length()).isLessThanOrEqualTo(yaml.length() + 60);
    }

    @Test
    void aRecipeIsWrittenByItsNameAndWhatDiffers() {
        RunSpec read = READER.read(TinyProject.YAML.replace("training: {", "training: {recipe: us-net, distillation: {temperature: 2}, "), "given",
                RunSpec.class).value();
        assertThat(new SpecWriter(REGISTRY).write(read))
                .contains("training: {recipe: us-net, epochs: 8, batch-size: 30, distillation: {temperature: 2}}\n");
        assertThat(read.training()).isEqualTo(Options.of(TrainingOptions.class).set(TrainingOptions::recipe).to(Recipe.US_NET).set(TrainingOptions::epochs).to(8)
                .set(TrainingOptions::batchSize).to(30).within(TrainingOptions::distillation, d -> d.set(Distillation::temperature).to(2.0)).make());
    }

    @Test
    void aDescriptionInJavaIsTheOneInYaml() {
        NestingOptions nesting = Options.of(NestingOptions.class)
                .within(NestingOptions::channels, level -> level.set(Level::keeps).to(List.of(0.5, 0.75, 1.0)).set(Level::per).to(Granularity.BLOCK))
                .within(NestingOptions::neurons, level -> level.set(Level::keeps).to(List.of(0.5, 1.0)))
                .make();
        Options<ResidualStage> stage = Options.of(ResidualStage.class).set(ResidualStage::layers).to(2).set(ResidualStage::paths).to(4)
                .set(ResidualStage::stride).to(2);
        RunSpec java = Options.of(RunSpec.class)
                .set(RunSpec::data).to(Options.of(IdxSource.class).set(IdxSource::path).to("digits").set(IdxSource::trainLimit).to(Optional.of(100)).make())
                .within(RunSpec::network, network -> network
                        .set(NetworkSpec::input).to(Optional.of(new NetworkSpec.Input(1, 28, 28)))
                        .set(NetworkSpec::blocks).to(List.of(
                                Block.of(Options.of(ConvBlock.class).set(ConvBlock::channels).to(32).set(ConvBlock::stride).to(2).make()),
                                Block.of(stage.set(ResidualStage::channels).to(64).set(ResidualStage::width).to(8).make()),
                                Block.of(stage.set(ResidualStage::channels).to(128).set(ResidualStage::width).to(16).make()),
                                Block.of(new Pooling.Global()),
                                Block.of(Options.of(DenseBlock.class).set(DenseBlock::neurons).to(128).make()),
                                Block.of(new Classifier(10))))
                        .set(NetworkSpec::nesting).to(nesting)
                        .within(NetworkSpec::quantization, codes -> codes
                                .set(QuantizationOptions::weights).to(Optional.of(Options.of(Bits.class).set(Bits::keeps).to(List.of(2, 4, 8)).make()))
                                .set(QuantizationOptions::activations).to(Optional.of(Options.of(Bits.class).set(Bits::keeps).to(List.of(4, 8)).make()))))
                .within(RunSpec::training, training -> training
                        .set(TrainingOptions::orderedDropout).to(new Geometric(1.5))
                        .within(TrainingOptions::optimizer, optimizer -> optimizer.set(TrainingOptions.Optimizer::learningRate).to(0.15)))
                .within(RunSpec::search, search -> search
                        .set(SearchOptions::strategy).to(Options.of(Greedy.class).make())
                        .set(SearchOptions::budgets).to(List.of(new Budget("large", Map.of("macs", 800_000.0)),
                                new Budget("small", Map.of("macs", 400_000.0, "size", 24.0 * 1024)),
                                new Budget("tiny", Map.of("size", 14.0 * 1024, "bops", 6e6)))))
                .make();
        RunSpec yaml = READER.read("""
                data: {kind: idx, path: digits, train-limit: 100}
                network:
                  input: {channels: 1, height: 28, width: 28}
                  blocks:
                    - {kind: conv, channels: 32, stride: 2}
                    - {kind: residual-stage, channels: 64, layers: 2, paths: 4, width: 8, stride: 2}
                    - {kind: residual-stage, channels: 128, layers: 2, paths: 4, width: 16, stride: 2}
                    - {kind: global-average-pool}
                    - {kind: dense, neurons: 128}
                    - {kind: classifier, classes: 10}
                  nesting:
                    channels: {keeps: [1/2, 3/4, 1], per: block}
                    neurons: {keeps: [1/2, 1]}
                  quantization:
                    weights: {bits: 8, keeps: [2, 4, 8]}
                    activations: {bits: 8, keeps: [4, 8]}
                training:
                  ordered-dropout: {kind: geometric, ratio: 1.5}
                  optimizer: {learning-rate: 0.15}
                search:
                  strategy: greedy
                  budgets:
                    - {name: large, macs: 800k}
                    - {name: small, macs: 400k, size: 24 KiB}
                    - {name: tiny, size: 14 KiB, bops: 6M}
                """, "same.yaml", RunSpec.class).value();
        assertThat(java).isEqualTo(yaml);
        assertThat(READER.read(new SpecWriter(REGISTRY).write(java), "written", RunSpec.class).value()).isEqualTo(yaml);
    }
}
