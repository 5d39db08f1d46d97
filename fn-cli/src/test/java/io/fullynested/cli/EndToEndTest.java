package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.onnx.OnnxCosts;
import io.fullynested.onnx.OnnxFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndToEndTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static TinyProject.Outcome run;

    @BeforeAll
    static void run() throws IOException {
        project = TinyProject.in(folder);
        run = project.fn("run", "@tiny.yaml", "--out", "@run");
    }

    private static JsonNode summary() throws IOException {
        return new ObjectMapper().readTree(project.path("run/summary.json").toFile());
    }

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aRunTellsHowItGoesAndLeavesFourKindsOfFile() {
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isZero();
        assertThat(project.content("run")).filteredOn(file -> !file.startsWith("plots/")).containsExactly("checkpoint.safetensors",
                "evaluations.csv", "front.csv", "log.txt", "models/small.onnx", "models/tiny.onnx", "report.html", "run.json", "summary.json",
                "training.csv");
        assertThat(run.out()).contains("tiny.yaml: 9 axes", "train 100 %  epoch 8/8  loss ", "search 100 %  ", "full     test accuracy ",
                "tiny     validation accuracy ", "onnxruntime agrees on ", "s of training");
    }

    @Test
    void aRunTunesWhatItExportsIfToldToAndIfThatMakesItBetter() throws IOException {
        project.yaml("tuned.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1") + "export: {tune: {epochs: 12, learning-rate: 0.1}}\n");

        var tuned = project.fn("run", "@tuned.yaml", "--out", "@of-tuned");

        assertThat(tuned.code()).as(tuned.err()).isZero();
        Matcher told = Pattern.compile(
                "(small|tiny) +validation accuracy ([\\d.]+) %(?: -> ([\\d.]+) %|, which tuning does not raise, so it stays as it was)").matcher(tuned.out());
        List<String> better = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            assertThat(told.find()).as(tuned.out()).isTrue();
            if (told.group(3) != null) {
                assertThat(Double.parseDouble(told.group(3))).isGreaterThan(Double.parseDouble(told.group(2)));
                better.add(told.group(1));
            }
        }
        assertThat(better).isNotEmpty();
        for (String name : List.of("small", "tiny")) {
            Path checkpoint = project.path("of-tuned/tuned/" + name + ".safetensors");
            assertThat(Files.exists(checkpoint)).isEqualTo(better.contains(name));
            if (better.contains(name)) {
                assertThat(project.fn("export", checkpoint.toString(), "--out", "@" + name + "-again.onnx").code()).isZero();
                assertThat(project.path(name + "-again.onnx")).hasSameBinaryContentAs(project.path("of-tuned/models/" + name + ".onnx"));
            }
        }
        assertThat(project.fn("export", "@of-tuned/checkpoint.safetensors", "--select", "stage1.layers=1", "--out", "@of-tuned/models/other.onnx").code()).isZero();
        var verified = project.fn("verify", "@of-tuned/models", "--data", "@tuned.yaml", "--checkpoint", "@of-tuned/checkpoint.safetensors");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).contains("against the checkpoint, tuned for it: ", "against the checkpoint: ");
    }

    @Test
    void theSummaryHasTheAgreedShape() throws IOException {
        JsonNode summary = summary();
        assertThat(names(summary)).containsExactly("spec", "seed", "metric", "values", "units", "dataset", "axes", "supernet", "budgets", "unmet", "seconds",
                "training", "ensembles");
        assertThat(summary.path("ensembles").toString()).isEqualTo("[]");
        assertThat(summary.path("spec").asText()).isEqualTo("tiny.yaml");
        assertThat(summary.path("seed").toString()).isEqualTo("1");
        assertThat(summary.path("dataset").toString()).isEqualTo("{\"train\":300,\"validation\":60,\"test\":90}");
        assertThat(summary.path("axes").get(2).toString())
                .isEqualTo("{\"id\":\"stage1.layers\",\"level\":\"LAYERS\",\"size\":2,\"keeps\":[1,2]}");
        assertThat(summary.path("axes").findValuesAsText("level")).contains("BITS", "NEURONS", "CHANNELS", "PATHS", "LAYERS");
        assertThat(names(summary.path("supernet"))).containsExactly("cost", "accuracy", "balanced-accuracy", "macro-f1");
        assertThat(summary.at("/supernet/cost").toString()).matches("\\{\"bops\":1452032,\"executed-macs\":37088,\"macs\":22688,\"params\":1059,\"size\":6\\d{3}}");
        assertThat(names(summary.at("/supernet/accuracy"))).containsExactly("test", "validation");
        assertThat(names(summary.path("seconds"))).containsExactly("train", "search", "export");
        assertThat(summary.path("budgets")).hasSize(2);
        for (JsonNode budget : summary.path("budgets")) {
            assertThat(names(budget)).containsExactly("name", "constraints", "selection", "cost", "accuracy", "balanced-accuracy", "macro-f1", "onnx", "format", "parity");
            assertThat(names(budget.path("cost"))).containsExactly("bops", "executed-macs", "macs", "params", "size");
            assertThat(names(budget.path("parity"))).containsExactly("answers", "maxAbsDiff", "medianAbsDiff", "agreement", "flips",
                    "flipsUnoptimized");
            assertThat(budget.path("selection")).hasSameSizeAs(summary.path("axes"));
            assertThat(budget.at("/parity/answers").asInt()).isEqualTo(90);
        }
        assertThat(summary.at("/budgets/1/constraints").toString()).isEqualTo("{\"macs\":5000,\"size\":4000}");
        assertThat(summary.at("/budgets/1/onnx").asText()).isEqualTo("models/tiny.onnx");
    }

    @Test
    void everySubmodelMeetsItsBudgetAndCostsWhatItsFileCosts() throws IOException {
        JsonNode summary = summary();
        assertThat(summary.at("/supernet/accuracy/test").asDouble()).isBetween(0.8, 1.0);
        for (JsonNode budget : summary.path("budgets")) {
            assertThat(budget.at("/accuracy/test").asDouble()).isBetween(0.8, 1.0);
            for (String cost : names(budget.path("constraints"))) {
                assertThat(budget.path("cost").path(cost).asDouble()).isLessThanOrEqualTo(budget.path("constraints").path(cost).asDouble());
            }
            OnnxCosts counted = OnnxCosts.of(OnnxFile.read(project.path("run/" + budget.path("onnx").asText())).proto());
            assertThat(counted).isEqualTo(new OnnxCosts(budget.at("/cost/macs").asLong(), budget.at("/cost/executed-macs").asLong(),
                    budget.at("/cost/params").asLong()));
            assertThat(budget.at("/cost/size").asLong()).isEqualTo(Files.size(project.path("run/" + budget.path("onnx").asText())));
        }
    }

    @Test
    void theFrontListsSelectionsThatCanBeExported() throws IOException {
        List<String> rows = Files.readAllLines(project.path("run/front.csv"));
        assertThat(rows.get(0)).isEqualTo("bops,executed-macs,macs,params,size,validation_accuracy,validation_loss,selection");
        assertThat(rows).hasSizeGreaterThan(1);
        try (TrainedSupernet net = FullyNested.load(project.path("run/checkpoint.safetensors"), Settings.standard())) {
            for (String row : rows.subList(1, rows.size())) {
                SubmodelSpec selection = SubmodelSpec.parse(row.substring(row.indexOf('"') + 1, row.length() - 1));
                assertThat(net.axes().complete(selection)).isEqualTo(selection);
                assertThat(Double.parseDouble(row.split(",")[2])).isEqualTo(net.costs(selection).get("macs"));
            }
        }
    }

    @Test
    void everyExportedFileIsVerified() {
        var verified = project.fn("verify", "@run/models/small.onnx", "@run/models/tiny.onnx", "--data", "@tiny.yaml",
                "--checkpoint", "@run/checkpoint.safetensors");
        assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        assertThat(verified.out()).doesNotContain("BROKEN").contains("tiny.onnx: test accuracy ")
                .contains("    against the checkpoint: 0 of 90 answers differ, outputs by ");
    }

    @Test
    void whatIsNotMetLeavesTheOthersAndSaysHowToLookAgain() throws IOException {
        project.yaml("floor.yaml", TinyProject.YAML + "  floors:\n    - {name: perfect, minimise: macs, accuracy: 1}\n");
        // noise, so that nothing is perfect
        var noisy = project.fn("run", "@floor.yaml", "--out", "@floor", "--set", "training.epochs=1");
        assertThat(noisy.code()).as(noisy.out() + noisy.err()).isEqualTo(1);
        assertThat(noisy.err()).isEmpty();
        assertThat(noisy.out()).containsPattern("perfect  not met: floor perfect: no submodel with accuracy ≥ 100.00 % was found; the best has ")
                .containsPattern("1 of 3 not met: perfect. To look for less without training again: ./fn search .*/floor/checkpoint.safetensors --floor "
                        + "perfect:macs=\\d+%");
        assertThat(project.content("floor")).contains("models/small.onnx", "models/tiny.onnx", "front.csv", "report.html", "summary.json");
        JsonNode summary = new ObjectMapper().readTree(project.path("floor/summary.json").toFile());
        assertThat(summary.path("budgets").findValuesAsText("name")).containsExactly("small", "tiny");
        assertThat(summary.at("/unmet/0/name").asText()).isEqualTo("perfect");
        assertThat(Files.readString(project.path("floor/report.html"))).contains("<strong>perfect was not met</strong>");
        var again = project.fn("run", "@floor.yaml", "--out", "@floor");
        assertThat(again.code()).isEqualTo(2);
        assertThat(again.err()).contains("or './fn search " + project.path("floor/checkpoint.safetensors") + "' for what was trained?");
    }

    @Test
    void oneSubmodelHasOneValidationAccuracy() throws IOException {
        for (JsonNode budget : summary().path("budgets")) {
            String row = Pattern.compile("(?m)^" + budget.path("name").asText() + " +validation accuracy ([\\d.]+) %.*").matcher(run.out()).results()
                    .findFirst().orElseThrow().group(1);
            assertThat(row).isEqualTo(Console.text("%.2f", 100 * budget.at("/accuracy/validation").asDouble()));
        }
    }

    @Test
    void anyKeyIsSetOnTheCommandLineAndStaysInTheCheckpoint() {
        var trained = project.fn("train", "@tiny.yaml", "--out", "@set", "--set", "training.epochs=1", "--set", "network.blocks[0].channels=6",
                "--set", "training.ordered-dropout.kind=geometric", "--set", "training.ordered-dropout.ratio=1.5", "--set",
                "search.budgets.tiny.macs=4k", "--set", "search.strategy={kind: predictor, finalists: 2}");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("train 100 %  epoch 1/1 ");
        assertThat(project.fn("inspect", "@set/checkpoint.safetensors").out()).contains("conv1.channels               CHANNELS  [2, 3, 5, 6]");
        var searched = project.fn("search", "@set/checkpoint.safetensors", "--set", "search.budgets.small.macs=6k", "--set", "search.strategy=greedy");
        assertThat(searched.code()).as(searched.err()).isZero();
    }

    @Test
    void costsHaveUnits() {
        assertThat(project.fn("inspect", "@tiny.yaml").out())
                .containsPattern("full      bops 1,452,032, executed-macs 37,088 MACs, macs 22,688, params 1,059, size 6,\\d{3} bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"float32", "float16", "qdq-int8", "packed", "auto"})
    void anySelectionIsExportedInAnyFormat(String format) throws IOException {
        for (int random = 0; random < 3; random++) {
            String file = "@" + format + "/" + random + ".onnx";
            var exported = project.fn("export", "@run/checkpoint.safetensors", "--random", String.valueOf(random), "--format", format, "--out", file);
            assertThat(exported.code()).as(exported.err()).isZero();
            var verified = project.fn("verify", file, "--data", "@tiny.yaml", "--checkpoint", "@run/checkpoint.safetensors");
            assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
        }
        boolean codes = OnnxFile.read(project.path(format + "/0.onnx")).proto().getGraph().getNodeList().stream()
                .anyMatch(node -> node.getOpType().equals("DequantizeLinear"));
        assertThat(codes).isEqualTo(!format.startsWith("float"));
    }

    @Test
    void aSelectionIsGivenAsTextOrAsTheFileThatASearchLeft() throws IOException {
        var searched = project.fn("search", "@run/checkpoint.safetensors", "--budget", "slim:macs=8k,bops=1M", "--budget", "size=4KiB");
        assertThat(searched.code()).as(searched.err()).isZero();
        assertThat(project.content("run/search")).filteredOn(file -> !file.startsWith("plots/")).containsExactly("evaluations.csv", "front.csv", "log.txt",
                "report.html", "run.json", "selections/budget2.txt", "selections/slim.txt");
        var exported = project.fn("export", "@run/checkpoint.safetensors", "--select", "@run/search/selections/slim.txt", "--out", "@slim.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(OnnxCosts.of(OnnxFile.read(project.path("slim.onnx")).proto()).macs()).isLessThanOrEqualTo(8000);
        Files.writeString(project.path("slim.json"), summary().at("/budgets/1").toString());
        exported = project.fn("export", "@run/checkpoint.safetensors", "--select", "@slim.json", "--out", "@json.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(Files.readAllBytes(project.path("json.onnx"))).isEqualTo(Files.readAllBytes(project.path("run/models/tiny.onnx")));
        exported = project.fn("export", "@run/checkpoint.safetensors", "--select", "tiny", "--out", "@named.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(Files.readAllBytes(project.path("named.onnx"))).isEqualTo(Files.readAllBytes(project.path("run/models/tiny.onnx")));
        assertThat(project.fn("export", "@run/checkpoint.safetensors", "--select", "tinny", "--out", "@none.onnx").err().strip()).isEqualTo("--select tinny: neither "
                + "AXIS=KEEP,..., a file, nor a budget of " + project.path("run/summary.json") + ". Maybe 'tiny'? There are: small, tiny");
        exported = project.fn("export", "@run/checkpoint.safetensors", "--select", "stage1.layers=1, weights.bits=4", "--out", "@one.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(project.fn("inspect", "@one.onnx").out()).contains("stage1.layers=1,").contains("weights.bits=4").contains("activations.bits=8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"greedy", "racing-greedy", "predictor, finalists: 2", "evolutionary", "random", "uniform-scaling", "{kind: exhaustive, most: 3000}"})
    void everyStrategyMeetsBudgetsAndFloors(String strategy) throws IOException {
        String folder = "@by-" + strategy.replaceAll("[^a-z-]", "");
        List<String> words = new ArrayList<>(List.of("search", "@run/checkpoint.safetensors", "--strategy", strategy, "--out", folder, "--budget",
                "slim:macs=8k,size=4KiB", "--floor", "cheap:macs=70%", "--freeze", "stage1.layers=1,stage1.unit2.paths=1,stage1.unit2.width=1,dense1.neurons=8",
                "--tie", "weights.bits+activations.bits"));
        var searched = project.fn(words.toArray(String[]::new));
        assertThat(searched.code()).as(searched.err()).isZero();
        assertThat(searched.out()).contains("slim     validation accuracy ", "cheap    validation accuracy ");
        try (TrainedSupernet net = FullyNested.load(project.path("run/checkpoint.safetensors"), Settings.standard())) {
            for (String name : List.of("slim", "cheap")) {
                SubmodelSpec found = SubmodelSpec.parse(Files.readString(project.path(folder.substring(1) + "/selections/" + name + ".txt")).strip());
                assertThat(found.keeps()).containsEntry("stage1.layers", 1);
                if (name.equals("slim")) {
                    assertThat(net.costs(found).get("macs")).isLessThanOrEqualTo(8000);
                    assertThat(net.costs(found).get("size")).isLessThanOrEqualTo(4096);
                } else {
                    assertThat(net.evaluate(found, net.network().data().validation()).score()).isGreaterThanOrEqualTo(.7);
                }
            }
        }
        // once more, with nothing left to measure
        words.add("--overwrite");
        byte[] measured = Files.readAllBytes(project.path(folder.substring(1) + "/evaluations.csv"));
        assertThat(project.fn(words.toArray(String[]::new)).code()).isZero();
        assertThat(Files.readAllBytes(project.path(folder.substring(1) + "/evaluations.csv"))).isEqualTo(measured);
    }

    @Test
    void severalDevicesHaveBudgetsOfTheirOwn() throws IOException {
        project.yaml("pi.yaml", """
                device: {name: pi, kind: roofline, peak: {8: 1 GOPS, 32: 1 GFLOPS}, bandwidth: 1 GB/s, energy: {}}
                budgets:
                  - {name: pi-fast, latency: 20 us}
                  - {name: pi-cool, energy: 0.1 uJ, macs: 12k}
                """);
        project.yaml("chip.yaml", """
                device: {name: chip, kind: fpga, clock: 100 MHz, bandwidth: 1 GB/s, dsp: 100, lut: 10k, bram: 280}
                budgets:
                  - {name: chip-fast, latency: 0.05 ms}
                """);
        var searched = project.fn("search", "@run/checkpoint.safetensors", "--device", "@pi.yaml", "--device", "@chip.yaml", "--out", "@devices",
                "--budget", "pi-fast:pi.latency=20us", "--budget", "pi-cool:energy=0.1 uJ,macs=12k", "--budget", "chip-fast:chip.cycles=4k,peak-memory=1 KiB");
        assertThat(searched.code()).as(searched.err()).isZero();
        assertThat(project.content("devices/selections")).containsExactly("chip-fast.txt", "pi-cool.txt", "pi-fast.txt");
        assertThat(Files.readAllLines(project.path("devices/front.csv")).get(0)).isEqualTo("bops,chip.bram,chip.cycles,chip.dsp,chip.latency,chip.lut,"
                + "executed-macs,macs,params,peak-memory,pi.energy,pi.latency,size,validation_accuracy,validation_loss,selection");
        // without budgets of one's own, those of the devices are taken
        project.yaml("bare.yaml", TinyProject.YAML.replaceFirst("(?s)search:.*", "").replace("epochs: 8", "epochs: 1"));
        var ran = project.fn("run", "@bare.yaml", "--device", "@pi.yaml", "--device", "@chip.yaml", "--out", "@bare");
        assertThat(ran.code()).as(ran.err()).isZero();
        JsonNode chosen = new ObjectMapper().readTree(project.path("bare/summary.json").toFile()).path("budgets");
        assertThat(chosen.findValuesAsText("name")).containsExactly("pi-fast", "pi-cool", "chip-fast");
        assertThat(chosen.get(2).path("constraints").toString()).isEqualTo("{\"chip.latency\":0.05,\"chip.bram\":280,\"chip.dsp\":100,\"chip.lut\":10000}");
        for (JsonNode budget : chosen) {
            for (String cost : names(budget.path("constraints"))) {
                assertThat(budget.path("cost").path(cost).asDouble()).isLessThanOrEqualTo(budget.path("constraints").path(cost).asDouble());
            }
        }
    }

    @Test
    void aTunedSubmodelIsExportedUnaskedAndLeavesTheRestAsItWas() throws IOException {
        var tuned = project.fn("tune", "@run/checkpoint.safetensors", "--select", "stage1.layers=1,weights.bits=4", "--epochs", "3",
                "--learning-rate", "0.05", "--weights", "--out", "@tuned.safetensors");
        assertThat(tuned.code()).as(tuned.err()).isZero();
        assertThat(tuned.out()).contains("tune 100 %  epoch 3/3  loss ").containsPattern(
                "validation accuracy \\d+\\.\\d\\d % -> \\d+\\.\\d\\d %, test accuracy \\d+\\.\\d\\d % -> \\d+\\.\\d\\d %");
        assertThat(project.fn("inspect", "@tuned.safetensors").out()).contains("tuned     activations.bits=8,").contains("weights.bits=4");
        var before = Checkpoint.read(project.path("run/checkpoint.safetensors")).tensors();
        var after = Checkpoint.read(project.path("tuned.safetensors")).tensors();
        assertThat(after.get("stage1/unit2/open/weight").data()).isEqualTo(before.get("stage1/unit2/open/weight").data());
        assertThat(after.get("stage1/unit1/open/weight").data()).isNotEqualTo(before.get("stage1/unit1/open/weight").data());
        assertThat(project.fn("export", "@tuned.safetensors", "--out", "@tuned.onnx").code()).isZero();
        assertThat(project.fn("inspect", "@tuned.onnx").out()).contains("stage1.layers=1,").contains("weights.bits=4");
        assertThat(project.fn("search", "@tuned.safetensors", "--out", "@tuned").out()).contains("note: this checkpoint was tuned for activations.bits=8,");
    }

    @Test
    void aSubmodelIsTunedByItsBatchNormsAndBiasesUnlessToldOtherwise() throws IOException {
        var tuned = project.fn("tune", "@run/checkpoint.safetensors", "--select", "stage1.layers=1", "--out", "@tuned-norms.safetensors");
        assertThat(tuned.code()).as(tuned.err()).isZero();
        var before = Checkpoint.read(project.path("run/checkpoint.safetensors")).tensors();
        var after = Checkpoint.read(project.path("tuned-norms.safetensors")).tensors();
        List<String> changed = before.keySet().stream().filter(name -> !Arrays.equals(before.get(name).data(), after.get(name).data())).toList();
        assertThat(changed).contains("stage1/unit1/open-norm/gamma", "classifier1/logits/bias").noneMatch(name -> name.endsWith("/weight"))
                .noneMatch(name -> name.startsWith("stage1/unit2/"));
    }

    @Test
    void switchableBatchNormsAndClipsGoAllTheWay() throws IOException {
        project.yaml("switchable.yaml", TinyProject.YAML.replace("training: {epochs: 8,", "training: {recipe: slimmable, epochs: 3,")
                .replace("  quantization:\n", "  nesting: {switchable-batch-norms: true}\n  quantization:\n    switchable-batch-norms: true\n"
                        + "    switchable-clips: true\n"));
        var trained = project.fn("train", "@switchable.yaml", "--out", "@switchable");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(Checkpoint.read(project.path("switchable/checkpoint.safetensors")).tensors())
                .containsKeys("conv1/norm/gamma@8@w8", "conv1/norm/gamma@2@w3", "conv1/relu/clip@a4");
        for (String random : List.of("1", "2")) {
            var exported = project.fn("export", "@switchable/checkpoint.safetensors", "--random", random, "--out", "@switchable/" + random + ".onnx");
            assertThat(exported.code()).as(exported.err()).isZero();
        }
    }

    @Test
    void trainingBeginsWithATrainedNetworkAndLearnsFromOne() throws IOException {
        project.yaml("warm.yaml", TinyProject.YAML.replace("epochs: 8,", "epochs: 1, optimizer: {learning-rate: 1e-6}, "
                + "warm-start: {checkpoint: run/checkpoint.safetensors}, distillation: {from: teacher, teacher: run/checkpoint.safetensors},"));
        var trained = project.fn("train", "@warm.yaml", "--out", "@warm");
        assertThat(trained.code()).as(trained.err()).isZero();
        float[] before = Checkpoint.read(project.path("run/checkpoint.safetensors")).tensors().get("conv1/conv/weight").data();
        float[] after = Checkpoint.read(project.path("warm/checkpoint.safetensors")).tensors().get("conv1/conv/weight").data();
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-3f));
        }
        assertThat(after).isNotEqualTo(before);
    }

    @Test
    void theSameSeedGivesTheSameBytes() throws IOException {
        byte[] first = checkpoint("7", "seed7");
        assertThat(checkpoint("7", "seed7-again")).isEqualTo(first);
        assertThat(checkpoint("-8", "seed-8")).isNotEqualTo(first);
        assertThat(project.content("seed7")).containsExactly("checkpoint.safetensors", "log.txt", "run.json", "training.csv");
        assertThat(Files.readAllBytes(project.path("seed7/training.csv"))).isEqualTo(Files.readAllBytes(project.path("seed7-again/training.csv")));
    }

    private static byte[] checkpoint(String seed, String folder) throws IOException {
        var trained = project.fn("train", "@tiny.yaml", "--threads", "1", "--seed", seed, "--out", "@" + folder);
        assertThat(trained.code()).as(trained.err()).isZero();
        return Files.readAllBytes(project.path(folder + "/checkpoint.safetensors"));
    }

    @Test
    void noFileTellsWhereItWasMade() throws IOException {
        for (String file : List.of("run/checkpoint.safetensors", "run/summary.json", "run/models/tiny.onnx", "run/report.html")) {
            assertThat(new String(Files.readAllBytes(project.path(file)), StandardCharsets.ISO_8859_1))
                    .doesNotContain(folder.toString());
        }
        assertThat(Checkpoint.read(project.path("run/checkpoint.safetensors")).metadata())
                .containsEntry("base", "..").containsEntry("name", "tiny.yaml");
    }

    @Test
    void aCheckpointThatWasMovedFindsItsDataUnderAnotherBase(@TempDir Path elsewhere) throws IOException {
        Path moved = Files.copy(project.path("run/checkpoint.safetensors"), elsewhere.resolve("moved.safetensors"));
        var without = project.fn("export", moved.toString(), "--out", "@without-data.onnx");
        assertThat(without.code()).as(without.err()).isZero();
        assertThat(without.err()).startsWith("warning: tiny.yaml:1: data: ").contains("there is no such folder of IDX files", "--base FOLDER", "--data SPEC");
        assertThat(project.fn("export", moved.toString(), "--base", folder.toString(), "--out", "@moved.onnx").code()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "run|@tiny.yaml|--out|@run", "train|@tiny.yaml|--out|@run", "search|@run/checkpoint.safetensors|--out|@run",
            "export|@run/checkpoint.safetensors|--out|@run/models/tiny.onnx", "tune|@run/checkpoint.safetensors|--out|@run/summary.json", "inspect|@tiny.yaml|--out|@run/summary.json"})
    void nothingIsOverwrittenUnasked(String command, String file, String option, String out) throws IOException {
        byte[] checkpoint = Files.readAllBytes(project.path("run/checkpoint.safetensors"));
        byte[] summary = Files.readAllBytes(project.path("run/summary.json"));
        var refused = command.equals("tune") ? project.fn(command, file, option, out, "--random", "1") : project.fn(command, file, option, out);
        assertThat(refused.code()).isEqualTo(2);
        boolean trains = command.equals("run") || command.equals("train");
        assertThat(refused.err()).isEqualTo(project.path(out.substring(1)) + " is there already. Maybe --overwrite, " + (trains
                ? "another --out, or './fn search " + project.path("run/checkpoint.safetensors") + "' for what was trained?" : "or another --out?")
                + System.lineSeparator());
        assertThat(Files.readAllBytes(project.path("run/checkpoint.safetensors"))).isEqualTo(checkpoint);
        assertThat(Files.readAllBytes(project.path("run/summary.json"))).isEqualTo(summary);
    }

    @Test
    void overwritingTakesAwayWhatTheRunBeforeLeftButNothingElse() throws IOException {
        Files.createDirectories(project.path("again/models"));
        for (String file : List.of("again/models/old.onnx", "again/models/notes.txt", "again/summary.json", "again/mine.txt")) {
            Files.writeString(project.path(file), "before");
        }
        assertThat(project.fn("train", "@tiny.yaml", "--overwrite", "--out", "@again").code()).isZero();
        assertThat(project.content("again")).containsExactly("checkpoint.safetensors", "log.txt", "mine.txt", "models/notes.txt", "run.json",
                "training.csv");
    }

    @Test
    void inspectShowsDescriptionsCheckpointsAndExports() throws IOException {
        var described = project.fn("inspect", "@tiny.yaml", "--select", "stage1.layers=1");
        assertThat(described.code()).isZero();
        assertThat(described.out()).contains("stage1.layers                LAYERS    [1, 2]", "full      bops 1,452,032, executed-macs 37,088 MACs, macs 22,688",
                "smallest  bops ", "selected  bops ", "stage1/unit1/add ").doesNotContain("stage1/unit2/add");
        // a checkpoint knows the names of the classes, which a file holds, too
        assertThat(project.fn("inspect", "@run/checkpoint.safetensors").out().replaceAll("size .*", ""))
                .isEqualTo(project.fn("inspect", "@tiny.yaml").out().replaceAll("size .*", ""));
        assertThat(project.fn("inspect", "@run/models/tiny.onnx").out()).contains("A submodel of 'tiny.yaml', made by Fully Nested", "counted: macs ",
                "fullynested.accuracy.test ", "classes                          0, 1, 2");
        assertThat(project.fn("inspect", "@tiny.yaml", "--out", "@told/axes.txt").out()).isEmpty();
        assertThat(Files.readString(project.path("told/axes.txt"))).isEqualTo(project.fn("inspect", "@tiny.yaml").out());
    }

    @Test
    void pluginsAreListedWithJarVersionAndKinds() {
        var listed = project.fn("plugins");
        assertThat(listed.code()).isZero();
        assertThat(listed.out()).contains("io.fullynested.core.block.BlocksPlugin (", "block            residual-stage ", "cost model       macs ",
                "search strategy  greedy ", "ordered dropout  uniform ", "quantizer        mid-rise ", "data source      idx ")
                .doesNotContain("(required)");
        assertThat(project.fn("plugins", "-v").out()).contains("        channels             output channels (required, ≥ 1)",
                "        kernel               side of the square kernel in pixels (default: 3, ≥ 1)",
                "        activation           what follows the batch norm (default: relu, one of none, relu, relu6, hard-swish, hard-sigmoid, sigmoid, "
                        + "tanh, gelu, silu, gelu-tanh)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "train", "search", "tune", "export", "bundle", "verify", "inspect", "measure", "plugins", "reference"})
    void everyCommandHasHelpAndTheCommonOptions(String command) {
        var help = project.fn(command, "--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).startsWith("Usage: fn " + command).contains("--seed=N", "--threads=N", "--out=", "--plugin-path=DIR", "--overwrite");
    }
}
