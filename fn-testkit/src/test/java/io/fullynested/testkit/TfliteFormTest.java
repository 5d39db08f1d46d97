package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.graph.Node;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.Patches;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.block.TransformerStage;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.tflite.Io;
import io.fullynested.tflite.Origin;
import io.fullynested.tflite.TfliteExporter;
import io.fullynested.tflite.TfliteFile;
import io.fullynested.tflite.TfliteSession;
import io.fullynested.tflite.Traced;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TensorFlow Lite computes of a file what the reference interpreter computes: by the kernels that microcontrollers have too, and by XNNPACK. */
class TfliteFormTest {

    /** Without functions that TFLite has not, and one of which all answers of a dead channel are half way between two codes. */
    static Stream<CFormTest.Case> networks() {
        return CFormTest.networks().filter(one -> !Set.of("GELU", "GELU_TANH", "HARD_SIGMOID").contains(one.what()));
    }

    static Stream<CFormTest.Case> few() {
        List<CFormTest.Case> all = networks().toList();
        return IntStream.range(0, all.size()).filter(i -> i % 4 == 1 || i == all.size() - 1).mapToObj(all::get);
    }

    private static Model extracted(CFormTest.Case one, SubmodelSpec selection) {
        return IntegerBias.round(SubmodelExtractor.extract(one.network().recalibrated(selection)));
    }

    /** How far the results of a step are from what they should be, in codes. */
    private record Apart(String node, int different, int all, double most) {

        static Apart of(Traced.Result step, Tensor rows, int from, Tensor expected) {
            int n = rows.shape()[0];
            int width = rows.shape()[1];
            int length = expected.data().length / n;
            int different = 0;
            double most = 0;
            for (int i = 0; i < expected.data().length; i++) {
                double apart = Math.abs(rows.data()[i / length * width + from + i % length] - expected.data()[i]) / step.unit();
                // half a code where signals of other steps are joined, and a quarter more: XNNPACK takes the ratio of two steps as a multiple of 1/256
                different += apart > 0.8 ? 1 : 0;
                most = Math.max(most, apart);
            }
            return new Apart(step.node().name(), different, expected.data().length, most);
        }
    }

    private static List<Apart> apart(Model model, Traced traced, Tensor images, boolean delegated) {
        List<Tensor> expected;
        try (EjmlInterpreter interpreter = new EjmlInterpreter()) {
            expected = interpreter.trace(model, images);
        }
        try (TfliteSession session = new TfliteSession(traced.file(), delegated)) {
            Tensor rows = session.run(images);
            int[] from = {0};
            return traced.steps().stream().map(step -> {
                Tensor wanted = expected.get(model.graph().nodes().indexOf(step.node()));
                Apart apart = Apart.of(step, rows, from[0], wanted);
                from[0] += wanted.data().length / images.shape()[0];
                return apart;
            }).toList();
        }
    }

    /**
     * XNNPACK rounds sums once: nearly all codes are those of the engine. TensorFlow Lite's own kernels round twice, so of small layers as these some are one
     * code away, most of them of a mean of few codes, which is half way between two often; what comes of that later in a network is more.
     */
    @ParameterizedTest
    @MethodSource("networks")
    void eachStepGivesTheCodesOfTheEngine(CFormTest.Case one) {
        SubmodelSpec selection = one.network().selection();
        Model model = extracted(one, selection);
        Tensor images = CFormTest.asBytes(one.network().images(), model.graph().inputs());
        Traced traced = Traced.of(model, false);
        assertThat(traced.steps()).hasSizeGreaterThan(2);
        List<String> outputs = model.graph().outputs().stream().map(Node::name).toList();
        for (boolean delegated : new boolean[] {true, false}) {
            List<Apart> steps = apart(model, traced, images, delegated);
            List<Apart> codes = steps.stream().filter(step -> !outputs.contains(step.node())).toList();
            String what = (delegated ? "XNNPACK: " : "") + steps + ", " + selection + " of " + one.network();
            int different = codes.stream().mapToInt(Apart::different).sum();
            if (delegated) {
                assertThat(different).as(what).isLessThanOrEqualTo(5 + codes.stream().mapToInt(Apart::all).sum() / 200);
            }
            Optional<Apart> first = codes.stream().filter(step -> step.different() > 0).findFirst();
            assertThat(first.stream()).as(what).allSatisfy(step -> {
                assertThat(step.different()).isLessThanOrEqualTo(step.all() / 4);
                assertThat(step.most()).isLessThan(1.01);
            });
            if (different == 0) {
                assertThat(steps).as(what).allSatisfy(step -> assertThat(step.most()).isLessThan(1.01));
            }
        }
    }

    /** In bytes, with weights that int4 holds in int4, and more than one output. */
    @ParameterizedTest
    @MethodSource("few")
    void filesTakeAndGiveWhatTheySay(CFormTest.Case one) {
        SubmodelSpec selection = one.network().selection();
        Model model = extracted(one, selection);
        List<String> names = model.graph().outputs().stream().map(Node::name).toList();
        Tensor images = CFormTest.asBytes(one.network().images(), model.graph().inputs());
        TfliteFile plain = new TfliteExporter(Io.FLOAT32, false).export(model, new Origin("a test", Map.of("classes", "a\nb"), names));
        TfliteFile bytes = new TfliteExporter(Io.UINT8, true).export(model, new Origin("a test", Map.of("classes", "a\nb"), names));
        assertThat(bytes.bytes()).isEqualTo(new TfliteExporter(Io.UINT8, true).export(model, new Origin("a test", Map.of("classes", "a\nb"), names)).bytes());
        try (TfliteSession of = new TfliteSession(plain.bytes(), true); TfliteSession in = new TfliteSession(bytes.bytes(), false)) {
            Tensor expected = of.run(images);
            Tensor found = in.run(images);
            double apart = 0;
            for (int i = 0; i < expected.data().length; i++) {
                apart += Math.abs(expected.data()[i] - found.data()[i]) / expected.data().length;
            }
            assertThat(apart).as("%s of %s", selection, one.network()).isLessThan(0.3 * Math.max(1, Differences.magnitude(expected)));
        }
    }

    @Test
    void transformersAreRefusedByName() {
        RandomNetwork network = RandomNetworks.chain(1, new NetworkSpec.Input(1, 8, 8), List.of(new Patches(6, 2), new TransformerStage(1, 2, 3, 4), new Pooling.Global(),
                new Classifier(3)));
        Model model = SubmodelExtractor.extract(network.recalibrated(network.net().axes().full()));
        assertThatThrownBy(() -> new TfliteExporter(Io.FLOAT32, false).export(model, new Origin("", Map.of(), List.of("logits"))))
                .isInstanceOf(NoIntegerFormException.class).hasMessageContaining("block1/positions has no integer form: it adds numbers of its own at each position");
        assertThatThrownBy(() -> CFormTest.exported(network.recalibrated(network.net().axes().full())))
                .isInstanceOf(NoIntegerFormException.class).hasMessageContaining("block2/layer1/attention has no integer form: it needs exponentials and quotients");
    }

    @Test
    void whatHasNoIntegersIsRefusedByName() {
        CFormTest.Case gelu = CFormTest.networks().filter(one -> one.what().equals("GELU")).findFirst().orElseThrow();
        Model model = extracted(gelu, gelu.network().selection());
        assertThatThrownBy(() -> new TfliteExporter(Io.FLOAT32, false).export(model, new Origin("", Map.of(), List.of("logits"))))
                .isInstanceOf(NoIntegerFormException.class).hasMessageContaining("block2/depthwise has no integer form: TFLite has no GELU of integers");
    }
}
