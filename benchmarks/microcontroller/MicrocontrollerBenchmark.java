import io.fullynested.CExport;
import io.fullynested.FullyNested;
import io.fullynested.RunSummary;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.graph.Graph;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.c.CSource;
import io.fullynested.c.CompiledC;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.hardware.PeakMemory;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.OnnxExporter;
import io.fullynested.onnx.OnnxSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Exports random selections of a trained network as C, and tells whether they answer as onnxruntime does, what they take of a Cortex-M, and how many
 * instructions. See README.md.
 *
 * <pre>
 * MicrocontrollerBenchmark NETWORK CHECKPOINT COUNT RESULTS.csv
 * </pre>
 */
public final class MicrocontrollerBenchmark {

    private static final Settings SETTINGS = Settings.standard().withThreads(1);
    private static final int IMAGES = 1000;
    private static final int ON_DEVICE = 20;
    /** Instructions of a tick of the counter in QEMU, which runs one a nanosecond; the counter has 25 MHz. */
    private static final int PER_TICK = 40;
    private static final Path HERE = Path.of("benchmarks/microcontroller");

    private MicrocontrollerBenchmark() {
    }

    public static void main(String[] args) throws Exception {
        try (TrainedSupernet net = FullyNested.load(Path.of(args[1]), SETTINGS)) {
            Path results = Path.of(args[3]);
            if (!Files.exists(results)) {
                Files.writeString(results, "network,name,selection,macs,onnx_bytes,answers,differ,most_difference,constants,flash_claimed,m4_flash,m0plus_flash,"
                        + "arena,peak_memory,m4_ram,m0plus_ram,fits_32k_16k,m4_instructions_os,m4_instructions_o2,m4_equal,m0_equal\n");
            }
            for (Map.Entry<String, SubmodelSpec> one : selections(net, Path.of(args[1]), Integer.parseInt(args[2])).entrySet()) {
                String row = args[0] + "," + one.getKey() + "," + row(net, one.getValue());
                Files.writeString(results, row + "\n", StandardOpenOption.APPEND);
                System.out.println(row);
            }
        }
    }

    private static Map<String, SubmodelSpec> selections(TrainedSupernet net, Path checkpoint, int count) throws IOException {
        Map<String, SubmodelSpec> selections = new LinkedHashMap<>();
        selections.put("full", net.axes().full());
        Path summary = checkpoint.resolveSibling("summary.json");
        if (Files.exists(summary)) {
            RunSummary.read(summary).budgets().forEach(budget -> selections.put(budget.name(), new SubmodelSpec(budget.selection())));
        }
        for (int seed = 1; seed <= count; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            selections.put("random " + seed, net.axes().select(axis -> axis.keeps().get(random.nextInt(axis.keeps().size()))));
        }
        return selections;
    }

    private static String row(TrainedSupernet net, SubmodelSpec selection) throws Exception {
        Graph graph = net.graph(selection);
        Path work = Files.createTempDirectory("microcontroller");
        CSource source = CExport.of(net, selection, work.resolve("net.c"), false).source();
        source.write(work.resolve("net.c"));
        byte[] onnx = net.unverified(selection, new OnnxExporter(Format.QDQ_INT8)).bytes();
        Tensor images = LabelledImages.first(net.trials(), IMAGES).joined();
        int size = images.data().length / images.shape()[0];
        byte[] pixels = CompiledC.bytes(images, graph.inputs());
        int[][] outputs;
        try (CompiledC compiled = CompiledC.of(source, graph.inputs(), Stream.of(List.of("gcc", "-O2"), CompiledC.STRICT, CompiledC.SANITIZED).flatMap(List::stream).toList())) {
            outputs = compiled.run(pixels);
        }
        Agreement agreement;
        try (OnnxSession session = OnnxSession.open(onnx, true, 1)) {
            agreement = Agreement.of(session.run(images), outputs, source.outputs().get(0).scale(), graph.output().shape().channels());
        }
        Files.write(work.resolve("images.bin"), Arrays.copyOf(pixels, ON_DEVICE * size));
        Files.writeString(work.resolve("images.s"), ".section .rodata.images,\"a\"\n.global images\nimages: .incbin \"images.bin\"\n");
        Files.copy(HERE.resolve("device.c"), work.resolve("device.c"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(HERE.resolve("device.ld"), work.resolve("device.ld"), StandardCopyOption.REPLACE_EXISTING);
        Part m4 = Part.of(work, "cortex-m4");
        Part m0 = Part.of(work, "cortex-m0plus");
        boolean fits = built(work, "fits", "cortex-m0plus", "-Os", List.of("-Wl,--defsym=FLASH=32K", "-Wl,--defsym=RAM=16K")).isEmpty();
        Run small = Run.of(work, "cortex-m4", "mps2-an386", "-Os", ON_DEVICE, outputs);
        Run fast = Run.of(work, "cortex-m4", "mps2-an386", "-O2", ON_DEVICE, outputs);
        Run m0run = m0.flash() + 3 * size < 256 * 1024 && m0.ram() < 16 * 1024 ? Run.of(work, "cortex-m0", "microbit", "-Os", 3, outputs) : new Run(0, false);
        String told = String.format(Locale.ROOT, "\"%s\",%d,%d,%d,%d,%.3g,%d,%d,%d,%d,%d,%.0f,%d,%d,%b,%d,%d,%b,%s", selection, source.macs(), onnx.length,
                agreement.answers(), agreement.differ(), agreement.most(), source.constants(), source.bytes(), m4.flash(), m0.flash(), source.arena(),
                new PeakMemory().cost(graph), m4.ram(), m0.ram(), fits, small.instructions(), fast.instructions(), small.equal() && fast.equal(),
                m0run.instructions() == 0 ? "too large" : String.valueOf(m0run.equal()));
        try (Stream<Path> files = Files.list(work)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(work);
        return told;
    }

    /** How many answers differ; each pixel's is one where there are several positions. */
    private record Agreement(int answers, int differ, double most) {

        static Agreement of(Tensor expected, int[][] outputs, double scale, int classes) {
            int each = expected.data().length / outputs.length;
            int positions = each / classes;
            int differ = 0;
            double most = 0;
            for (int i = 0; i < outputs.length; i++) {
                for (int position = 0; position < positions; position++) {
                    int best = 0;
                    int other = 0;
                    for (int c = 0; c < classes; c++) {
                        int at = c * positions + position;
                        most = Math.max(most, Math.abs(expected.data()[i * each + at] - outputs[i][at] * scale));
                        best = expected.data()[i * each + at] > expected.data()[i * each + best * positions + position] ? c : best;
                        other = outputs[i][at] > outputs[i][other * positions + position] ? c : other;
                    }
                    differ += best == other ? 0 : 1;
                }
            }
            return new Agreement(outputs.length * positions, differ, most);
        }
    }

    /** What a program that classifies one picture takes, everything that is linked counted; of memory the picture and 1 KiB of stack too. */
    private record Part(int flash, int ram) {

        static Part of(Path work, String cpu) throws Exception {
            String failed = built(work, "part", cpu, "-Os", List.of("-Wl,--defsym=FLASH=4M", "-Wl,--defsym=RAM=4M", "-Wl,-Map=part.map"));
            if (!failed.isEmpty()) {
                throw new IOException(failed);
            }
            String map = Files.readString(work.resolve("part.map"));
            return new Part(bytes(map, ".text") + bytes(map, ".data"), bytes(map, ".data") + bytes(map, ".bss") + bytes(map, ".stack"));
        }

        private static int bytes(String map, String section) {
            Matcher found = Pattern.compile("(?m)^" + Pattern.quote(section) + "\\s+0x[0-9a-f]+\\s+0x([0-9a-f]+)").matcher(map);
            return found.find() ? Integer.parseInt(found.group(1), 16) : 0;
        }
    }

    /** Instructions of a run, and whether the outputs are those of this machine, bit by bit. */
    private record Run(long instructions, boolean equal) {

        static Run of(Path work, String cpu, String machine, String optimization, int images, int[][] expected) throws Exception {
            boolean small = machine.equals("microbit");
            String failed = built(work, "run", cpu, optimization, List.of("-DIMAGES=" + images, "images.s", "-Wl,--defsym=FLASH=" + (small ? "256K" : "4M"),
                    "-Wl,--defsym=RAM=" + (small ? "16K" : "4M")));
            if (!failed.isEmpty()) {
                throw new IOException(failed);
            }
            Process process = new ProcessBuilder("qemu-system-arm", "-machine", machine, "-nographic", "-monitor", "none", "-serial", "none",
                    "-semihosting-config", "enable=on,target=native", "-icount", "shift=0", "-kernel", "run").directory(work.toFile())
                    .redirectErrorStream(true).start();
            String[] lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
            process.waitFor();
            if (lines.length != images) {
                throw new IOException("QEMU wrote " + Arrays.toString(lines));
            }
            boolean equal = true;
            long ticks = 0;
            for (int i = 0; i < images; i++) {
                String[] words = lines[i].split(" ");
                ticks += Long.parseLong(words[0], 16);
                for (int k = 1; k < words.length; k++) {
                    equal &= (int) Long.parseLong(words[k], 16) == expected[i][k - 1];
                }
            }
            return new Run(ticks * PER_TICK / images, equal);
        }
    }

    /** Links a program; what the linker says if it does not fit. */
    private static String built(Path work, String name, String cpu, String optimization, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of("arm-none-eabi-gcc", "-std=gnu99", "-mcpu=" + cpu, "-mthumb", optimization, "-ffunction-sections",
                "-fdata-sections", "-nostartfiles", "-DHEADER=\"net.h\"", "-DLOWER=net", "-DUPPER=NET", "-T", "device.ld", "-Wl,--gc-sections", "-o", name,
                "device.c", "net.c", "--specs=nano.specs"));
        command.addAll(more);
        Process process = new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? "" : said;
    }
}
