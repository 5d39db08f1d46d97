import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.core.data.ImageFolderSource;
import io.fullynested.core.data.TarShardsSource;
import io.fullynested.training.TrainingSession;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/**
 * What it costs to train on many small images that are decoded each time they are read, from a folder and from tar shards, against arrays in memory. Makes the
 * images, 3×32×32 of ten classes in PNG, if they are not there. Writes lines of CSV: round, source, what, number.
 *
 * <p>Arguments: a folder for the images, how many, how many rounds. Processor time is of the whole process, threads that read ahead included.
 */
public final class DataBenchmark {

    private static final int SIDE = 32;
    private static final int CLASSES = 10;
    private static final int SHARD = 10_000;
    private static final int READ = 10_000;
    private static final int STEPS = 40;
    /** Batches that may lie ready, and some. */
    private static final int LEAD = 6;

    private DataBenchmark() {
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        int images = Integer.parseInt(arguments[1]);
        if (!Files.isDirectory(folder.resolve("tar"))) {
            make(folder, images);
        }
        System.out.println("round,source,what,number");
        Map<String, Dataset> sources = new LinkedHashMap<>();
        long empty = heap();
        sources.put("folder", opened("folder", () -> new ImageFolderSource(folder.resolve("png").toString(), ImageFolderSource.Colors.RGB, Optional.empty(),
                Optional.empty(), 1, 1, false, 1, List.of()).open(folder).train()));
        long one = heap();
        sources.put("tar", opened("tar", () -> new TarShardsSource(folder.resolve("tar").toString(), ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(),
                1, 1, false, 1, List.of()).open(folder).train()));
        System.out.printf("0,folder,heap bytes an image,%d%n0,tar,heap bytes an image,%d%n", (one - empty) / images, (heap() - one) / images);
        sources.put("array", array(sources.get("tar")));
        int rounds = Integer.parseInt(arguments[2]);
        for (int round = 1; round <= rounds; round++) {
            for (Map.Entry<String, Dataset> source : sources.entrySet()) {
                read(round, source.getKey(), source.getValue());
            }
        }
        train(sources, rounds);
    }

    private interface Opening {
        Dataset open() throws IOException;
    }

    private static Dataset opened(String source, Opening opening) throws IOException {
        long start = System.nanoTime();
        long processor = processor();
        Dataset data = opening.open();
        System.out.printf("0,%s,seconds to open,%.2f%n0,%s,processor seconds to open,%.2f%n", source, (System.nanoTime() - start) / 1e9, source,
                (processor() - processor) / 1e9);
        return data;
    }

    private static void read(int round, String source, Dataset data) {
        SplittableRandom random = new SplittableRandom(round);
        float[] into = new float[data.shape().elements()];
        long processor = processor();
        for (int i = 0; i < READ; i++) {
            data.read(random.nextInt(data.size()), into, 0);
        }
        System.out.printf("%d,%s,processor µs to read an image,%.1f%n", round, source, (processor() - processor) / 1e3 / READ);
    }

    /** Steps by turns, of one thread; others decode ahead. */
    private static void train(Map<String, Dataset> sources, int rounds) {
        String yaml = """
                data: {kind: in-memory}
                network:
                  input: {channels: 3, height: 32, width: 32}
                  blocks:
                    - {kind: conv, channels: 32, stride: 2}
                    - {kind: residual-stage, channels: 64, layers: 2, paths: 4, width: 8, stride: 2}
                    - {kind: residual-stage, channels: 128, layers: 2, paths: 4, width: 16, stride: 2}
                    - {kind: global-average-pool}
                    - {kind: classifier, classes: 10}
                  quantization: {weights: {bits: 8, min: 2}, activations: {bits: 8, min: 4}}
                training: {epochs: 100}
                """;
        Map<String, FullyNested> networks = new LinkedHashMap<>();
        Map<String, TrainingSession> sessions = new LinkedHashMap<>();
        Map<String, List<Double>> times = new LinkedHashMap<>();
        sources.forEach((source, data) -> {
            DataSource.Splits splits = new DataSource.Splits(data, data, data);
            networks.put(source, FullyNested.open(yaml, Settings.standard().withThreads(1).withData(base -> splits)));
            sessions.put(source, networks.get(source).session());
            times.put(source, new ArrayList<>());
        });
        long before = 0;
        // the first round is for what is compiled and kept
        for (int round = 0; round <= rounds; round++) {
            for (Map.Entry<String, TrainingSession> one : sessions.entrySet()) {
                TrainingSession session = one.getValue();
                long processor = 0;
                double sum = 0;
                for (int i = 0; i < LEAD + STEPS; i++) {
                    if (i == LEAD) {
                        // what lay ready from the turn before is taken
                        processor = processor();
                    }
                    long step = (long) round * (LEAD + STEPS) + i;
                    long start = System.nanoTime();
                    session.gradients(step, session.draw(step));
                    session.reduce();
                    session.update(session.learningRate(step));
                    if (i >= LEAD && round > 0) {
                        times.get(one.getKey()).add((System.nanoTime() - start) / 1e9);
                        sum += times.get(one.getKey()).get(times.get(one.getKey()).size() - 1);
                    }
                }
                if (round > 0) {
                    System.out.printf("%d,%s,processor µs to train on an image,%.1f%n%d,%s,images a second,%.0f%n", round, one.getKey(),
                            (processor() - processor) / 1e3 / STEPS / session.imagesPerStep(), round, one.getKey(), STEPS * session.imagesPerStep() / sum);
                }
            }
            before = round == 0 ? heap() : before;
        }
        System.out.printf("%d,all,heap bytes more than before,%d%n", rounds, heap() - before);
        for (String source : times.keySet()) {
            System.out.printf("all,%s,images a second as a share of arrays' by the middle step,%.3f%nall,%s,the same by the tenth of steps that are fastest,%.3f%n", source,
                    quantile(times.get("array"), 0.5) / quantile(times.get(source), 0.5), source, quantile(times.get("array"), 0.1) / quantile(times.get(source), 0.1));
        }
        sessions.values().forEach(TrainingSession::close);
        networks.values().forEach(FullyNested::close);
    }

    private static double quantile(List<Double> times, double share) {
        return times.stream().sorted().toList().get((int) (share * (times.size() - 1)));
    }

    private static long processor() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static Dataset array(Dataset data) {
        int elements = data.shape().elements();
        byte[] pixels = new byte[data.size() * elements];
        int[] labels = new int[data.size()];
        float[] image = new float[elements];
        for (int i = 0; i < data.size(); i++) {
            data.read(i, image, 0);
            for (int j = 0; j < elements; j++) {
                pixels[i * elements + j] = (byte) Math.round(255 * image[j]);
            }
            labels[i] = data.label(i);
        }
        return ArrayDataset.ofBytes(Shape.image(3, SIDE, SIDE), data.classes(), pixels, labels);
    }

    /** Soft blobs with some noise. */
    private static byte[] png(int number) throws IOException {
        SplittableRandom random = new SplittableRandom(number);
        int x0 = random.nextInt(SIDE);
        int y0 = random.nextInt(SIDE);
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int bright = (int) (200 * Math.exp(-((x - x0) * (x - x0) + (y - y0) * (y - y0)) / 100.0)) + random.nextInt(16);
                image.setRGB(x, y, bright << 16 | (255 - bright) << 8 | bright * (number % CLASSES) / CLASSES);
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static void make(Path folder, int images) throws IOException {
        ImageIO.setUseCache(false);
        Path unfinished = folder.resolve("unfinished");
        Files.createDirectories(unfinished);
        for (int label = 0; label < CLASSES; label++) {
            Files.createDirectories(folder.resolve("png/" + label));
        }
        for (int from = 0; from < images; from += SHARD) {
            try (OutputStream tar = Files.newOutputStream(unfinished.resolve(String.format("train-%04d.tar", from / SHARD)))) {
                for (int i = from; i < Math.min(images, from + SHARD); i++) {
                    byte[] png = png(i);
                    Files.write(folder.resolve("png/" + i % CLASSES + "/" + i + ".png"), png);
                    entry(tar, i + ".png", png);
                    entry(tar, i + ".cls", String.valueOf(i % CLASSES).getBytes(StandardCharsets.US_ASCII));
                }
                tar.write(new byte[1024]);
            }
        }
        Files.move(unfinished, folder.resolve("tar"));
    }

    private static void entry(OutputStream tar, String name, byte[] content) throws IOException {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 124, String.format("%011o", content.length));
        put(header, 148, "        ");
        header[156] = '0';
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte one : header) {
            sum += one & 255;
        }
        put(header, 148, String.format("%06o\0 ", sum));
        tar.write(header);
        tar.write(content);
        tar.write(new byte[(512 - content.length % 512) % 512]);
    }

    private static void put(byte[] header, int at, String text) {
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, header, at, text.length());
    }
}
