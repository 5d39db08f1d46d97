package io.fullynested.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Convolution;
import io.fullynested.api.graph.Dense;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.ParameterSlice;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Weight;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.search.Budget;
import io.fullynested.api.search.Candidate;
import io.fullynested.api.search.Progress;
import io.fullynested.api.search.SearchResult;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.ResidualStage;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Outputs;
import io.fullynested.core.engine.SubmodelEvaluator;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.hardware.HardwarePlugin;
import io.fullynested.hardware.Size;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The real cost models, evaluator and interpreter on a small network of random weights. */
class SearchOfNetworkTest {

    private final Supernet supernet = supernet();
    private final SubmodelSearch search = new SubmodelSearch(supernet, costModels());
    private final Noise images = new Noise(40);
    private final SubmodelEvaluator evaluator = new SubmodelEvaluator(supernet, masters(supernet), new EjmlInterpreter(), images, images, 1);

    @Test
    void paramsAndSizeAreThoseOfTheExtractedModel() {
        Random random = new Random(3);
        for (int i = 0; i < 20; i++) {
            SubmodelSpec spec = supernet.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
            Model extracted = IntegerBias.round(SubmodelExtractor.extract(evaluator.recalibrated(spec)));
            double params = 0;
            double bytes = 0;
            for (Node node : extracted.graph().nodes()) {
                if (node.operator() instanceof Convolution layer) {
                    params += numbers(layer.weight(), layer.bias());
                    bytes += bytes(layer.weight(), layer.bias());
                } else if (node.operator() instanceof Dense layer) {
                    params += numbers(layer.weight(), layer.bias());
                    bytes += bytes(layer.weight(), layer.bias());
                }
            }
            assertThat(search.costs(spec)).as("%s", spec).containsEntry("params", params).containsEntry("size", bytes);
        }
    }

    @Test
    void noCostGrowsWhenLessIsKept() {
        Random random = new Random(4);
        for (int i = 0; i < 10; i++) {
            SubmodelSpec spec = supernet.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size())));
            Map<String, Double> costs = search.costs(spec);
            for (NestedAxis axis : supernet.axes().axes()) {
                int below = axis.below(spec.keep(axis.id()));
                if (below > 0) {
                    search.costs(spec.with(axis.id(), below)).forEach((name, cost) ->
                            assertThat(cost).as("%s of %s with %s=%d", name, spec, axis.id(), below).isLessThanOrEqualTo(costs.get(name)));
                }
            }
        }
    }

    @Test
    void findsSubmodelsUnderSeveralConstraints() {
        Map<String, Double> full = search.costs(supernet.axes().full());
        Budget budget = new Budget("tiny", Map.of("bops", full.get("bops") / 8, "macs", full.get("macs") / 2, "size", full.get("size") / 3));
        SearchResult result = search.search(new SearchOptions(new Greedy(20, Greedy.RankBy.LOSS), List.of(budget)), evaluator, Progress.NONE, 1);
        Candidate tiny = result.chosen().get("tiny");
        assertThat(budget.allows(tiny.costs())).isTrue();
        assertThat(tiny.costs()).isEqualTo(search.costs(tiny.spec()));
        assertThat(tiny.evaluation()).isEqualTo(evaluator.evaluate(List.of(tiny.spec()), evaluator.images()).get(0));
        assertThat(result.visited().get(0).spec()).isEqualTo(supernet.axes().full());
        for (int i = 1; i < result.visited().size(); i++) {
            Map<String, Integer> kept = new HashMap<>(result.visited().get(i).spec().keeps());
            kept.entrySet().removeAll(result.visited().get(i - 1).spec().keeps().entrySet());
            assertThat(kept).as("step %d", i).hasSize(1);
        }
    }

    @Test
    void theExtractedModelIsAsGoodAsTheEvaluatorSays() {
        SubmodelSpec spec = supernet.axes().smallest();
        Model extracted = IntegerBias.round(SubmodelExtractor.extract(evaluator.recalibrated(spec)));
        assertThat(Outputs.evaluate(Scorer.classification(images), new EjmlInterpreter().bind(extracted, ComputeDevice.CPU), images).loss())
                .isCloseTo(evaluator.evaluate(spec, images).loss(), withPercentage(1));
    }

    private static int numbers(Weight weight, Optional<ParameterSlice> bias) {
        return weight.slice().elements() + bias.map(ParameterSlice::elements).orElse(0);
    }

    private static double bytes(Weight weight, Optional<ParameterSlice> bias) {
        int scales = weight.quantized() ? weight.slice().shape()[0] : 0;
        return (weight.slice().elements() * weight.bits() + 7) / 8 + 4 * scales + 4 * bias.map(ParameterSlice::elements).orElse(0);
    }

    private static Map<String, CostModel> costModels() {
        Map<String, CostModel> models = new TreeMap<>();
        new HardwarePlugin().costModels().stream().filter(model -> model.options() == Factory.None.class)
                .forEach(model -> models.put(model.kind(), model.create().apply(new Factory.None())));
        models.put("size", new Size());
        return models;
    }

    private static Supernet supernet() {
        NestingOptions.Level halves = new NestingOptions.Level(List.of(.5, 1.), 1, NestingOptions.Granularity.LAYER);
        NestingOptions.Level all = new NestingOptions.Level(List.of(), 1, NestingOptions.Granularity.LAYER);
        Optional<QuantizationOptions.Bits> bits = Optional.of(new QuantizationOptions.Bits(8, 2, List.of(), NestingOptions.Granularity.BLOCK));
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(1, 6, 6),
                List.of(new NetworkSpec.Block("stem", new ConvBlock(4, 3, 1, 1, Nonlinearity.RELU), true, Optional.empty()),
                        new NetworkSpec.Block("stage", new ResidualStage(8, 2, 2, 3, 3, 2), true, Optional.empty()),
                        new NetworkSpec.Block("units", new DenseBlock(8, Nonlinearity.RELU), true, Optional.empty()),
                        new NetworkSpec.Block("classifier", new Classifier(3), false, Optional.empty())),
                new NestingOptions(halves, halves, all, all), new QuantizationOptions(bits, bits, new MidRise(2))));
    }

    private static Parameters masters(Supernet supernet) {
        Random random = new Random(5);
        Map<String, Tensor> tensors = new TreeMap<>();
        for (MasterParameter master : supernet.masters()) {
            Tensor tensor = Tensor.zeros(master.shape());
            for (int i = 0; i < tensor.data().length; i++) {
                tensor.data()[i] = (float) (switch (master.role()) {
                    case WEIGHT -> master.initial() * random.nextGaussian();
                    case CLIP -> 3;
                    case BOUND -> master.initial();
                    case GAMMA, INPUT_DEVIATION -> 1;
                    case BIAS, BETA, TABLE, INPUT_MEAN -> .1;
                });
            }
            tensors.put(master.name(), tensor);
        }
        return new Parameters(tensors, supernet.spec().quantization().quantizer());
    }

    /** Random images with random labels. */
    private record Noise(int size) implements Dataset {
        @Override
        public Shape shape() {
            return Shape.image(1, 6, 6);
        }

        @Override
        public List<String> classes() {
            return List.of("a", "b", "c");
        }

        @Override
        public int label(int index) {
            return new Random(index).nextInt(3);
        }

        @Override
        public void read(int index, float[] into, int from) {
            Random random = new Random(~index);
            for (int i = 0; i < shape().elements(); i++) {
                into[from + i] = random.nextFloat();
            }
        }
    }
}
