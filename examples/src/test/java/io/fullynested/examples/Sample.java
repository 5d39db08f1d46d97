package io.fullynested.examples;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** The first images of the sample data, so few that tests take seconds. */
final class Sample {

    static final Path EXAMPLES = Path.of("").toAbsolutePath();

    private static final Map<String, Integer> IMAGES = Map.of("train", 640, "validation", 60, "t10k", 200);
    private static final int PIXELS = 28 * 28;

    private Sample() {
    }

    /** Writes {@code data/fashion-mnist} under a folder, which then is a base of the YAML files here. */
    static void write(Path base) throws IOException {
        for (Map.Entry<String, Integer> set : IMAGES.entrySet()) {
            shorten(base, set.getKey() + "-images-idx3-ubyte", 16, PIXELS, set.getValue());
            shorten(base, set.getKey() + "-labels-idx1-ubyte", 8, 1, set.getValue());
        }
    }

    private static void shorten(Path base, String name, int header, int each, int count) throws IOException {
        Path to = base.resolve("data/fashion-mnist").resolve(name);
        Files.createDirectories(to.getParent());
        try (InputStream in = new GZIPInputStream(Files.newInputStream(EXAMPLES.resolve("data/fashion-mnist/" + name + ".gz")));
             DataOutputStream out = new DataOutputStream(Files.newOutputStream(to))) {
            // the number of items stands behind the magic number
            out.write(ByteBuffer.wrap(in.readNBytes(header)).putInt(4, count).array());
            out.write(in.readNBytes(each * count));
        }
    }
}
