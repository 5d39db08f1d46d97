package io.fullynested.testkit;

import static io.fullynested.api.nesting.NestingLevel.CHANNELS;
import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.block.BlockBuilder;
import io.fullynested.api.block.Extent;
import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.block.Signal;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.FakeQuantize;
import io.fullynested.api.graph.IndexRanges;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.graph.Window;
import io.fullynested.core.engine.Backend;
import io.fullynested.core.engine.ComputeDevice;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.Model;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.Format;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of the contract catches a block that is broken in its way, of which the right one differs by little. */
class BlockContractTest {

    /** The contract of a block on 8 channels. */
    private static class Case extends BlockContract {

        private final NestableBlock block;

        Case(NestableBlock block) {
            this.block = block;
        }

        @Override
        protected NestableBlock block() {
            return block;
        }

        @Override
        protected List<Shape> inputs() {
            return List.of(Shape.image(8, 5, 5));
        }
    }

    private static Signal conv(Signal x, BlockBuilder b, Extent out) {
        return b.relu(b.batchNorm("norm", b.convolution("conv", x, out, Window.of(3))));
    }

    private static Signal right(Signal x, BlockBuilder b) {
        return conv(x, b, b.axis(CHANNELS, "channels", 8));
    }

    private static Signal refusesFew(Signal x, BlockBuilder b) {
        Extent kept = b.axis(CHANNELS, "channels", 8);
        if (kept.kept().size() < 8) {
            throw new IllegalArgumentException("it keeps " + kept.kept().size() + " channels only");
        }
        return conv(x, b, kept);
    }

    private static NestableBlock changesItsMind() {
        int[] builds = new int[1];
        return (x, b) -> builds[0]++ % 2 == 0 ? right(x, b) : b.activate(Activation.HARD_SWISH, right(x, b));
    }

    private static Signal forgetsItsAxis(Signal x, BlockBuilder b) {
        b.axis(CHANNELS, "channels", 8);
        return conv(x, b, Extent.fixed(8));
    }

    private static Signal anotherFunctionWhenNarrow(Signal x, BlockBuilder b) {
        Extent kept = b.axis(CHANNELS, "channels", 8);
        Signal y = conv(x, b, kept);
        return kept.kept().size() < 8 ? b.activate(Activation.HARD_SWISH, y) : y;
    }

    private static Signal keepsOtherChannelsWhenNarrow(Signal x, BlockBuilder b) {
        int size = b.axis(CHANNELS, "channels", 8).kept().size();
        return conv(x, b, new Extent(8, size > 3 ? IndexRanges.prefix(size) : IndexRanges.of(8 - size, 8)));
    }

    private static Signal declaresMoreThanItUses(Signal x, BlockBuilder b) {
        b.convolution("unused", x, Extent.fixed(4), Window.of(1));
        return right(x, b);
    }

    private static Signal cutsTheGradient(Signal x, BlockBuilder b) {
        Signal one = b.softmax(b.dense("score", b.globalAveragePool(x), Extent.fixed(1)));
        return b.concat(List.of(b.globalAveragePool(right(x, b)), one));
    }

    private static Signal worksMoreWhenNarrow(Signal x, BlockBuilder b) {
        Extent kept = b.axis(CHANNELS, "channels", 8);
        Signal y = conv(x, b, kept);
        return kept.kept().size() == 8 ? y : b.batchNorm("more-norm", b.convolution("more", y, kept, Window.of(7)));
    }

    /** How an engine is off: what it adds to the last number of a result, or to all of them. */
    private enum Fault {
        OPERATOR {
            @Override
            float error(Model model, boolean last) {
                return model.graph().output().operator() instanceof FakeQuantize || !last ? 0 : 0.01f;
            }
        },
        CODE {
            @Override
            float error(Model model, boolean last) {
                return last ? 2 * step(model) : 0;
            }
        },
        ALL_CODES {
            @Override
            float error(Model model, boolean last) {
                return 0.9f * step(model);
            }
        };

        abstract float error(Model model, boolean last);

        private static float step(Model model) {
            return model.graph().output().operator() instanceof FakeQuantize quantize
                    ? (float) OperatorParity.step(quantize, model.parameters()) : 0;
        }
    }

    private record Inexact(Backend exact, Fault fault) implements Backend {

        @Override
        public String name() {
            return exact.name();
        }

        @Override
        public List<ComputeDevice> devices() {
            return exact.devices();
        }

        @Override
        public String limit() {
            return exact.limit();
        }

        @Override
        public Executable bind(Model model, ComputeDevice device) {
            return new InexactModel(exact.bind(model, device), model, fault);
        }

        @Override
        public void close() {
            exact.close();
        }
    }

    private record InexactModel(Executable exact, Model model, Fault fault) implements Executable {

        @Override
        public Tensor run(Tensor images) {
            Tensor result = exact.run(images);
            for (int i = 0; i < result.data().length; i++) {
                result.data()[i] += fault.error(model, i == result.data().length - 1);
            }
            return result;
        }

        @Override
        public Map<String, Tensor> recalibrate(Tensor images) {
            return exact.recalibrate(images);
        }

        @Override
        public Tensor runAsInTraining(Tensor images) {
            return exact.runAsInTraining(images);
        }

        @Override
        public void close() {
            exact.close();
        }
    }

    private static BlockContract on(Fault fault) {
        return new Case(BlockContractTest::right) {
            @Override
            Backend engine() {
                return new Inexact(new EjmlInterpreter(), fault);
            }
        };
    }

    /** Exports a network with other biases in one format. */
    private static BlockContract exportedWrongly(Format wrong) {
        return new Case(BlockContractTest::right) {
            @Override
            byte[] export(Model model, Format format) {
                Map<String, Tensor> other = new HashMap<>();
                model.parameters().tensors().forEach((name, tensor) -> {
                    if (name.endsWith("/bias")) {
                        Tensor shifted = new Tensor(tensor.shape(), tensor.data().clone());
                        shifted.data()[0] += 0.3f;
                        other.put(name, shifted);
                    }
                });
                assertThat(other).isNotEmpty();
                return super.export(format == wrong ? model.with(other) : model, format);
            }
        };
    }

    static Stream<Mutant<BlockContract>> mutants() {
        return Stream.of(
                broken("buildsForEveryKeepOfEveryAxis", "refuses to keep few channels", BlockContractTest::refusesFew, "channels only"),
                broken("buildsForEveryKeepOfEveryAxis", "builds something else every other time", changesItsMind(), "built once more"),
                broken("everyAxisShortensTheNetwork", "declares an axis and does not use it", BlockContractTest::forgetsItsAxis, "channels keeps"),
                broken("aSubmodelIsThePrefixOfTheSupernet", "another function when narrow", BlockContractTest::anotherFunctionWhenNarrow,
                        "masked supernet"),
                broken("aSubmodelIsThePrefixOfTheSupernet", "keeps the last channels when narrow",
                        BlockContractTest::keepsOtherChannelsWhenNarrow, "used by"),
                broken("gradientsReachEveryMaster", "a convolution whose result nobody takes", BlockContractTest::declaresMoreThanItUses,
                        "unused/weight"),
                broken("gradientsReachEveryMaster", "a constant that looks like a score", BlockContractTest::cutsTheGradient, "score/weight"),
                broken("costsShrinkWithEveryAxis", "one layer more when narrow", BlockContractTest::worksMoreWhenNarrow, "then keeping"),
                broken("enginesAgreeOnEveryOperator", "an engine that is off by 0.01 in one number", on(Fault.OPERATOR), "Node["),
                broken("enginesAgreeOnEveryOperator", "an engine that is off by two steps in one code", on(Fault.CODE), "FakeQuantize"),
                broken("enginesAgreeOnEveryOperator", "an engine that is off by a step in most codes", on(Fault.ALL_CODES), "codes that differ"),
                broken("onnxruntimeAgreesAfterExport", "another bias in float32 files", exportedWrongly(Format.FLOAT32), "FLOAT32"),
                broken("onnxruntimeAgreesAfterExport", "another bias in packed files", exportedWrongly(Format.PACKED), "PACKED"),
                broken("onnxruntimeAgreesAfterExport", "another bias in qdq-int8 files", exportedWrongly(Format.QDQ_INT8), "QDQ_INT8"));
    }

    private static Mutant<BlockContract> broken(String check, String defect, BlockContract contract, String message) {
        return new Mutant<>(BlockContract.class, check, defect, contract, new Case(BlockContractTest::right), message);
    }

    private static Mutant<BlockContract> broken(String check, String defect, NestableBlock block, String message) {
        return broken(check, defect, new Case(block), message);
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void catches(Mutant<BlockContract> mutant) {
        mutant.caught();
    }
}
