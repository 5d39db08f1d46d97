package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.BatchNorm;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.Pooling;
import io.fullynested.core.model.MasterParameter;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.quantize.MidRise;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.QuantizationOptions;
import io.fullynested.core.task.Scorer;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Evaluates and recalibrates in a process of its own on images that would fill its memory twice. */
class MemoryTest {

    /** 540 MB of numbers, which are needed twice. */
    private static final int IMAGES = 900;

    @Test
    void doesNotGrowWithTheDataSet() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m", "-cp",
                System.getProperty("java.class.path"), MemoryTest.class.getName()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said.lines()).last().isEqualTo("evaluated on 900, recalibrated on 900");
    }

    /** Run with little memory. */
    public static void main(String[] args) {
        Large images = new Large();
        Counting engine = new Counting();
        Supernet net = net();
        Parameters masters = new Parameters(net.masters().stream().collect(Collectors.toMap(MasterParameter::name,
                master -> Tensor.zeros(master.shape()))), new MidRise(2));
        SubmodelEvaluator evaluator = new SubmodelEvaluator(net, masters, Scorer.classification(images), engine, ComputeDevice.CPU, 2, images, images, 1, IMAGES);
        int evaluated = evaluator.evaluate(List.of(net.axes().full()), IMAGES).get(0).images();
        System.out.println("evaluated on " + evaluated + ", recalibrated on " + engine.recalibrated);
    }

    private static Supernet net() {
        NestingOptions.Level halves = new NestingOptions.Level(List.of(.5, 1.), 1, NestingOptions.Granularity.LAYER);
        return new Supernet(new NetworkSpec(new NetworkSpec.Input(3, 224, 224),
                List.of(new NetworkSpec.Block("stem", new ConvBlock(4, 3, 2, 1, Nonlinearity.RELU), true, Optional.empty()),
                        new NetworkSpec.Block("pool", new Pooling.Global(), true, Optional.empty()),
                        new NetworkSpec.Block("classifier", new Classifier(2), true, Optional.empty())),
                new NestingOptions(halves, halves, halves, halves),
                new QuantizationOptions(Optional.empty(), Optional.empty(), new MidRise(2))));
    }

    private record Large() implements Dataset {
        @Override
        public int size() {
            return IMAGES;
        }

        @Override
        public Shape shape() {
            return Shape.image(3, 224, 224);
        }

        @Override
        public List<String> classes() {
            return List.of("even", "odd");
        }

        @Override
        public int label(int index) {
            return index % 2;
        }

        @Override
        public void read(int index, float[] into, int from) {
            into[from] = index;
        }
    }

    /** Computes nothing. */
    private static final class Counting extends FakeBackend {
        private int recalibrated;

        @Override
        public Tensor run(Model model, Tensor images) {
            return Tensor.zeros(images.shape()[0], 2);
        }

        @Override
        public Map<String, Tensor> recalibrate(Model model, Tensor images) {
            recalibrated += images.shape()[0];
            Map<String, Tensor> statistics = new TreeMap<>();
            model.graph().nodes().stream().map(Node::operator).filter(BatchNorm.class::isInstance).map(BatchNorm.class::cast).forEach(norm -> {
                statistics.put(norm.mean().parameter(), Tensor.zeros(norm.mean().shape()));
                statistics.put(norm.variance().parameter(), Tensor.zeros(norm.variance().shape()));
            });
            return statistics;
        }
    }
}
