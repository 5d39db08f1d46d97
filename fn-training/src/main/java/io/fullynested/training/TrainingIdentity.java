package io.fullynested.training;

import io.fullynested.api.graph.Operator;
import io.fullynested.api.task.Task;
import io.fullynested.core.io.Identity;
import io.fullynested.core.io.Sha256;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All that a training is a function of, as digests by name. Not the code, nor the threads, nor how many ranks there are. */
final class TrainingIdentity {

    /** Hexadecimal digits of a digest that are added up at once: sums over 4,096 ranks are exact in a float. */
    private static final int DIGITS = 3;

    private TrainingIdentity() {
    }

    /** @param images their {@link io.fullynested.core.data.DatasetDigest} */
    static Identity of(Supernet net, String images, Task task, TrainingOptions options, Trainer.Start start, long seed) {
        Sha256 network = new Sha256().add(net.compile(net.axes().full()).toString()).add(net.axes().axes().toString())
                .add(net.spec().quantization().quantizer().toString()).add(net.spec().quantization().activationClip().toString())
                .add(net.spec().quantization().activationCode().toString());
        net.masters().forEach(master -> network.add(master.name() + master.role() + master.initial()));
        Sha256 beginning = new Sha256();
        start.masters().ifPresent(masters -> add(beginning, masters));
        start.teacher().ifPresent(teacher -> add(beginning.add(teacher.graph().toString()), teacher.parameters().tensors()));
        start.only().ifPresent(only -> beginning.add(only.toString()));
        return Identity.NONE.withDigest("network", network.hex()).with("task", task.toString()).with("options", options.anywhere().toString()).with("seed", "" + seed)
                .withDigest("training images", images).withDigest("checkpoint to begin with", beginning.hex());
    }

    /**
     * What of the program numbers depend on: the version of LibTorch, whether there are kernels of our own, and the bytes of the jars.
     * Classes that lie in folders tell nothing of themselves.
     */
    static String code() {
        Sha256 code = new Sha256().add(TorchEngine.version()).add(FusedPass.kernels());
        Stream.of(Operator.class, Supernet.class, TrainingSession.class).map(part -> part.getProtectionDomain().getCodeSource()).filter(Objects::nonNull)
                .map(source -> Path.of(URI.create(source.getLocation().toString()))).filter(Files::isRegularFile).distinct().forEach(jar -> {
                    try {
                        code.add(ByteBuffer.wrap(Files.readAllBytes(jar)));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        return code.hex();
    }

    private static void add(Sha256 digest, Map<String, Tensor> tensors) {
        new TreeMap<>(tensors).forEach((name, tensor) -> digest.add(name).add(tensor.data()));
    }

    /**
     * Sees to it that all ranks train the same.
     *
     * @throws IllegalArgumentException on all of them if they do not, naming what differs
     */
    static void requireSame(Ranks ranks, Identity identity) {
        Map<String, String> parts = identity.parts();
        List<String> names = List.copyOf(parts.keySet());
        float[] differs = new float[names.size()];
        for (int i = 0; i < differs.length; i++) {
            float[] own = numbers(parts.get(names.get(i)));
            float[] sum = own.clone();
            ranks.sum(sum);
            for (int j = 0; j < own.length; j++) {
                differs[i] = sum[j] == ranks.count() * own[j] ? differs[i] : 1;
            }
        }
        // one whose own is the mean of the others' would see no difference
        ranks.sum(differs);
        List<String> different = IntStream.range(0, differs.length).filter(i -> differs[i] > 0).mapToObj(names::get).toList();
        if (!different.isEmpty()) {
            throw new IllegalArgumentException("the ranks do not have the same " + String.join(", ", different)
                    + ". Maybe one has another version of a file or of this program, or another --seed?");
        }
    }

    private static float[] numbers(String digest) {
        float[] numbers = new float[digest.length() / DIGITS];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.parseInt(digest, i * DIGITS, (i + 1) * DIGITS, 16);
        }
        return numbers;
    }
}
