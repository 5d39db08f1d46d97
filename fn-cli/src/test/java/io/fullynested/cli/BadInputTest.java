package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal is the message and nothing but the message, has the right exit code, and leaves nothing behind. */
class BadInputTest {

    private static final int FAILED = 1;
    private static final int REFUSED = 2;

    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static List<String> before;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        assertThat(project.fn("train", "@short.yaml", "--out", "@trained").code()).isZero();
        before = project.content("");
    }

    /** The message, with the folder's name taken out. */
    private static String refusal(int code, String... words) {
        var outcome = project.fn(words);
        assertThat(outcome.err()).isNotBlank().doesNotContain("\tat ", "Exception", "went wrong");
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
        assertThat(project.path("bad")).doesNotExist();
        return outcome.err().replace(folder + "/", "").replace(System.lineSeparator(), "\n").strip();
    }

    private static String refusedYaml(String yaml) throws IOException {
        project.yaml("bad.yaml", yaml);
        try {
            return refusal(REFUSED, "run", "@bad.yaml", "--out", "@bad");
        } finally {
            Files.delete(project.path("bad.yaml"));
            assertThat(project.content("")).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "channels: 8, kernel|chanels: 8, kernel|bad.yaml:5: network.blocks[0].chanels: unknown key. Maybe 'channels'?",
            "kernel: 3|kernel: big|bad.yaml:5: network.blocks[0].kernel: expected a whole number such as 3, 200_000 or 200k, found 'big'",
            "neurons: 8|neurons: -4|bad.yaml:8: network.blocks[3].neurons: must be at least 1, found -4. Maybe 1?",
            "neurons: 8|neurons: 1000000000|bad.yaml:8: network.blocks[3]: block 'dense1' with input 8: 'dense' would have weights of shape "
                    + "[1000000000, 8], more than 2^31 numbers. Maybe fewer channels or neurons?",
            "channels: 8, kernel|channels: 200000000, kernel|bad.yaml:5: network.blocks[0]: block 'conv1' with input 1×10×10: 'conv' gives a "
                    + "signal of 200000000×5×5, larger than 2^31 numbers",
            "search:|serach:|bad.yaml:14: serach: unknown key. Maybe 'search'?",
            "kind: dense|kind: denze|bad.yaml:8: network.blocks[3].kind: no plugin on the path provides block 'denze'. Maybe 'dense'? "
                    + "There are: average-pool, basic-stage, classifier, concat, conv, dense, depthwise-separable, enlarge, global-average-pool, graph, inverted-residual, linear, "
                    + "max-pool, patches, pixel-classifier, residual-stage, shuffle-unit, squeeze-excite, transformer",
            "kind: idx|kind: idy|bad.yaml:1: data.kind: no plugin on the path provides data source 'idy'. Maybe 'idx'? There are: cifar-10, cifar-100, csv, idx, image-folder, in-memory, npy, tar-shards",
            "kind: global-average-pool|kind: max-pool, kernel: 9|bad.yaml:7: network.blocks[2]: block 'pool1' with input 8×5×5: 'max-pool' has a "
                    + "window of 9, which does not fit into 5 pixels with padding 0. Maybe a smaller kernel or fewer strides before it?",
            "min: 3|min: 9|bad.yaml:11: network.quantization.weights.min: must be within 1..8, found 9. Maybe 8?",
            "macs: 5k|mac: 5k|bad.yaml:17: search.budgets[1].mac: no plugin on the path provides cost model 'mac'. Maybe 'macs'? "
                    + "There are: bops, code-size, energy, executed-macs, flops, macs, memory-traffic, params, peak-memory, size",
            "macs: 5k|macs: 12|bad.yaml:17: search.budgets[1]: budget tiny: no submodel has macs ≤ 12 MACs; the smallest has 785 MACs, at " + TinyProject.SMALLEST,
            "name: tiny|name: small|bad.yaml:17: search.budgets[1]: is named 'small' as search.budgets[0] is. Give one of them another name",
            "path: data|path: nodata|bad.yaml:1: data: nodata: there is no such folder of IDX files. Maybe 'path' is not relative to the YAML file?",
            "height: 10|height: 12|bad.yaml:3: network.input: the images are 1×10×10, not 1×12×10. Maybe {channels: 1, height: 10, width: 10}?",
            "classes: 3|classes: 4|bad.yaml:9: network.blocks[4]: the data has 3 classes, the network 4. "
                    + "Maybe a last block {kind: classifier, classes: 3}?",
            "path: data|path: data, classes: [a, b]|bad.yaml:1: data: data/train-labels-idx1-ubyte: the label of image 2 is 2, but there are "
                    + "2 classes, 0..1",
            "batch-size: 30|ordered-dropout: {kind: categorical, probabilities: [1, 2]}|bad.yaml:13: training: There are 2 probabilities for axis "
                    + "'conv1.channels', which has 4 legal prefixes: [2, 4, 6, 8]. Maybe give categorical to one level only, in "
                    + "ordered-dropout-per-level?",
            "batch-size: 30|ordered-dropout-per-level: {layers: {kind: categorical, probabilities: [1, 0]}}|bad.yaml:13: training: Ordered dropout "
                    + "Categorical[probabilities=[1.0, 0.0]] never keeps the whole of axis 'stage1.layers', so the full network would not learn. "
                    + "Maybe a last probability above 0, or draws: sandwich?",
            "batch-size: 30|ordered-dropout: {kind: learned, target: 0.5, cost: latency}|bad.yaml:13: training.ordered-dropout.cost: no plugin on the path provides "
                    + "cost model 'latency'. It comes with a device: --device FILE, as ./fn measure writes it. There are: bops, code-size, energy, executed-macs, flops, "
                    + "macs, memory-traffic, params, peak-memory, size",
            "batch-size: 30|ordered-dropout: {kind: learned, cost: {kind: measured-latency, threads: 1}}|bad.yaml:13: training.ordered-dropout.cost: it cannot be "
                    + "told while training: There is nobody to run the network. Maybe a table by ./fn measure?",
            "batch-size: 30|recipe: us-nett|bad.yaml:13: training.recipe: expected one of default, paper, us-net, slimmable, adabits, nested-net, "
                    + "any-precision, import, found 'us-nett'. Maybe 'us-net'?",
            "batch-size: 30|distillation: {from: in-place}|bad.yaml:13: training: distillation from in-place needs the full network in each step, "
                    + "and the others on the same images; found draws plain, same-images false. Maybe draws: sandwich and same-images: true?",
            "batch-size: 30|distillation: {from: teacher, teacher: no.safetensors}|bad.yaml:13: training.distillation.teacher: no.safetensors: there "
                    + "is no such checkpoint file",
            "batch-size: 30|warm-start: {checkpoint: short.yaml}|bad.yaml:13: training.warm-start.checkpoint: short.yaml: not a safetensors file",
            "batch-size: 30|augmentation: {shift: 10}|bad.yaml:13: training: augmentation.shift 10 would move images of 1×10×10 out of sight"})
    void refusesADescription(String right, String wrong, String message) throws IOException {
        assertThat(TinyProject.YAML).contains(right);
        assertThat(refusedYaml(TinyProject.YAML.replace(right, wrong))).isEqualTo(message);
    }

    @Test
    void refusesToBeginWithOrToLearnFromAnotherNetwork() throws IOException {
        assertThat(refusedYaml(TinyProject.YAML.replace("neurons: 8", "neurons: 6").replace("batch-size: 30",
                "warm-start: {checkpoint: trained/checkpoint.safetensors}"))).isEqualTo("bad.yaml:13: training: the network to begin with is another "
                + "one; dense1/dense/weight should be [6, 8], found [8, 8]");
        String small = TinyProject.YAML.replace("classes: 3", "classes: 4");
        Checkpoint trained = Checkpoint.read(project.path("trained/checkpoint.safetensors"));
        Map<String, Tensor> tensors = with(with(trained.tensors(), "classifier1/logits/weight", new Tensor(new int[] {4, 8}, filled(32, 1))),
                "classifier1/logits/bias", new Tensor(new int[] {4}, filled(4, 1)));
        new Checkpoint(with(trained.metadata(), "spec", small), tensors).write(project.path("trained/four.safetensors"));
        before = project.content("");
        assertThat(refusedYaml(TinyProject.YAML.replace("batch-size: 30", "distillation: {from: teacher, teacher: trained/four.safetensors}")))
                .isEqualTo("bad.yaml:13: training: the teacher takes 1×10×10 and gives 4, but the network takes 1×10×10 and gives 3");
        Files.delete(project.path("trained/four.safetensors"));
        before = project.content("");
    }

    @Test
    void refusesAllProblemsOfADescriptionAtOnce() throws IOException {
        assertThat(refusedYaml(TinyProject.YAML.replace("kernel: 3", "kernel: big").replace("neurons", "nuerons").replace("epochs: 8", "epochs: 0")))
                .isEqualTo("""
                        bad.yaml:5: network.blocks[0].kernel: expected a whole number such as 3, 200_000 or 200k, found 'big'
                        bad.yaml:8: network.blocks[3].nuerons: unknown key. Maybe 'neurons'?
                        bad.yaml:13: training.epochs: must be at least 1, found 0. Maybe 1?""");
        assertThat(refusedYaml(TinyProject.YAML.replace("12k", "100").replace("5k, size: 4k", "100, size: 5"))).isEqualTo("""
                bad.yaml:16: search.budgets[0]: budget small: no submodel has macs ≤ 100 MACs; the smallest has 785 MACs, at *
                bad.yaml:17: search.budgets[1]: budget tiny: no submodel has macs ≤ 100 MACs; the smallest has 785 MACs, at *
                bad.yaml:17: search.budgets[1]: budget tiny: no submodel has size ≤ 5 bytes; the smallest has 3.2 KiB, at *"""
                .replace("*", TinyProject.SMALLEST));
    }

    @Test
    void refusesWhatIsNoYamlOrSaysNothing() throws IOException {
        assertThat(refusedYaml("")).isEqualTo("bad.yaml:1: there is nothing in it");
        assertThat(refusedYaml("data:\n\tkind: idx\n")).isEqualTo("bad.yaml:2: not YAML: a tab indents this line. Maybe spaces?");
        assertThat(refusedYaml("data: [")).startsWith("bad.yaml:1: not YAML: ");
        assertThat(refusedYaml(TinyProject.YAML.substring(0, TinyProject.YAML.indexOf("search:"))))
                .isEqualTo("bad.yaml:1: search.budgets: there is no budget, so there is nothing to search and export. Maybe './fn train'?");
    }

    @Test
    void anErrorIsShortHoweverLongTheValueIs() throws IOException {
        String told = refusedYaml(TinyProject.YAML.replace("kernel: 3", "kernel: " + "x".repeat(3_000_000)));
        assertThat(told).startsWith("bad.yaml:").hasSizeLessThan(1200);
        assertThat(refusedYaml(TinyProject.YAML.replace("kernel: 3", "kernel: " + "x".repeat(300_000)))).hasSizeLessThan(1200)
                .startsWith("bad.yaml:5: network.blocks[0].kernel: expected a whole number such as 3, 200_000 or 200k, found 'xxx");
        assertThat(refusedYaml(TinyProject.YAML + "x".repeat(1000) + ": 1\n")).hasSizeLessThan(2400).contains(": unknown key. There are: data, ");
        StringBuilder many = new StringBuilder(TinyProject.YAML);
        for (int i = 0; i < 20_000; i++) {
            many.append("key").append(i).append(": 1\n");
        }
        assertThat(refusedYaml(many.toString()).lines()).hasSize(21).last().asString().isEqualTo("bad.yaml: and 19980 problems more");
        assertThat(refusedYaml("[".repeat(100_000))).startsWith("bad.yaml:").contains("not YAML");
        assertThat(refusedYaml(TinyProject.YAML + "\"a\\e[2J\": 1\n")).contains("a\\x1b[2J: unknown key");
    }

    @Test
    void refusesDataOfOneClass() throws IOException {
        Path table = Files.writeString(project.path("one.csv"), "a,b,kind\n" + "1,2,rose\n".repeat(40));
        try {
            before = project.content("");
            assertThat(refusedYaml("""
                    data: {kind: csv, path: one.csv}
                    network: {input: {channels: 2, height: 1, width: 1}, blocks: [{kind: dense, neurons: 4}, {kind: classifier, classes: 2}]}
                    search: {budgets: [{name: small, macs: 1k}]}
                    """)).isEqualTo("bad.yaml:1: data: the data has one class, 'rose', so there is nothing to tell apart. Maybe another label?");
        } finally {
            Files.delete(table);
            before = project.content("");
        }
    }

    @Test
    void refusesFilesOfNamesThatMoveTheCursor() {
        assertThat(refusal(REFUSED, "inspect", "@no\u001b[2J\nthing.onnx")).isEqualTo("no\\x1b[2J\\nthing.onnx: there is no such file");
        assertThat(refusal(REFUSED, "inspect", "@no\u001b[2J.fnb")).isEqualTo("no\\x1b[2J.fnb: there is no such file");
        assertThat(refusal(REFUSED, "inspect", "@no\u001b[2J\nthing.yaml")).startsWith("no\\x1b[2J\\nthing.yaml: there is no such file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "x.onnx|not an ONNX file, or cut short",
            "x.fnb|is no bundle: it does not start with FNBUNDLE",
            "x.safetensors|not a safetensors file",
            "x.yaml|not YAML"})
    void refusesToInspectWhatIsSomethingElse(String name, String message) throws IOException {
        Path file = Files.writeString(project.path(name), "\u0001\u0002{[neither of them, but long enough to begin reading it");
        try {
            assertThat(refusal(REFUSED, "inspect", "@" + name)).startsWith(name).contains(message);
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void aDamagedDescriptionWithinACheckpointNamesTheCheckpoint() throws IOException {
        Checkpoint trained = Checkpoint.read(project.path("trained/checkpoint.safetensors"));
        Path file = project.path("damaged.safetensors");
        new Checkpoint(with(trained.metadata(), "spec", "data: ["), trained.tensors()).write(file);
        try {
            assertThat(refusal(REFUSED, "inspect", "@damaged.safetensors")).startsWith("damaged.safetensors, short.yaml in it:1: not YAML");
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void refusesFilesThatAreNotThere() {
        assertThat(refusal(REFUSED, "run", "@tiny.yml", "--out", "@bad")).isEqualTo("tiny.yml: there is no such file. Maybe 'tiny.yaml'?");
        assertThat(refusal(REFUSED, "run", "@data", "--out", "@bad")).isEqualTo("data: it is a folder, not a YAML file");
        assertThat(refusal(REFUSED, "run", "/")).isEqualTo("/: it is a folder, not a YAML file");
        assertThat(refusal(REFUSED, "search", "@nothing.safetensors", "--out", "@bad")).isEqualTo("nothing.safetensors: there is no such checkpoint file");
        assertThat(refusal(REFUSED, "inspect", "@nothing.onnx")).isEqualTo("nothing.onnx: there is no such file");
        assertThat(refusal(REFUSED, "train", "@tiny.yaml", "--out", "@bad", "--base", "@nowhere")).isEqualTo("--base nowhere: there is no such folder");
        assertThat(refusal(REFUSED, "plugins", "--plugin-path", "@nowhere")).isEqualTo("The plugin path nowhere is not a folder");
    }

    private static String refusedData(String name, UnaryOperator<byte[]> damage) throws IOException {
        Path file = project.path("data/" + name);
        byte[] good = Files.readAllBytes(file);
        try {
            Files.write(file, damage.apply(good));
            return refusal(REFUSED, "run", "@tiny.yaml", "--out", "@bad");
        } finally {
            Files.write(file, good);
        }
    }

    @Test
    void refusesDamagedDataBeforeAnythingIsTrained() throws IOException {
        assertThat(refusedData("t10k-images-idx3-ubyte", good -> Arrays.copyOf(good, 5000))).isEqualTo("tiny.yaml:1: data: "
                + "data/t10k-images-idx3-ubyte: truncated; its header announces 9000 bytes of data for [90, 10, 10], it holds 4984");
        assertThat(refusedData("train-labels-idx1-ubyte", good -> new byte[0])).startsWith("tiny.yaml:1: data: data/train-labels-idx1-ubyte: "
                + "not an IDX file of unsigned bytes with 1 dimensions").endsWith("it is empty");
        assertThat(refusedData("validation-labels-idx1-ubyte", good -> {
            byte[] fewer = Arrays.copyOf(good, 8 + 50);
            fewer[7] = 50;
            return fewer;
        })).isEqualTo("tiny.yaml:1: data: data/validation-labels-idx1-ubyte: holds 50 labels for the 60 images of validation-images-idx3-ubyte");
        assertThat(refusedData("t10k-labels-idx1-ubyte", good -> {
            byte[] other = good.clone();
            other[8 + 4] = 3;
            return other;
        })).isEqualTo("tiny.yaml:1: data: data/t10k-labels-idx1-ubyte: the label of image 4 is 3, but there are 3 classes, 0..2");
    }

    @Test
    void refusesPlacesThatCannotBeWritten() {
        assertThat(refusal(REFUSED, "train", "@tiny.yaml", "--out", "@tiny.yaml/out"))
                .isEqualTo("tiny.yaml/out cannot be written: tiny.yaml is not a folder. Maybe another --out?");
        assertThat(refusal(REFUSED, "train", "@tiny.yaml", "--out", "@short.yaml", "--overwrite"))
                .isEqualTo("short.yaml is a file. Maybe another --out?");
        assertThat(refusal(REFUSED, "export", "@trained/checkpoint.safetensors", "--out", "@data", "--overwrite"))
                .startsWith("data is a folder. Maybe --out ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "weights.bits=6|int4|21|--format int4: no weight has 4 bits or fewer. Maybe qdq-int8, or a selection of fewer bits?",
            "weights.bits=4|int4|20|--opset 20: this network in int4 needs opset 21. Maybe 21, or another format?",
            "weights.bits=4|packed|14|--opset 14: this network in packed needs opset 15..21. Maybe 15, or another format?",
            "weights.bits=4|float32|12|--opset 12: this network in float32 needs opset 13..21. Maybe 13, or another format?"})
    void refusesAFormatThatTheSelectionDoesNotFit(String selection, String format, String opset, String message) {
        assertThat(refusal(REFUSED, "export", "@trained/checkpoint.safetensors", "--select", selection, "--format", format, "--opset", opset,
                "--out", "@bad")).isEqualTo(message);
    }

    /** Where a file system of some pages may be mounted; elsewhere AtomicFileTest stands for it. */
    @Test
    void aFullDiskLeavesNothingBehind() throws Exception {
        Path small = Files.createDirectories(project.path("small"));
        try {
            assumeTrue(new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", small.toString()).start().waitFor() == 0);
            assertThat(refusal(FAILED, "export", "@trained/checkpoint.safetensors", "--out", "@small/tiny.onnx"))
                    .isEqualTo("small/tiny.onnx cannot be written: No space left on device");
            assertThat(project.content("small")).isEmpty();
            assertThat(new ProcessBuilder("umount", small.toString()).start().waitFor()).isZero();
        } finally {
            Files.delete(small);
        }
    }

    @Test
    void refusesADeviceThatIsNotThere() throws IOException {
        String refused = "LibTorch cannot compute on cuda:99: .+ There is .*cpu";
        assertThat(refusal(REFUSED, "train", "@tiny.yaml", "--out", "@bad", "--compute", "cuda:99")).matches(refused);
        assertThat(refusal(REFUSED, "search", "@trained/checkpoint.safetensors", "--out", "@bad", "--compute", "cuda:99")).matches(refused);
        project.yaml("gpu.yaml", TinyProject.YAML.replace("batch-size: 30", "batch-size: 30, device: cuda:99"));
        assertThat(refusal(REFUSED, "run", "@gpu.yaml", "--out", "@bad")).matches("gpu.yaml:13: training.device: " + refused);
        project.yaml("gpu.yaml", TinyProject.YAML.replace("batch-size: 30", "batch-size: 30, device: gpu"));
        assertThat(refusal(REFUSED, "run", "@gpu.yaml", "--out", "@bad")).isEqualTo("gpu.yaml:13: training: 'gpu' is no device to compute on. Maybe cpu, cuda or cuda:1?");
        Files.delete(project.path("gpu.yaml"));
    }

    @Test
    void aLossThatIsNoNumberEndsTheTrainingWithTheStepAndTheSubmodel() throws IOException {
        project.yaml("wild.yaml", TinyProject.YAML.replace("batch-size: 30", "batch-size: 30, optimizer: {learning-rate: 1e9}"));
        assertThat(refusal(FAILED, "run", "@wild.yaml", "--out", "@bad"))
                .matches("The (loss|gradient) became (NaN|Infinity) in step \\d+ with the submodel activations\\.bits=\\d,conv1\\.channels=.*,weights\\.bits=\\d\\. "
                        + "Maybe a lower learning rate.*\\?");
        Files.delete(project.path("wild.yaml"));
    }

    private static String refusedCheckpoint(byte[] content) throws IOException {
        Path file = Files.write(project.path("bad.safetensors"), content);
        try {
            String message = refusal(REFUSED, "search", "@bad.safetensors", "--out", "@bad");
            assertThat(refusal(REFUSED, "export", "@bad.safetensors", "--out", "@bad")).isEqualTo(message);
            return message;
        } finally {
            Files.delete(file);
        }
    }

    private static String refusedCheckpoint(UnaryOperator<Map<String, String>> metadata, UnaryOperator<Map<String, Tensor>> tensors)
            throws IOException {
        Checkpoint good = Checkpoint.read(project.path("trained/checkpoint.safetensors"));
        Path file = project.path("changed.safetensors");
        new Checkpoint(metadata.apply(new TreeMap<>(good.metadata())), tensors.apply(new TreeMap<>(good.tensors()))).write(file);
        byte[] content = Files.readAllBytes(file);
        Files.delete(file);
        return refusedCheckpoint(content);
    }

    @Test
    void refusesCheckpointsThatAreNone() throws IOException {
        byte[] good = Files.readAllBytes(project.path("trained/checkpoint.safetensors"));
        assertThat(refusedCheckpoint(Arrays.copyOf(good, good.length - 1))).matches(
                "bad.safetensors: truncated, or not a safetensors file; its header announces \\d+ bytes, it has " + (good.length - 1));
        assertThat(refusedCheckpoint(Arrays.copyOf(good, 5))).isEqualTo("bad.safetensors: not a safetensors file");
        assertThat(refusedCheckpoint("data: nothing\n".getBytes())).isEqualTo("bad.safetensors: not a safetensors file");
        assertThat(refusedCheckpoint(metadata -> Map.of(), tensors -> tensors))
                .isEqualTo("bad.safetensors: no checkpoint of this program; its metadata lack 'format: fully-nested checkpoint 2'");
        assertThat(refusedCheckpoint(metadata -> without(metadata, "seed"), tensors -> tensors))
                .isEqualTo("bad.safetensors: damaged; its metadata lack 'seed'");
        assertThat(refusedCheckpoint(metadata -> with(metadata, "seed", "one"), tensors -> tensors))
                .isEqualTo("bad.safetensors: damaged; the seed in its metadata is 'one', not a whole number");
    }

    @Test
    void refusesCheckpointsOfAnotherNetwork() throws IOException {
        assertThat(refusedCheckpoint(metadata -> with(metadata, "spec", TinyProject.YAML.replace("channels: 8, kernel", "channels: 12, kernel")),
                tensors -> tensors)).isEqualTo("bad.safetensors: of another network; conv1/conv/weight should be [12, 1, 3, 3], found [8, 1, 3, 3]");
        assertThat(refusedCheckpoint(metadata -> metadata, tensors -> without(tensors, "classifier1/logits/weight")))
                .isEqualTo("bad.safetensors: of another network; classifier1/logits/weight should be [3, 8], found nothing");
        assertThat(refusedCheckpoint(metadata -> metadata, tensors -> with(tensors, "more", Tensor.zeros(1))))
                .matches("bad.safetensors: of another network; it has \\d+ tensors, \\d+ are expected");
        assertThat(refusedCheckpoint(metadata -> metadata, tensors -> with(tensors, "classifier1/logits/weight",
                new Tensor(new int[] {3, 8}, filled(24, Float.NaN))))).isEqualTo("bad.safetensors: damaged; classifier1/logits/weight holds NaN");
    }

    private static <T> Map<String, T> with(Map<String, T> map, String key, T value) {
        Map<String, T> changed = new HashMap<>(map);
        changed.put(key, value);
        return changed;
    }

    private static <T> Map<String, T> without(Map<String, T> map, String key) {
        Map<String, T> changed = new HashMap<>(map);
        assertThat(changed.remove(key)).isNotNull();
        return changed;
    }

    private static float[] filled(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "stage1.layer=1|there is no axis 'stage1.layer'. Maybe 'stage1.layers'? The axes are conv1.channels, weights.bits, "
                    + "stage1.layers, stage1.unit1.paths, stage1.unit1.width, activations.bits, stage1.unit2.paths, stage1.unit2.width, dense1.neurons",
            "stage1.layers=3|Axis 'stage1.layers' cannot keep 3; legal are [1, 2]",
            "weights.bits=0|Axis 'weights.bits' cannot keep 0; legal are [3, 4, 6, 8]",
            "stage1.layers=1,stage1.layers=1|'stage1.layers=1' in a selection is not axis=keep, or names its axis twice. Maybe 'stage1.layers=1'?",
            "stage1.layers|neither AXIS=KEEP,... nor a file. Maybe stage1.layers=1?"})
    void refusesASelection(String selection, String message) {
        assertThat(refusal(REFUSED, "export", "@trained/checkpoint.safetensors", "--select", selection, "--out", "@bad"))
                .isEqualTo("--select " + selection + ": " + message);
        assertThat(refusal(REFUSED, "inspect", "@tiny.yaml", "--select", selection)).isEqualTo("--select " + selection + ": " + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "macs|--budget macs: 'macs' is not COST=LIMIT. Maybe macs=200k?",
            "a:macs=|--budget a:macs=: 'macs=' is not COST=LIMIT. Maybe macs=200k?",
            "a:mac=10k|command line:1: budgets[0].mac: no plugin on the path provides cost model 'mac'. Maybe 'macs'? There are: bops, code-size, energy, executed-macs, flops, macs, memory-traffic, params, peak-memory, size",
            "a:macs=1|command line:1: budgets[0]: budget a: no submodel has macs ≤ 1 MACs; the smallest has 785 MACs, at " + TinyProject.SMALLEST,
            "a:size=1Kib|command line:1: budgets[0].size: expected an amount such as 200k or 20 bytes, found '1Kib'. Maybe 'KiB'? The units are B, kB, MB, GB, TB, KiB, MiB, GiB, TiB",
            "a:macs=10k,macs=20k|--budget a:macs=10k,macs=20k: macs is given twice",
            "../a:macs=10k|command line:1: budgets[0].name: a name is made of letters, digits, - and _, and starts with a letter, found '../a'"})
    void refusesABudget(String budget, String message) {
        assertThat(refusal(REFUSED, "search", "@trained/checkpoint.safetensors", "--budget", budget, "--out", "@bad")).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "--freeze weights.bit=3|command line:1: There is no axis 'weights.bit'; the axes are [conv1.channels, weights.bits, "
                    + "stage1.layers, stage1.unit1.paths, stage1.unit1.width, activations.bits, stage1.unit2.paths, stage1.unit2.width, dense1.neurons]",
            "--freeze weights.bits=5|command line:1: Axis 'weights.bits' cannot keep 5; legal are [3, 4, 6, 8]",
            "--freeze weights|--freeze weights: 'weights' is not AXIS=KEEP. Maybe weights.bits=4?",
            "--freeze weights.bits=8 --tie weights.bits+activations.bits|command line:1: axis 'weights.bits' is frozen, so it cannot be tied",
            "--freeze weights.bits=8 --budget size=120|command line:1: budgets[0]: budget budget1: no submodel has size ≤ 120 bytes with "
                    + "weights.bits=8 frozen; the smallest has 3.3 KiB, at *",
            "--floor macs=88%,size=2|--floor macs=88%,size=2: one cost is as low as possible. Maybe cheap:macs=88%?",
            "--floor mac=88%|command line:1: floor floor1: there is no cost model 'mac'; there are [bops, executed-macs, macs, params, size]",
            "--floor macs=88|command line:1: floors[0].accuracy: must be within 0..1, found 88. Maybe 1?",
            "--ensemble 0|command line:1: ensemble: must be within 1..16, found 0. Maybe 1?",
            "--ensemble 2 --set export.format=c|command line:1: ensemble: an ensemble is one ONNX file, but export.format is c. Maybe export.format: auto?",
            "--strategy greedi|command line:1: strategy: no plugin on the path provides search strategy 'greedi'. Maybe 'greedy'? There are: "
                    + "evolutionary, exhaustive, greedy, knapsack, predictor, racing-greedy, random, uniform-scaling"})
    void refusesASearch(String words, String message) {
        List<String> command = new ArrayList<>(List.of("search", "@trained/checkpoint.safetensors", "--out", "@bad"));
        command.addAll(List.of(words.split(" ")));
        assertThat(refusal(REFUSED, command.toArray(String[]::new)))
                .isEqualTo(message.replace("*", TinyProject.SMALLEST.replace("weights.bits=3", "weights.bits=8")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "8: 2 TOPS, 32: 1 TOPS|8: 2 TOPS, 32: 1 FLOP|pi.yaml:1: device.peak.32: expected an amount such as 20 OPS, found '1 FLOP'. The units are OPS, "
                    + "kOPS, MOPS, GOPS, TOPS, FLOPS, MFLOPS, GFLOPS, TFLOPS",
            "8: 2 TOPS, 32: 1 TOPS|4: 2 TOPS|pi.yaml:1: device: conv1/conv has numbers of 8 bits, for which no peak is given; there is one for [4] bits. "
                    + "Maybe add 8?",
            "kind: roofline|kind: rooflin|pi.yaml:1: device.kind: no plugin on the path provides device 'rooflin'. Maybe 'roofline'? There are: fpga, latency-table, onnxruntime, roofline",
            "bandwidth: 8 GB/s|bandwith: 8 GB/s|pi.yaml:1: device.bandwith: unknown key. Maybe 'bandwidth'?",
            "device:|devise:|pi.yaml:1: devise: unknown key. Maybe 'device'?"})
    void refusesADevice(String good, String bad, String message) throws IOException {
        Path device = project.yaml("pi.yaml", DEVICE.replace(good, bad));
        try {
            assertThat(refusal(REFUSED, "search", "@trained/checkpoint.safetensors", "--device", "@pi.yaml", "--out", "@bad")).isEqualTo(message);
        } finally {
            Files.delete(device);
        }
    }

    private static final String DEVICE = """
            device: {name: pi, kind: roofline, peak: {8: 2 TOPS, 32: 1 TOPS}, bandwidth: 8 GB/s}
            budgets: [{name: fast, latency: 1 s}]
            """;

    @Test
    void refusesTwoDevicesOfOneNameAndBudgetsThatCouldBeOfEither() throws IOException {
        Path device = project.yaml("pi.yaml", DEVICE);
        Path other = project.yaml("other.yaml", DEVICE.replace("name: pi", "name: other"));
        try {
            assertThat(refusal(REFUSED, "inspect", "@tiny.yaml", "--device", "@pi.yaml", "--device", "@pi.yaml"))
                    .isEqualTo("pi.yaml:1: device: the name 'pi' is taken. Give one of the two another name");
            assertThat(refusal(REFUSED, "search", "@trained/checkpoint.safetensors", "--device", "@pi.yaml", "--device", "@other.yaml",
                    "--budget", "latency=1ms", "--out", "@bad"))
                    .isEqualTo("command line:1: budgets[0].latency: several devices have it. Say which: other.latency, pi.latency");
            assertThat(refusal(REFUSED, "search", "@trained/checkpoint.safetensors", "--device", "@pi.yaml", "--budget", "latency=1ns", "--out", "@bad"))
                    .matches("command line:1: budgets\\[0]: budget budget1: no submodel has pi.latency ≤ 0.000001 ms; the smallest has 0.000\\d+ ms, at .*");
            assertThat(refusal(REFUSED, "inspect", "@tiny.yaml", "--device", "@pie.yaml"))
                    .isEqualTo("pie.yaml: there is no such file. Maybe 'pi.yaml'?");
        } finally {
            Files.delete(device);
            Files.delete(other);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '^', nullValues = "-", quoteCharacter = '"', value = {
            "rnu @tiny.yaml^./fn: there is no command 'rnu'. Maybe 'run'?^./fn",
            "run @tiny.yaml --thread 1^./fn run: there is no option '--thread'. Maybe '--threads'?^./fn run",
            "nonsense --help^./fn: there is no command 'nonsense'^./fn",
            "run @tiny.yaml more --help^./fn run: 'more' is one argument too many^./fn run",
            "train @tiny.yaml training.epochs=3^./fn train: 'training.epochs=3' is one argument too many. Maybe --set training.epochs=3?^./fn train",
            "train @tiny.yaml --out @bad --set training.epochs^--set training.epochs: a key, '=' and a value are needed. Maybe training.epochs=20?^-",
            "train @tiny.yaml --out @bad --set training.epochs=x^--set training.epochs: expected a whole number such as 3, 200_000 or 200k, found 'x'^-",
            "train @tiny.yaml --out @bad --set training.epoch=3^--set training.epoch: unknown key. Maybe 'epochs'?^-",
            "train @tiny.yaml --out @bad --set search.budgets.tony.macs=3^--set search.budgets.tony.macs: there is no 'tony' in search.budgets, which is a list of 2. Maybe 'tiny'?^-",
            "run @tiny.yaml more^./fn run: 'more' is one argument too many^./fn run",
            "run --out @bad^./fn run: Missing required parameter: 'SPEC'^./fn run",
            "run @tiny.yaml --out @bad --seed x^./fn run: Invalid value for option '--seed': 'x' is not a long^./fn run",
            "run @tiny.yaml --out @bad --threads 0^--threads 0: at least 1 is needed^-",
            "run @tiny.yaml --out @bad --compute gpu^--compute 'gpu' is no device to compute on. Maybe cpu, cuda or cuda:1?^-",
            "verify @x.onnx^--data SPEC is missing: a YAML file whose test images are to be used, or --checkpoint FILE, whose YAML names them^-",
            "export @x --format int5^--format int5: there is no format 'int5'. Maybe 'int4'? There are float32, float16, qdq-int8, int4, packed, qdq-s8, qonnx, and auto, "
                    + "all, c, tflite, tflite-int4 and aimet^-",
            "export @x --format c --opset 13^./fn export: --opset is about ONNX files, and has no meaning with --format c^./fn export",
            "export @x --format c --out @tiny.onnx^--out tiny.onnx: the C form is a pair of files, of which one ends in .c, the other in .h. Maybe "
                    + "--out tiny.c?^-",
            "export @x --target openvin^--target openvin: there is no target 'openvin'. Maybe 'openvino'? There are onnxruntime, openvino, tensorrt, nnapi, qnn, "
                    + "xnnpack, coreml, stedgeai, finn, hls4ml, size, tflm^-",
            "export @x --target esp^--target esp: there is no target 'esp'. There are onnxruntime, openvino, tensorrt, nnapi, qnn, xnnpack, coreml, stedgeai, finn, "
                    + "hls4ml, size, tflm^-",
            "export @x --io uint8^./fn export: --io is about tflite. Maybe --format tflite, or type: uint8 of the input in the YAML?^./fn export",
            "export @x --format tflite --opset 13^./fn export: --opset is about ONNX files, and has no meaning with --format tflite^./fn export",
            "tune @x --out @bad^./fn tune: Missing required argument (specify one of these): (--select=AXIS=KEEP,...|BUDGET|FILE [--select=AXIS=KEEP,...|BUDGET|FILE]... | --random=SEED)^./fn tune",
            "tune @x --random 1 --epochs 0^--epochs 0: at least 1 is needed^-",
            "tune @x --random 1 --learning-rate -1^--learning-rate -1.0: must be above 0^-",
            "export @x --random 1 --select a=1^./fn export: --select=AXIS=KEEP,...|BUDGET|FILE, --random=SEED are mutually exclusive (specify only one)^./fn export"})
    void refusesACommandLine(String words, String message, String command) {
        assertThat(refusal(REFUSED, words.split(" "))).isEqualTo(message + (command == null ? "" : "\nSee " + command + " --help"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"16x16", "4 classes"})
    void refusesToVerifyOnImagesOfAnotherKind(String other) throws IOException {
        TinyProject foreign = TinyProject.in(Files.createDirectories(project.path("foreign")));
        boolean large = other.equals("16x16");
        for (String set : List.of("train", "validation", "t10k")) {
            foreign.images("data/" + set, 40, large ? 16 : 10, large ? 3 : 4, new Random(1));
        }
        foreign.yaml("tiny.yaml", large ? TinyProject.YAML.replace(": 10", ": 16") : TinyProject.YAML.replace("classes: 3", "classes: 4"));
        assertThat(project.fn("export", "@trained/checkpoint.safetensors", "--out", "@foreign/tiny.onnx").code()).isZero();
        var verified = foreign.fn("verify", "@tiny.onnx", "--data", "@tiny.yaml");
        assertThat(verified.code()).isEqualTo(1);
        assertThat(verified.out()).contains(large
                ? "BROKEN  The network takes images of shape [-1, 1, 10, 10] (-1: any), not [1, 1, 16, 16]. Maybe another data set?"
                : "BROKEN  it gives 3 numbers for an image, the network of ");
        try (var files = Files.walk(project.path("foreign"))) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }
}
