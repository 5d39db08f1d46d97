package io.fullynested;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Claims;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxFile;
import io.fullynested.onnx.OnnxSession;
import io.fullynested.training.TrainingListener;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EnsembleTest {

    private static final Shape SHAPE = Shape.image(2, 6, 6);
    private static final String YAML = """
            data: {kind: idx, path: nowhere}
            network:
              input: {channels: 2, height: 6, width: 6}
              blocks:
                - {kind: conv, channels: 8, kernel: 3}
                - {kind: global-average-pool}
                - {kind: classifier, classes: 3}
              quantization: {weights: {bits: 8, min: 4}, activations: {bits: 8}}
            training: {epochs: 3, batch-size: 16, recalibration-images: 40}
            search: {budgets: [{name: all, macs: 100M}]}
            """;

    private static Dataset images(int count, int seed) {
        Random random = new Random(seed);
        int[] labels = random.ints(count, 0, 3).toArray();
        byte[] bytes = new byte[count * SHAPE.elements()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (random.nextInt(200) + 25 * labels[i / SHAPE.elements()]);
        }
        return ArrayDataset.ofBytes(SHAPE, List.of("a", "b", "c"), bytes, labels);
    }

    /** Two answers of .5 that are right and wrong, one of .9 that is right: by hand. */
    @Test
    void calibrationIsItsFormula() {
        float[] logits = {0, 0, (float) Math.log(9), 0, 0, 0};
        Calibration calibration = Calibration.of(logits, new int[] {0, 0, 1});
        assertThat(calibration.accuracy()).isCloseTo(2 / 3.0, within(1e-9));
        assertThat(calibration.loss()).isCloseTo((2 * Math.log(2) - Math.log(.9)) / 3, within(1e-6));
        assertThat(calibration.error()).isCloseTo((Math.abs(.5 + .5 - 1) + .1) / 3, within(1e-6));
    }

    @Test
    void isWithinItsBudgetNoWorseThanOneAndOneFile() {
        DataSource.Splits splits = new DataSource.Splits(images(300, 1), images(110, 2), images(60, 3));
        Settings settings = Settings.standard().withThreads(1).withData(base -> splits).withSeed(7);
        try (FullyNested fn = FullyNested.open(YAML, settings); TrainedSupernet net = fn.train(TrainingListener.NONE)) {
            List<SubmodelSpec> all = net.axes().stream().toList();
            List<Candidate> visited = all.stream().map(spec -> new Candidate(spec, net.costs(spec, Format.QDQ_INT8), net.evaluate(spec, splits.validation()))).toList();
            Budget budget = new Budget("two", Map.of("macs", net.costs(net.axes().full()).get("macs") * 1.1));
            Ensemble alone = Ensemble.of(net, visited, budget, 1, Format.QDQ_INT8);
            Ensemble found = Ensemble.of(net, visited, budget, 3, Format.QDQ_INT8);
            assertThat(alone.members()).hasSize(1);
            assertThat(found.members()).hasSizeBetween(1, 3).doesNotHaveDuplicates();
            assertThat(found.validation().loss()).isLessThanOrEqualTo(alone.validation().loss());
            assertThat(budget.allows(found.costs())).isTrue();

            Ensemble three = new Ensemble(all.subList(0, 3), found.costs(), found.validation());
            for (Format format : List.of(Format.QDQ_INT8, Format.PACKED, Format.FLOAT32)) {
                EnsembleExport export = three.export(net, format);
                Tensor input = LabelledImages.first(splits.test(), 60).joined();
                float[] logits = answers(export.onnx(), input);
                double[] mean = new double[logits.length];
                for (SubmodelSpec member : three.members()) {
                    float[] single = answers(net.export(member, format).onnx(), input);
                    IntStream.range(0, mean.length).forEach(i -> mean[i] += single[i] / 3.0);
                }
                for (int i = 0; i < mean.length; i++) {
                    assertThat((double) logits[i]).as("logit %d of %s", i, format).isCloseTo(mean[i], within(1e-5));
                }
                assertThat(export.calibration().get("test")).isEqualTo(three.on(net, splits.test(), format));
                assertThat(export.scores().get("test").score()).isEqualTo(export.calibration().get("test").accuracy());
                Claims claims = Claims.of(export.onnx().proto());
                assertThat(Claims.broken(export.onnx())).isEmpty();
                assertThat(claims.selections()).isEqualTo(all.subList(0, 3));
                double macs = all.subList(0, 3).stream().mapToDouble(member -> net.costs(member).get("macs")).sum();
                assertThat(Double.parseDouble(claims.text("fullynested.cost.macs").orElseThrow())).isEqualTo(macs).isEqualTo(export.costs().get("macs"));
                assertThat(export.costs().get("size")).isEqualTo(export.onnx().bytes().length);
            }
            // their files apart would be within it, and the one of all is not
            double apart = three.members().stream().mapToDouble(member -> net.costs(member, Format.QDQ_INT8).get("size")).sum();
            for (double limit : new double[] {apart, apart * 2 / 3}) {
                Budget size = new Budget("size", Map.of("size", limit));
                Ensemble sized = Ensemble.of(net, visited, size, 3, Format.QDQ_INT8);
                assertThat(sized.members().size() == 1 ? 0 : sized.export(net, Format.QDQ_INT8).costs().get("size")).isLessThanOrEqualTo(limit);
            }
            assertThatThrownBy(() -> Ensemble.of(net, visited, new Budget("none", Map.of("macs", 1.0)), 2, Format.QDQ_INT8))
                    .hasMessage("no candidate is within the budget none, {macs=1.0}. Maybe cheaper candidates?");
        }
    }

    private static float[] answers(OnnxFile file, Tensor input) {
        try (OnnxSession session = OnnxSession.open(file.bytes(), true, 1)) {
            return session.run(input).data();
        }
    }
}
