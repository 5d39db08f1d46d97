package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.bundle.ByteSource;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Names;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.Provenance;
import io.fullynested.onnx.bundle.BundleWriter;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What a bundle of the quickstart's network takes. */
class BundleSizeTest {

    private static final int MEMBERS = 20;
    private static final long MILLISECONDS = 20;

    private final SplittableRandom random = new SplittableRandom(4);
    private final EjmlInterpreter engine = new EjmlInterpreter();
    private final Tensor images = random(0.5, 4, 1, 28, 28);

    private Tensor random(double deviation, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = (float) (deviation * random.nextGaussian());
        }
        return tensor;
    }

    private Parameters masters(Supernet net) {
        Map<String, Tensor> masters = new HashMap<>();
        for (MasterParameter master : net.masters()) {
            Tensor tensor = random(master.role() == MasterParameter.Role.WEIGHT ? master.initial() : 1, master.shape());
            masters.put(master.name(), switch (master.role()) {
                case CLIP, INPUT_DEVIATION -> {
                    Arrays.fill(tensor.data(), 2);
                    yield tensor;
                }
                default -> tensor;
            });
        }
        return new Parameters(masters, net.spec().quantization().quantizer());
    }

    private OnnxFile export(Supernet net, Parameters masters, SubmodelSpec selection) {
        Model model = new Model(net.compile(selection), masters);
        Model extracted = IntegerBias.round(SubmodelExtractor.extract(model.with(engine.recalibrate(model, images))));
        return new OnnxExporter(Format.QDQ_INT8, BundleWriter.OPSET).named(Names.LONG).export(extracted, new Provenance("1", "quickstart.yaml", selection,
                Map.of("macs", random.nextDouble() * 1e6), Map.of("test", random.nextDouble()), List.of("a", "b")));
    }

    /** The scales and biases of a file. */
    private static long vectors(OnnxFile file) {
        return file.proto().getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getName().endsWith("/weight/steps") || tensor.getName().contains("/bias"))
                .mapToLong(tensor -> tensor.getRawData().size()).sum();
    }

    @Test
    void aBundleTakesLittleMoreThanItsLargestMember() throws IOException {
        try (FullyNested fn = FullyNested.open(DocumentsTest.ROOT.resolve("examples/quickstart.yaml"))) {
            Supernet net = fn.supernet();
            Parameters masters = masters(net);
            BundleWriter writer = new BundleWriter(masters);
            Map<String, OnnxFile> files = new HashMap<>();
            for (int i = 0; i < MEMBERS; i++) {
                SubmodelSpec selection = i == 0 ? net.axes().full()
                        : net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
                OnnxFile file = export(net, masters, selection);
                files.put("member" + i, file);
                writer.add("member" + i, net.compile(selection), file);
            }
            byte[] bytes = writer.bytes();
            long full = files.get("member0").bytes().length;
            assertThat(bytes.length).isLessThanOrEqualTo((int) (1.1 * full + files.values().stream().mapToLong(BundleSizeTest::vectors).sum()));
            NestedBundle bundle = NestedBundle.open(ByteSource.of("family", bytes));
            // all that is no code and no number of a member: the text that members share, and how each differs
            assertThat(bundle.head().length()).isLessThan(6_000 + 1_000 * MEMBERS);
            for (String member : files.keySet()) {
                assertThat(bundle.onnx(member)).isEqualTo(files.get(member).bytes());
                assertThat(fastest(bundle, member)).as(member).isLessThan(MILLISECONDS * 1_000_000);
            }
        }
    }

    private static long fastest(NestedBundle bundle, String member) throws IOException {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            bundle.onnx(member);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        return fastest;
    }
}
