package io.fullynested.c;

import io.fullynested.api.graph.Input;
import io.fullynested.api.graph.Node;
import io.fullynested.core.tensor.Tensor;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A C form that was compiled for this machine, to be tried on images. */
public final class CompiledC implements AutoCloseable {

    /** What a compiler is asked to hold against the text. */
    public static final List<String> STRICT = List.of("-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic");
    /** What finds accesses out of bounds and sums that overflow, when it runs. */
    public static final List<String> SANITIZED = List.of("-fsanitize=address,undefined", "-fno-sanitize-recover=all");

    private final Path folder;
    private final List<Node> inputs;
    private final List<CSource.Output> outputs;
    private final String leading;

    private CompiledC(Path folder, List<Node> inputs, CSource source) {
        this.folder = folder;
        this.inputs = inputs;
        this.outputs = source.outputs();
        this.leading = source.leading();
    }

    /** The same program, of which another member of the family is run; closing either closes both. */
    public CompiledC as(CSource member) {
        return new CompiledC(folder, inputs, member);
    }

    /** A compiler of this machine: {@code cc} or {@code gcc}, if there is one. */
    public static Optional<String> compiler() {
        return Stream.of("gcc", "cc").filter(name -> Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(path -> !path.isEmpty() && Files.isExecutable(Path.of(path, name)))).findFirst();
    }

    /**
     * Compiles.
     *
     * @param inputs   of the network
     * @param compiler and its options
     * @throws IOException if it does not compile, with what the compiler says
     */
    public static CompiledC of(CSource source, List<Node> inputs, List<String> compiler) throws IOException {
        Path folder = Files.createTempDirectory("fullynested-c");
        CompiledC compiled = new CompiledC(folder, inputs, source);
        try {
            source.write(folder.resolve("any"));
            Files.writeString(folder.resolve("main.c"), main(source, inputs));
            List<String> command = new ArrayList<>(compiler);
            command.addAll(List.of("-o", "run", "main.c", source.name() + ".c"));
            Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + said);
            }
            return compiled;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            compiled.close();
            throw new IOException("interrupted while compiling", e);
        } catch (IOException | RuntimeException e) {
            compiled.close();
            throw e;
        }
    }

    /** A program that reads samples and writes their outputs until there are no more; of a family the member of the number that it is given. */
    private static String main(CSource source, List<Node> inputs) {
        StringBuilder arguments = new StringBuilder();
        int at = 0;
        for (Node input : inputs) {
            arguments.append("pixels + ").append(at).append(", ");
            at += input.shape().elements();
        }
        return """
                #include <stdio.h>
                #include <stdlib.h>
                #include "%5$s.h"

                int main(int count, char **words) {
                    const int member = count > 1 ? atoi(words[1]) : 0;
                    static uint8_t pixels[%2$d];
                    int32_t outputs[%3$d];
                    while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {
                        %1$s_run(%6$s%4$soutputs);
                        fwrite(outputs, sizeof outputs, 1, stdout);
                    }
                    return member < 0;
                }
                """.formatted(source.prefix(), at, source.outputs().stream().mapToInt(CSource.Output::elements).sum(), arguments, source.name(), source.leading().isEmpty() ? "" : "member, ");
    }

    /**
     * Samples as a device has them: a byte for each number, 0 for the least of its input and 255 for the greatest; what is between two is rounded.
     *
     * @param inputs of a network
     */
    public static byte[] bytes(Tensor samples, List<Node> inputs) {
        byte[] bytes = new byte[samples.data().length];
        int next = 0;
        while (next < bytes.length) {
            for (Node input : inputs) {
                Input.Values values = ((Input) input.operator()).values();
                for (int end = next + input.shape().elements(); next < end; next++) {
                    double share = (samples.data()[next] - values.least()) / (values.most() - values.least());
                    bytes[next] = (byte) Math.round(255 * Math.min(Math.max(share, 0), 1));
                }
            }
        }
        return bytes;
    }

    /**
     * Runs it, as an engine would be run.
     *
     * @param samples {@code [n, …]}
     * @return the numbers of all outputs of each, {@code [n, all]}
     */
    public Tensor run(Tensor samples) throws IOException {
        int[][] integers = run(bytes(samples, inputs));
        Tensor numbers = Tensor.zeros(integers.length, outputs.stream().mapToInt(CSource.Output::elements).sum());
        int next = 0;
        for (int[] row : integers) {
            int at = 0;
            for (CSource.Output output : outputs) {
                for (int end = at + output.elements(); at < end; at++) {
                    numbers.data()[next++] = (float) (row[at] * output.scale());
                }
            }
        }
        return numbers;
    }

    /**
     * Runs it.
     *
     * @param samples the bytes of one after those of another
     * @return for each the integers that come out
     * @throws IOException if it ends before all are done, with what it says
     */
    public int[][] run(byte[] samples) throws IOException {
        Path said = folder.resolve("said.txt");
        Process process = new ProcessBuilder(folder.resolve("run").toString(), leading.replaceFirst(", $", "")).redirectError(said.toFile()).start();
        Thread feeding = new Thread(() -> {
            try (OutputStream to = process.getOutputStream()) {
                to.write(samples);
            } catch (IOException e) {
                // it ended before it read all, which shows in what it wrote
                process.destroy();
            }
        });
        feeding.start();
        int each = outputs.stream().mapToInt(CSource.Output::elements).sum();
        int[][] results = new int[samples.length / inputs.stream().mapToInt(input -> input.shape().elements()).sum()][each];
        byte[] row = new byte[each * Integer.BYTES];
        try (InputStream stream = process.getInputStream(); DataInputStream from = new DataInputStream(stream)) {
            for (int[] result : results) {
                from.readFully(row);
                ByteBuffer.wrap(row).order(ByteOrder.nativeOrder()).asIntBuffer().get(result);
            }
            if (process.waitFor() != 0) {
                throw new IOException(Files.readString(said));
            }
            feeding.join();
        } catch (EOFException e) {
            throw new IOException("The program ended early: " + Files.readString(said), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running", e);
        } finally {
            process.destroy();
        }
        return results;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
