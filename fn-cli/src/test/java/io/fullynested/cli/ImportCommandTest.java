package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.io.FailingDisk;
import io.fullynested.core.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the network that examples/import/train_fashion.py trained in PyTorch. */
class ImportCommandTest {

    private static final Path MODEL = Path.of("../examples/import/fashion.onnx");

    @TempDir
    private static Path folder;
    private static String imported;

    private record Outcome(int code, String out, String err) {
    }

    private static Outcome fn(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), Stream.of(words).map(Object::toString).toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    @BeforeAll
    static void imports() throws IOException {
        Path data = Files.writeString(folder.resolve("data.yaml"), "data: {kind: idx, path: '"
                + Path.of("../examples/data/fashion-mnist").toAbsolutePath().normalize() + "', train-limit: 600}\nnetwork:\n"
                + "  input: {channels: 1, height: 28, width: 28}\n  blocks: [{kind: classifier, classes: 10}]\n");
        try (FailingDisk disk = new FailingDisk(operation -> {
            copyOnce();
            return false;
        })) {
            Outcome outcome = fn("import", MODEL, "--data", data, "--out", folder.resolve("out"));
            assertThat(outcome.code()).as(outcome.err()).isZero();
            imported = outcome.out();
            assertThat(disk.operations()).isPositive();
        }
    }

    /** What a kill would leave between the description and the checkpoint. */
    private static void copyOnce() {
        Path from = folder.resolve("out");
        Path to = folder.resolve("stopped");
        if (Files.exists(from.resolve("spec.yaml")) && !Files.exists(to)) {
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void itTellsWhatIsNestedAndThatTheNetworkIsTheSource() {
        assertThat(imported).contains("net.stages.stages.4.conv2 ", "LAYERS", "CHANNELS", "100.0 % of the parameters are on some axis",
                "source   validation accuracy 90.", "full     validation accuracy 9", "Next: ./fn run").doesNotContain("note:");
        double difference = Double.parseDouble(imported.replaceAll("(?s).*differs from the source by ([^ ]+) .*", "$1"));
        assertThat(difference).isLessThan(1e-5);
    }

    @Test
    void theFolderSaysWhereItComesFrom() throws IOException {
        assertThat(folder.resolve("out/log.txt")).exists();
        assertThat(Files.readString(folder.resolve("out/run.json"))).contains("\"import\"", "\"fashion.onnx\"", "\"peakMemory\"");
    }

    @Test
    void whatIsLeftOutIsExportedAndRunsAsItShould() {
        Outcome full = fn("export", folder.resolve("out/checkpoint.safetensors"), "--out", folder.resolve("full.onnx"));
        assertThat(full.code()).as(full.err()).isZero();
        assertThat(full.out()).containsPattern("test accuracy (89|9[0-2])").containsPattern("onnxruntime agrees on (100|99.[5-9])");
        Outcome less = fn("export", folder.resolve("out/checkpoint.safetensors"), "--out", folder.resolve("less.onnx"), "--select",
                "net.conv.layers=1,net.stages.stages.2.conv2.layers=1,net.stages.stages.4.conv2.layers=1,net.conv=12,weights.bits=4");
        assertThat(less.code()).as(less.err()).isZero();
        assertThat(less.out()).contains("onnxruntime agrees on ");
    }

    /** Names, shapes and types, and what the file says about itself. */
    @Test
    void exportsKeepTheContractOfTheSource() throws IOException, OrtException {
        Path source = folder.resolve("said.onnx");
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(MODEL)).toBuilder();
        model.addMetadataPropsBuilder().setKey("author").setValue("A: 'Nonymous', \"2026\"\n# and others");
        model.addMetadataPropsBuilder().setKey("fullynested.version").setValue("0");
        Files.write(source, model.build().toByteArray());
        Outcome outcome = fn("import", source, "--data", folder.resolve("data.yaml"), "--out", folder.resolve("said"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        Path file = folder.resolve("said-full.onnx");
        Outcome export = fn("export", folder.resolve("said/checkpoint.safetensors"), "--out", file);
        assertThat(export.code()).as(export.err()).isZero();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession before = environment.createSession(source.toString()); OrtSession after = environment.createSession(file.toString())) {
            assertThat(contract(after.getInputInfo())).isEqualTo(contract(before.getInputInfo())).isEqualTo("image FLOAT [-1, 1, 28, 28];");
            assertThat(contract(after.getOutputInfo())).isEqualTo(contract(before.getOutputInfo())).isEqualTo("logits FLOAT [-1, 10];");
            assertThat(after.getMetadata().getCustomMetadata()).containsEntry("author", "A: 'Nonymous', \"2026\"\n# and others")
                    .doesNotContainEntry("fullynested.version", "0");
        }
    }

    private static String contract(Map<String, NodeInfo> values) {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) -> text.append(name).append(' ').append(((TensorInfo) value.getInfo()).type).append(' ')
                .append(Arrays.toString(((TensorInfo) value.getInfo()).getShape())).append(';'));
        return text.toString();
    }

    /** The first images of the training set, in an array of NumPy's. */
    private static Path array(String name, int images, String type, float factor) throws IOException {
        byte[] pixels;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of("../examples/data/fashion-mnist/train-images-idx3-ubyte.gz")))) {
            in.skipNBytes(16);
            pixels = in.readNBytes(images * 784);
        }
        String head = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + images + ", 28, 28), }";
        head += " ".repeat(63 - (head.length() + 10) % 64) + "\n";
        ByteBuffer bytes = ByteBuffer.allocate(10 + head.length() + 4 * pixels.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0}).putShort((short) head.length()).put(head.getBytes(StandardCharsets.ISO_8859_1));
        for (byte pixel : pixels) {
            if (type.equals("|u1")) {
                bytes.put(pixel);
            } else {
                bytes.putFloat(factor * (pixel & 255));
            }
        }
        return Files.write(folder.resolve(name), Arrays.copyOf(bytes.array(), bytes.position()));
    }

    @Test
    void imagesNeedNoLabels() throws IOException {
        Outcome outcome = fn("import", MODEL, "--data", array("photos.npy", 400, "|u1", 1), "--out", folder.resolve("free"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("note: there are no labels (" + folder.resolve("photos.npy")
                + ": one array has no labels", "so the network learns to answer as the source does")
                .containsPattern("source   validation agreement (9[5-9]|100)").containsPattern("full     validation agreement (9[5-9]|100)");
        assertThat(folder.resolve("free/spec.yaml")).content().contains("task: {kind: imitate, checkpoint: source.safetensors, loss: kl}",
                "augmentation: {shift: 2, flip: true}", "guard: {most: 0.0125, of: loss, full-every: 2}").doesNotContain("distillation");
        Outcome trained = fn("train", folder.resolve("free/spec.yaml"), "--out", folder.resolve("freed"),
                "--set", "training.epochs=1", "--set", "training.optimizer.learning-rate=1",
                "--set", "training.averaging=0");
        assertThat(trained.code()).as(trained.err()).isZero();
        // so high a rate ruins it, and the guard brings it back
        assertThat(trained.err()).containsPattern(
                "note: the full network has validation loss 0[.]0.* and agreement (9[5-9]|100).* %, after loss 0[.]00.* and agreement (9[5-9]|100).* at the beginning; "
                        + "as trained it would have loss (0[.][1-9]|[1-9]).* of what was learnt is kept");
    }

    /** Its batch norms, some of them behind no convolution, know other images than these, and keep what they know. */
    @Test
    void theTeacherIsTheSource() throws IOException, OrtException {
        Path model = Path.of("../fn-onnx/src/test/resources/source/densenet-narrow.onnx");
        Outcome outcome = fn("import", model, "--data", photos("other"), "--out", folder.resolve("taught"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("source   validation agreement 100.00 %", "in these images the source's batch norms find other statistics");
        Path file = folder.resolve("teacher.onnx");
        Outcome export = fn("export", folder.resolve("taught/source.safetensors"), "--format", "float32", "--out", file);
        assertThat(export.code()).as(export.err()).isZero();
        float[] image = new float[3 * 64 * 64];
        Random random = new Random(4);
        for (int i = 0; i < image.length; i++) {
            image[i] = random.nextFloat();
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession before = environment.createSession(model.toString()); OrtSession after = environment.createSession(file.toString());
                OnnxTensor asked = OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), new long[] {1, 3, 64, 64});
                OrtSession.Result expected = before.run(Map.of(before.getInputNames().iterator().next(), asked));
                OrtSession.Result found = after.run(Map.of(after.getInputNames().iterator().next(), asked))) {
            float[][] answers = (float[][]) expected.get(0).getValue();
            float[][] taught = (float[][]) found.get(0).getValue();
            for (int i = 0; i < answers[0].length; i++) {
                assertThat(taught[0][i]).isCloseTo(answers[0][i], within(1e-4f * range(answers[0])));
            }
        }
    }

    private static float range(float[] numbers) {
        float[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - 1] - sorted[0];
    }

    /** A folder of 30 pictures of noise. */
    private static Path photos(String name) throws IOException {
        Path photos = Files.createDirectories(folder.resolve(name));
        Random random = new Random(3);
        for (int i = 0; i < 30; i++) {
            BufferedImage photo = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            for (int pixel = 0; pixel < 32 * 32; pixel++) {
                photo.setRGB(pixel % 32, pixel / 32, random.nextInt(1 << 24));
            }
            ImageIO.write(photo, "png", photos.resolve(i + ".png").toFile());
        }
        return photos;
    }

    @Test
    void imagesInAnotherRangeAreToldOf() throws IOException {
        Outcome outcome = fn("import", MODEL, "--data", array("bytes.npy", 300, "<f4", 1), "--out", folder.resolve("bytes"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("note: these images hold numbers in 0.0..255.0, and the source is fed them as they are. Maybe it wants 0..1?");
    }

    @Test
    void numbersForOtherChannelsAreRefused() {
        Outcome outcome = fn("import", MODEL, "--data", folder.resolve("data.yaml"), "--out", folder.resolve("none"), "--mean", "0.5,0.5,0.5");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("the network takes 1 channels, so it needs as many numbers of mean, found 3").hasLineCount(1);
        assertThat(folder.resolve("none")).doesNotExist();
    }

    /** A choice of the greatest, which has two outputs and no operator here, is left as it is behind what is nested; so is the last layer. */
    @Test
    void whatCannotBeReadIsLeftAsItIs() throws IOException, OrtException {
        Path source = folder.resolve("chosen.onnx");
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(MODEL)).toBuilder();
        GraphProto.Builder graph = model.getGraphBuilder().clearOutput();
        graph.addInitializer(TensorProto.newBuilder().setName("one").setDataType(TensorProto.DataType.INT64.getNumber()).addDims(1).addInt64Data(1));
        graph.addNodeBuilder().setName("shares").setOpType("Softmax").addInput("logits").addOutput("shares");
        graph.addNodeBuilder().setName("top").setOpType("TopK").addInput("shares").addInput("one").addOutput("share").addOutput("label");
        for (String name : new String[] {"share", "label"}) {
            graph.addOutputBuilder().setName(name).getTypeBuilder().getTensorTypeBuilder()
                    .setElemType((name.equals("label") ? TensorProto.DataType.INT64 : TensorProto.DataType.FLOAT).getNumber());
        }
        Files.write(source, model.build().toByteArray());
        Outcome refused = fn("import", source, "--data", folder.resolve("data.yaml"), "--out", folder.resolve("chosen"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("chosen.onnx: it has 1 inputs and 2 outputs; one of each is read. Maybe --freeze-from top").hasLineCount(1);
        Outcome outcome = fn("import", source, "--data", folder.resolve("data.yaml"), "--freeze-from", "/ReduceMean", "--out", folder.resolve("chosen"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("source   validation cosine 100.00 %",
                "note: there are no labels (of what node '/ReduceMean' takes, from which on the source is left as it is)");
        for (String format : new String[] {"float32", "qdq-int8"}) {
            Path file = folder.resolve(format + ".onnx");
            Outcome export = fn("export", folder.resolve("chosen/checkpoint.safetensors"), "--format", format, "--out", file);
            assertThat(export.code()).as(export.err()).isZero();
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            try (OrtSession before = environment.createSession(source.toString()); OrtSession after = environment.createSession(file.toString());
                    OnnxTensor image = OnnxTensor.createTensor(environment, FloatBuffer.allocate(784), new long[] {1, 1, 28, 28});
                    OrtSession.Result expected = before.run(Map.of("image", image)); OrtSession.Result found = after.run(Map.of("image", image))) {
                assertThat(((OnnxTensor) found.get("share").orElseThrow()).getFloatBuffer().get(0))
                        .isCloseTo(((OnnxTensor) expected.get("share").orElseThrow()).getFloatBuffer().get(0), within(.2f));
                assertThat(((OnnxTensor) found.get("label").orElseThrow()).getLongBuffer().get(0))
                        .isEqualTo(((OnnxTensor) expected.get("label").orElseThrow()).getLongBuffer().get(0));
            }
        }
        Outcome verified = fn("verify", folder.resolve("qdq-int8.onnx"), "--checkpoint", folder.resolve("chosen/checkpoint.safetensors"));
        assertThat(verified.code()).as(verified.out()).isZero();
        assertThat(verified.out()).contains("ends in what was left as it is, so no score is held").containsPattern("against the checkpoint: [0-5] of 1000 answers differ");
        for (String format : new String[] {"c", "tflite"}) {
            Outcome other = fn("export", folder.resolve("chosen/checkpoint.safetensors"), "--format", format, "--out", folder.resolve("chosen." + format));
            assertThat(other.code()).isEqualTo(2);
            assertThat(other.err()).contains("holds what is nested only, but the network ends in tail.onnx, left as it is. Maybe --format float32").hasLineCount(1);
        }
        Outcome little = fn("import", source, "--data", folder.resolve("data.yaml"), "--freeze-from", "/stages/stages.0/conv1/Conv", "--out", folder.resolve("little"));
        assertThat(little.code()).as(little.err()).isZero();
        assertThat(little.out()).contains("no budgets below that: nothing but bits can be left out. Maybe another --freeze-from, further to the end?");
        assertThat(folder.resolve("little/spec.yaml")).content().contains("{name: whole,").doesNotContain("{name: quarter,", "{name: three-quarters,");
        Outcome nowhere = fn("import", source, "--data", folder.resolve("data.yaml"), "--freeze-from", "/ReduceMeen", "--out", folder.resolve("nowhere"));
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains("chosen.onnx: it has no node '/ReduceMeen'. Maybe '/ReduceMean'?").hasLineCount(1);
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    /** They are called as in PyTorch, and sliced. */
    @Test
    void tensorsGoBackWhereTheyComeFrom() throws IOException {
        Path file = folder.resolve("back.safetensors");
        Outcome outcome = fn("export", folder.resolve("out/checkpoint.safetensors"), "--format", "safetensors", "--select",
                "net.stages.stages.0.conv1=8,net.conv.layers=2,weights.bits=8", "--out", file);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        Map<String, Tensor> tensors = Checkpoint.read(file).tensors();
        assertThat(tensors.get("stages.stages.0.conv1.weight").shape()).containsExactly(8, 16, 3, 3);
        assertThat(tensors.get("stages.stages.0.conv2.weight").shape()).containsExactly(16, 8, 3, 3);
        assertThat(tensors.get("stages.stages.0.conv1.norm.running_var").shape()).containsExactly(8);
        assertThat(tensors).containsKeys("fc.weight", "fc.bias", "conv.norm.weight").doesNotContainKey("stages.stages.1.conv1.weight");
    }

    /** A vision transformer: one head of three is left of each attention, and the file computes with codes. */
    @Test
    void headsAreLeftOut() throws IOException {
        Outcome outcome = fn("import", "../fn-onnx/src/test/resources/source/vit-narrow.dynamo.onnx", "--data", photos("small"), "--out", folder.resolve("vit"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).containsPattern("net.blocks.1.attn.qkv.heads +PATHS +3 terms");
        Outcome export = fn("export", folder.resolve("vit/checkpoint.safetensors"), "--out", folder.resolve("vit.onnx"), "--select",
                "net.blocks.0.attn.qkv.heads=1,net.blocks.1.attn.qkv.heads=1");
        assertThat(export.code()).as(export.err()).isZero();
        assertThat(export.out()).containsPattern("onnxruntime agrees on (100|9[0-9])");
    }

    @Test
    void labelsOfOtherClassesAreNotUsed() throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        for (int i = 0; i < 40; i++) {
            BufferedImage photo = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
            photo.setRGB(i % 28, i / 2, -1);
            ImageIO.write(photo, "png", Files.createDirectories(photos.resolve("class" + i % 3)).resolve(i + ".png").toFile());
        }
        Outcome outcome = fn("import", MODEL, "--data", photos, "--out", folder.resolve("three"));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("note: there are no labels (of the data's 3 classes, as the network tells 10 apart)", "validation agreement");
    }

    @Test
    void imagesOfAnotherShapeAreRefused() throws IOException {
        Path data = Files.writeString(folder.resolve("rows.yaml"),
                "data: {kind: csv, path: rows.csv, label: y}\nnetwork:\n  input: {features: 2}\n  blocks: [{kind: classifier, classes: 2}]\n");
        Files.writeString(folder.resolve("rows.csv"), "a,b,y\n" + "1,2,0\n3,4,1\n".repeat(40));
        Outcome outcome = fn("import", MODEL, "--data", data, "--out", folder.resolve("none"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("rows.yaml: the images are 2×1×1, but the network takes 1×28×28. Maybe other images, or --shape").hasLineCount(1);
    }

    @Test
    void oneThatIsKilledBeginsAnewAndWhatWasTrainedIsNotLost() throws IOException {
        Path out = folder.resolve("stopped");
        Object[] words = {"import", MODEL, "--data", folder.resolve("data.yaml"), "--out", out};
        assertThat(out.resolve("spec.yaml")).exists();
        assertThat(out.resolve("checkpoint.safetensors")).doesNotExist();
        Outcome other = fn("import", MODEL, "--data", folder.resolve("data.yaml"), "--seed", 3, "--out", out);
        assertThat(other.code()).isEqualTo(2);
        assertThat(other.err()).contains("stopped holds what was stopped. Changed since: seed. Maybe");
        assertThat(fn(words).code()).isZero();
        for (String file : new String[] {"spec.yaml", "checkpoint.safetensors", "source.safetensors"}) {
            assertThat(out.resolve(file)).hasSameBinaryContentAs(folder.resolve("out").resolve(file));
        }
        assertThat(out).isDirectoryNotContaining("glob:**/*.unfinished").isDirectoryNotContaining("glob:**/.*");
        Files.writeString(out.resolve("training.csv"), "of a training");
        Outcome refused = fn(words);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("stopped is there already. Maybe --overwrite");
        assertThat(out.resolve("training.csv")).exists();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "--mean NaN | a mean of NaN: numbers are needed",
            "--deviation 0 | a deviation of 0.0: numbers above 0 are needed",
            "--deviation 0.1,0.2 | the network takes 1 channels, so it needs as many numbers of deviation, found 2",
            "--shape 1x28 | its input 'image' has 3 dimensions beside the batch, not 2 as [1, 28]",
            "--shape 3x28x28 | its input 'image' has 1 in dimension 1, not 3",
            "--freeze-from /conv/Conv | nothing is left to nest before node '/conv/Conv' (Conv), which takes the input",
            "--freeze-from /stages/stages.3/Add | node '/stages/stages.3/Add' (Add) takes the signals '/stages/stages.3/conv2/Conv_output_0', "
                    + "'/stages/stages.2/Relu_1_output_0'; what is left as it is begins with a node that takes one. Maybe --freeze-from /stages/stages.3/conv1/Conv, "
                    + "which leaves it and all behind as it is?",
            "--freeze-from /stages/stages.0/Relu | node '/stages/stages.0/Relu' (Relu) does not cut it in two: what comes behind takes or gives '/Relu_output_0' "
                    + "beside '/stages/stages.0/conv1/Conv_output_0'. Maybe --freeze-from /stages/stages.0/conv1/Conv, which leaves it and all behind as it is?",
            "--freeze-from /fc/Gem | it has no node '/fc/Gem'. Maybe '/fc/Gemm'?",
            "--shape 28by28 | --shape 28by28: extents are needed. Maybe 3x224x224?"})
    void whatDoesNotFitTheNetworkIsRefused(String option, String message) {
        String[] words = option.split(" ");
        Outcome outcome = fn("import", MODEL, "--data", folder.resolve("data.yaml"), "--out", folder.resolve("none"), words[0], words[1]);
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(2);
        assertThat(outcome.err().strip()).endsWith(message);
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private static void changed(String name, Consumer<ModelProto.Builder> change) throws IOException {
        ModelProto.Builder model = ModelProto.parseFrom(Files.readAllBytes(MODEL)).toBuilder();
        change.accept(model);
        Files.write(folder.resolve(name), model.build().toByteArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "missing.onnx | there is no such file",
            "data.yaml | not an ONNX file",
            "cut.onnx | not an ONNX file, or cut short",
            "ceil.onnx | (Ceil) has no operator here; nor can others be read: in all 13 Ceil",
            "new.onnx | it is of opset 99; 9 to 25 are read. Maybe export it with opset_version=17?",
            "split.onnx | which is missing. Maybe copy it beside the network?",
            "open.onnx | leaves dimension 2 open ('height'). Maybe --shape 3x224x224?",
            "loop.onnx | has a graph of its own; control flow is not read"})
    void whatIsNoNetworkIsRefusedByItsName(String name, String message) throws IOException {
        byte[] whole = Files.readAllBytes(MODEL);
        Files.write(folder.resolve("cut.onnx"), Arrays.copyOf(whole, whole.length / 2));
        changed("ceil.onnx", model -> model.getGraphBuilder().getNodeBuilderList().stream().filter(node -> node.getOpType().equals("Relu"))
                .forEach(node -> node.setOpType("Ceil")));
        changed("new.onnx", model -> model.getOpsetImportBuilder(0).setVersion(99));
        changed("split.onnx", model -> model.getGraphBuilder().getInitializerBuilder(0).clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalDataBuilder().setKey("location").setValue("weights.bin"));
        changed("open.onnx", model -> model.getGraphBuilder().getInputBuilder(0).getTypeBuilder().getTensorTypeBuilder().getShapeBuilder()
                .getDimBuilder(2).setDimParam("height"));
        changed("loop.onnx", model -> model.getGraphBuilder().getNodeBuilder(0).addAttributeBuilder().setName("body").setType(AttributeProto.AttributeType.GRAPH)
                .getGBuilder().setName("inner"));
        Outcome outcome = fn("import", folder.resolve(name), "--data", folder.resolve("data.yaml"), "--out", folder.resolve("none"));
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains(name, message).hasLineCount(1);
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
