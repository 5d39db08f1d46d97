package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fullynested.api.block.NestableBlock;
import io.fullynested.api.graph.Activation;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.c.CExporter;
import io.fullynested.c.CFamily;
import io.fullynested.c.CHost;
import io.fullynested.c.CSource;
import io.fullynested.c.CompiledC;
import io.fullynested.c.Origin;
import io.fullynested.core.block.Classifier;
import io.fullynested.core.block.ConvBlock;
import io.fullynested.core.block.DenseBlock;
import io.fullynested.core.block.Join;
import io.fullynested.core.block.Linear;
import io.fullynested.core.block.Nonlinearity;
import io.fullynested.core.block.Patches;
import io.fullynested.core.block.PixelClassifier;
import io.fullynested.core.block.TransformerStage;
import io.fullynested.core.interpreter.EjmlInterpreter;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.hardware.PeakMemory;
import io.fullynested.mobile.DepthwiseSeparable;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.Parity;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The C form computes what the reference interpreter computes, in integers alone, with all that a compiler can check switched on. */
class CFormTest {

    private static final List<String> COMPILER = Stream.of(List.of("gcc", "-O0"), CompiledC.STRICT, CompiledC.SANITIZED).flatMap(List::stream).toList();

    record Case(String what, RandomNetwork network) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Case> networks() {
        List<Case> cases = new ArrayList<>();
        Shipped.contracts(new ShippedBlocksTest(), BlockContract.class).filter(contract -> !(contract.block() instanceof Patches)
                && !(contract.block() instanceof TransformerStage) && !contract.block().equals(ShippedBlocksTest.UnequalWindows.unequal())).forEach(contract -> {
            int seed = 1 + cases.size();
            Shape input = contract.inputs().stream().filter(shape -> !shape.flat()).findFirst().orElseThrow();
            cases.add(new Case(contract.block() + " on " + input, around(seed, contract.block(), input, contract.takesNestedInputs())));
        });
        for (Activation function : Activation.values()) {
            cases.add(new Case(function.toString(), around(cases.size(), new DepthwiseSeparable(6, 3, 1, function), Shape.image(5, 6, 6), true)));
        }
        cases.add(new Case("unequal windows", around(cases.size(), ShippedBlocksTest.UnequalWindows.unequal(), Shape.image(5, 9, 8), true)));
        cases.add(new Case("several inputs and outputs", several()));
        for (int seed = 1; seed <= 2; seed++) {
            cases.add(new Case("joined signals of different steps " + seed, joined(seed)));
        }
        return cases.stream();
    }

    /** Some of them. */
    static Stream<Case> few() {
        List<Case> all = networks().toList();
        return IntStream.range(0, all.size()).filter(i -> i % 4 == 0 || i == all.size() - 1).mapToObj(all::get);
    }

    /** Bytes that are codes, a picture of another range, numbers of a range; outputs of pictures and rows, of which one is what another block takes in codes. */
    private static RandomNetwork several() {
        List<NetworkSpec.Input> inputs = List.of(input("bytes", Optional.of(2), Normalization.Word.NONE, Input.Type.UINT8, 0, 1),
                input("signed", Optional.of(1), Normalization.Word.DATA, Input.Type.FLOAT32, -1, 1),
                input("row", Optional.empty(), Normalization.Word.NONE, Input.Type.FLOAT32, -2, 0.5));
        return RandomNetworks.of(5, inputs, List.of(block("near", new ConvBlock(6, 3, 1, 1, Nonlinearity.RELU), "bytes"),
                block("far", new ConvBlock(6, 1, 2, 1, Nonlinearity.HARD_SWISH), "signed"), block("kept", new PixelClassifier(3), "near"),
                block("seen", new DenseBlock(4, Nonlinearity.SIGMOID), "far"), block("told", new Linear(2), "seen"), block("felt", new Linear(5), "row"),
                block("last", new Classifier(3), "kept")),
                List.of("kept", "told", "felt", "last"));
    }

    /** A signed picture of few bits, an unsigned one and a row, whose numbers a dense layer takes together. */
    private static RandomNetwork joined(int seed) {
        List<NetworkSpec.Input> inputs = List.of(input("picture", Optional.of(2), Normalization.Word.DATA, Input.Type.FLOAT32, 0, 1),
                input("row", Optional.empty(), Normalization.Word.NONE, Input.Type.FLOAT32, -2, 0.5));
        return RandomNetworks.of(seed, inputs, List.of(block("near", new ConvBlock(6, 3, 1, 1, Nonlinearity.RELU), "picture"),
                block("far", new ConvBlock(3, 3, 2, 1, Nonlinearity.NONE), "picture"),
                new NetworkSpec.Block("both", new Join(), List.of("near", "far", "row"), true, Optional.empty()),
                block("seen", new DenseBlock(5, Nonlinearity.RELU), "both"), block("last", new Classifier(3), "seen")), List.of());
    }

    private static NetworkSpec.Block block(String name, NestableBlock block, String of) {
        return new NetworkSpec.Block(name, block, List.of(of), true, Optional.empty());
    }

    private static NetworkSpec.Input input(String name, Optional<Integer> channels, Normalization normalize, Input.Type type, double least, double most) {
        return new NetworkSpec.Input(name, channels, channels.map(any -> 5), channels.map(any -> 4), channels.isPresent() ? Optional.empty() : Optional.of(7),
                normalize, type, Optional.of(List.of(least, most)));
    }

    private static RandomNetwork around(int seed, NestableBlock block, Shape shape, boolean nested) {
        return RandomNetworks.chain(seed, new NetworkSpec.Input(1 + seed % 3, shape.height(), shape.width()),
                List.of(new AdHocBlocks.Before(shape, nested), block, new Classifier(5)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void agreesWithTheInterpreter(Case one) throws IOException {
        assumeThat(CompiledC.compiler()).as("a C compiler").contains("gcc");
        RandomNetwork network = one.network();
        SubmodelSpec selection = network.selection();
        Model recalibrated = network.recalibrated(selection);
        Model model = extracted(recalibrated);
        CSource source = exported(recalibrated);
        assertThat((double) source.arena()).as("arena of %s", network).isEqualTo(new PeakMemory().cost(recalibrated.graph()));
        double told = new CHost(CostChecks.HOST, true).fileBytes(recalibrated.graph(), Optional.empty());
        // a table of a function has as many entries as it passes codes
        assertThat(told).as("size of %s", network).isBetween((double) source.bytes(), source.bytes() + (source.text().contains("edges") ? 1100.0 : 0));
        assertThat(source.text().contains(" joined_")).isEqualTo(one.what().startsWith("joined"));
        Tensor images = asBytes(network.images(), model.graph().inputs());
        try (CompiledC compiled = CompiledC.of(source, model.graph().inputs(), COMPILER)) {
            agrees(one, compiled, model, images, selection);
        }
    }

    private static void agrees(Case one, CompiledC compiled, Model model, Tensor images, SubmodelSpec selection) throws IOException {
        try (EjmlInterpreter interpreter = new EjmlInterpreter()) {
            Tensor expected = interpreter.run(model, images);
            double unit = Math.max(1, Differences.magnitude(expected));
            Parity parity = Parity.of(expected, new Tensor(expected.shape(), compiled.run(images).data()));
            Parity scaled = new Parity(parity.answers(), parity.maxAbsDiff() / unit, parity.medianAbsDiff() / unit, parity.flips());
            // answers of few bits may be equal, and then differ by the last bit of a float
            assertThat(scaled.maxAbsDiff() < 1e-6 || Format.QDQ_INT8.accepts(scaled)).as("%s, of %s of %s", scaled, selection, one.network()).isTrue();
        }
    }

    /** Members of a family read the channels and leading bits that they keep of the same codes. */
    @ParameterizedTest
    @MethodSource("few")
    void membersOfAFamilyAgreeToo(Case one) throws IOException {
        assumeThat(CompiledC.compiler()).as("a C compiler").contains("gcc");
        RandomNetwork network = one.network();
        List<SubmodelSpec> selections = List.of(network.selection(), network.selection());
        CFamily family = family(network, selections);
        List<Graph> graphs = selections.stream().map(network.net()::compile).toList();
        assertThat(family.source().arena()).isEqualTo((int) graphs.stream().mapToDouble(new PeakMemory()::cost).max().orElseThrow());
        List<Node> inputs = graphs.get(0).inputs();
        try (CompiledC compiled = CompiledC.of(family.members().get(0), inputs, COMPILER)) {
            for (int i = 0; i < selections.size(); i++) {
                agrees(one, compiled.as(family.members().get(i)), extracted(network.recalibrated(selections.get(i))), asBytes(network.images(), inputs),
                        selections.get(i));
            }
        }
    }

    /** On a device on which each member takes as many ticks as it has multiply-accumulates. */
    @Test
    void aFamilySaysWhichMemberIsNext(@TempDir Path folder) throws Exception {
        assumeThat(CompiledC.compiler()).as("a C compiler").contains("gcc");
        RandomNetwork network = networks().toList().get(0).network();
        CFamily family = family(network, List.of(network.net().axes().full(), network.net().axes().smallest()));
        family.source().write(folder.resolve("net.c"));
        assertThat(family.members().get(1).macs()).isLessThan(family.members().get(0).macs() / 2);
        Files.writeString(folder.resolve("main.c"), """
                #include "net.h"
                #include <stdio.h>
                static const uint32_t ticks[] = {%d, %d};
                static void told(int member, int times, uint32_t limit, uint32_t share) {
                    uint8_t waited = 0;
                    for (int i = 0; i < times; i++) {
                        member = net_next(member, &waited, ticks[member], limit, share);
                    }
                    putchar('0' + member);
                }
                int main(void) {
                    const uint32_t most = ticks[0];
                    told(1, 2, 2 * most, 256); told(1, 3, 2 * most, 256);   /* up after three times */
                    told(0, 9, most, 256); told(1, 9, most, 256);           /* at a limit the one stays that runs */
                    told(0, 1, most - 1, 256); told(0, 1, 2 * most, 0);     /* down at once */
                    told(0, 9, 2 * most, 255); told(1, 9, 2 * most, 255);   /* a share that the largest is beyond */
                    return 0;
                }
                """.formatted(family.members().get(0).macs(), family.members().get(1).macs()));
        List<String> command = new ArrayList<>(COMPILER);
        command.addAll(List.of("-o", "run", "main.c", "net.c"));
        said(folder, command.toArray(String[]::new));
        assertThat(said(folder, folder.resolve("run").toString())).isEqualTo("10" + "01" + "11" + "11");
    }

    private static CFamily family(RandomNetwork network, List<SubmodelSpec> selections) {
        List<CFamily.Member> members = new ArrayList<>();
        for (SubmodelSpec selection : selections) {
            Model recalibrated = network.recalibrated(selection);
            members.add(new CFamily.Member("member " + members.size(), recalibrated.graph(), extracted(recalibrated), List.of(selection.toString())));
        }
        return CFamily.of(Path.of("net.c"), network.masters(), members, new Origin(List.of(), List.of(), members.get(0).graph().outputs().stream()
                .map(Node::name).toList()));
    }

    /** The numbers that bytes stand for. */
    static Tensor asBytes(Tensor samples, List<Node> inputs) {
        byte[] bytes = CompiledC.bytes(samples, inputs);
        Tensor numbers = Tensor.zeros(samples.shape());
        int next = 0;
        while (next < bytes.length) {
            for (Node input : inputs) {
                Input.Values values = ((Input) input.operator()).values();
                for (int end = next + input.shape().elements(); next < end; next++) {
                    numbers.data()[next] = (float) (values.least() + Byte.toUnsignedInt(bytes[next]) / 255.0 * (values.most() - values.least()));
                }
            }
        }
        return numbers;
    }

    /** What the header says of flash is not less than what a compiler makes of the text for the smallest Cortex-M. */
    @ParameterizedTest
    @MethodSource("few")
    void takesNoMoreFlashThanItSays(Case one, @TempDir Path folder) throws Exception {
        assumeThat(isThere("arm-none-eabi-gcc")).as("a compiler for Cortex-M").isTrue();
        holdsWhatItSays(exported(one.network().recalibrated(one.network().selection())), folder);
        holdsWhatItSays(family(one.network(), List.of(one.network().selection(), one.network().selection())).source(), folder);
    }

    private static void holdsWhatItSays(CSource source, Path folder) throws Exception {
        source.write(folder.resolve("net.c"));
        said(folder, "arm-none-eabi-gcc", "-std=c99", "-mcpu=cortex-m0plus", "-mthumb", "-Os", "-c", "net.c");
        String[] sizes = said(folder, "arm-none-eabi-size", "net.o").split("\n")[1].trim().split("\\s+");
        assertThat(Long.parseLong(sizes[0])).as("text and constants").isBetween(source.constants(), source.bytes());
        assertThat(Long.parseLong(sizes[1])).as("variables with values").isZero();
        assertThat(Long.parseLong(sizes[2])).as("the arena").isEqualTo(source.arena());
    }

    static CSource exported(Model recalibrated) {
        return new CExporter(Path.of("net.c")).export(extracted(recalibrated), new Origin(List.of(), List.of(), recalibrated.graph().outputs().stream().map(Node::name).toList()));
    }

    private static Model extracted(Model recalibrated) {
        return IntegerBias.round(SubmodelExtractor.extract(recalibrated));
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private static String said(Path folder, String... command) throws Exception {
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
