package io.fullynested.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.c.CExporter;
import io.fullynested.c.CSource;
import io.fullynested.c.CompiledC;
import io.fullynested.c.Origin;
import io.fullynested.core.model.IntegerBias;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.tensor.Tensor;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On a Cortex-M4, which QEMU plays, the C form gives the very integers that it gives on this machine. */
class CortexTest {

    private static final Path DEVICE = Path.of("").toAbsolutePath().getParent().resolve("benchmarks/microcontroller");

    /** Some of one input, of those that {@link CFormTest} tries here. */
    static Stream<CFormTest.Case> networks() {
        return CFormTest.few().limit(4);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void givesTheSameIntegers(CFormTest.Case one, @TempDir Path folder) throws Exception {
        for (String program : List.of("arm-none-eabi-gcc", "qemu-system-arm", "gcc")) {
            assumeThat(isThere(program)).as(program).isTrue();
        }
        SubmodelSpec selection = one.network().selection();
        Model model = IntegerBias.round(SubmodelExtractor.extract(one.network().recalibrated(selection)));
        CSource source = new CExporter(Path.of("net.c")).export(model, new Origin(List.of(), List.of(), List.of("logits")));
        source.write(folder.resolve("net.c"));
        Tensor images = one.network().images();
        int count = images.shape()[0];
        Files.write(folder.resolve("images.bin"), CompiledC.bytes(images, model.graph().inputs()));
        Files.writeString(folder.resolve("images.s"), ".section .rodata\n.global images\nimages: .incbin \"images.bin\"\n");
        said(folder, "arm-none-eabi-gcc", "-std=gnu99", "-mcpu=cortex-m4", "-mthumb", "-Os", "-nostartfiles", "-T", DEVICE.resolve("device.ld").toString(),
                "--specs=nano.specs", "-I.", "-DHEADER=\"net.h\"", "-DLOWER=net", "-DUPPER=NET", "-DIMAGES=" + count, DEVICE.resolve("device.c").toString(), "net.c",
                "images.s", "-Wl,--defsym=FLASH=4M", "-Wl,--defsym=RAM=4M", "-o", "run.elf");
        List<String> lines = said(folder, "qemu-system-arm", "-machine", "mps2-an386", "-nographic", "-monitor", "none", "-serial", "none", "-semihosting-config",
                "enable=on,target=native", "-kernel", "run.elf").lines().toList();
        assertThat(lines).hasSize(count);
        Tensor expected;
        try (CompiledC compiled = CompiledC.of(source, model.graph().inputs(), List.of("gcc", "-O1"))) {
            expected = compiled.run(images);
        }
        double scale = source.outputs().get(0).scale();
        int length = expected.data().length / count;
        for (int i = 0; i < count; i++) {
            int first = i * length;
            String[] words = lines.get(i).split(" ");
            assertThat(IntStream.range(0, length).mapToObj(k -> (float) (Integer.parseUnsignedInt(words[1 + k], 16) * scale)).toList()).as("image %d, %s", i, selection)
                    .isEqualTo(IntStream.range(first, first + length).mapToObj(k -> expected.data()[k]).toList());
        }
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator)).anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private static String said(Path folder, String... command) throws Exception {
        Path log = folder.resolve("said.txt");
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("%s ends", command[0]).isTrue();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
