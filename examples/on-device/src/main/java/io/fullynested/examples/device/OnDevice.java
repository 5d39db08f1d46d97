package io.fullynested.examples.device;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.fullynested.bundle.Member;
import io.fullynested.bundle.MemberPolicy;
import io.fullynested.bundle.NestedBundle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Classifies images one by one with the best submodel of a bundle that keeps to a latency target, as measured while it does. Needs
 * onnxruntime and fn-bundle only. Arguments: bundle, images and labels (gzipped IDX files), targets in ms, each for a share of the images.
 */
public record OnDevice(NestedBundle bundle, OrtEnvironment environment) {
    private static final int IMAGES_BETWEEN_DECISIONS = 50;

    /** A submodel, what was done with it for one target, and the median latency when it was used last. */
    static final class Level {
        final Member member;
        final double macs;
        int images;
        int right;
        double milliseconds;

        Level(Member member) {
            this.member = member;
            this.macs = member.number("fullynested.cost.macs").orElseThrow();
        }
    }

    /** Grey images, a byte a pixel, and their labels. */
    record Images(byte[] pixels, byte[] labels, long[] shape) {

        static Images read(Path images, Path labels) throws IOException {
            ByteBuffer image = ByteBuffer.wrap(new GZIPInputStream(Files.newInputStream(images)).readAllBytes());
            byte[] label = new GZIPInputStream(Files.newInputStream(labels)).readAllBytes();
            long[] shape = {1, 1, image.getInt(8), image.getInt(12)};
            return new Images(Arrays.copyOfRange(image.array(), 16, image.capacity()), Arrays.copyOfRange(label, 8, label.length), shape);
        }

        FloatBuffer input(int image) {
            FloatBuffer input = FloatBuffer.allocate((int) (shape[2] * shape[3]));
            for (int at = image * input.capacity(); input.hasRemaining(); at++) {
                input.put((pixels[at] & 255) / 255f);
            }
            return input.rewind();
        }
    }

    public static void main(String[] args) throws IOException, OrtException {
        OnDevice device = new OnDevice(NestedBundle.open(Path.of(args[0])), OrtEnvironment.getEnvironment());
        Images images = Images.read(Path.of(args[1]), Path.of(args[2]));
        int share = images.labels().length / (args.length - 3);
        for (int i = 3; i < args.length; i++) {
            for (Level level : device.run(images, (i - 3) * share, (i - 2) * share, Double.parseDouble(args[i]))) {
                System.out.printf("target %s ms  %-10s %,11.0f MACs %6d images  accuracy %.2f %%  %.3f ms%n", args[i], level.member.name(),
                        level.macs, level.images, 100.0 * level.right / level.images, level.milliseconds);
            }
        }
    }

    /** Classifies some images, starting with the smallest submodel; gives the levels that were used, the smallest first. */
    List<Level> run(Images images, int from, int to, double target) throws IOException, OrtException {
        Map<Member, Level> levels = new LinkedHashMap<>();
        bundle.curve().forEach(member -> levels.put(member, new Level(member)));
        MemberPolicy policy = new MemberPolicy(bundle.curve(), MemberPolicy.Rules.standard().within(target));
        int done = from;
        while (done < to) {
            Level level = levels.get(policy.current());
            try (OrtSession session = open(level)) {
                do {
                    classify(session, level, images, done, done = Math.min(to, done + IMAGES_BETWEEN_DECISIONS));
                } while (policy.next(level.milliseconds) == level.member && done < to);
            }
        }
        return levels.values().stream().filter(level -> level.images > 0).toList();
    }

    private OrtSession open(Level level) throws IOException, OrtException {
        byte[] onnx = bundle.onnx(level.member.name());
        try {
            // x86-64 processors without VNNI would add up products of 8 bits in 16
            return open(onnx, "1");
        } catch (OrtException e) {
            // an older bundle, whose weights share zero points: onnxruntime cannot be exact there
            return open(onnx, "0");
        }
    }

    private OrtSession open(byte[] onnx, String exact) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.addConfigEntry("session.x64quantprecision", exact);
            return environment.createSession(onnx, options);
        }
    }

    private void classify(OrtSession session, Level level, Images images, int from, int to) throws OrtException {
        double[] times = new double[to - from];
        for (int i = from; i < to; i++) {
            long start = System.nanoTime();
            try (OnnxTensor input = OnnxTensor.createTensor(environment, images.input(i), images.shape());
                    OrtSession.Result result = session.run(Map.of("input", input))) {
                float[] logits = ((float[][]) result.get(0).getValue())[0];
                times[i - from] = (System.nanoTime() - start) / 1e6;
                int best = 0;
                for (int c = 1; c < logits.length; c++) {
                    best = logits[c] > logits[best] ? c : best;
                }
                level.right += best == images.labels()[i] ? 1 : 0;
            }
        }
        Arrays.sort(times);
        level.milliseconds = times[times.length / 2];
        level.images += times.length;
    }
}
