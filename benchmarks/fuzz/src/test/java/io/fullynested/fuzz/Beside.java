package io.fullynested.fuzz;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** The files that readers of a folder need beside the one that is damaged. */
final class Beside {

    private Beside() {
    }

    /** Writes them all into one folder: 6 images of 4×4 pixels and 2 classes in each format. */
    static Path in(Path folder) throws IOException {
        for (String set : new String[] {"train", "t10k"}) {
            Files.write(folder.resolve(set + "-images-idx3-ubyte"), idx(new int[] {6, 4, 4}));
            Files.write(folder.resolve(set + "-labels-idx1-ubyte"), idx(new int[] {6}));
        }
        Files.write(folder.resolve("test_batch.bin"), new byte[2 * 3073]);
        for (String set : new String[] {"train", "test"}) {
            Files.write(folder.resolve("x_" + set + ".npy"), npy("(6, 4, 4)", 96));
            Files.write(folder.resolve("y_" + set + ".npy"), npy("(6,)", 6));
            Files.write(folder.resolve("row_" + set + ".npy"), npy("(6, 2)", 12));
            Files.write(folder.resolve("t_" + set + ".npy"), npy("(6, 2)", 12));
        }
        Files.write(folder.resolve("test.bin"), new byte[2 * 3074]);
        Files.write(folder.resolve("coarse_label_names.txt"), IntStream.range(0, 20).mapToObj(i -> "group" + i).toList());
        for (String name : new String[] {"pixels/train/images/0.png", "pixels/train/images/1.png", "pixels/train/images/2.png", "pixels/train/masks/1.png",
            "pixels/train/masks/2.png", "pixels/test/images/0.png", "pixels/test/masks/0.png", "train/a/1.png", "train/b/0.png", "train/b/1.png", "test/a/0.png"}) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            ImageIO.write(new BufferedImage(4, 4, name.contains("masks") ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        }
        return folder;
    }

    private static byte[] idx(int[] shape) {
        ByteBuffer file = ByteBuffer.allocate(4 + 4 * shape.length + (shape.length == 1 ? shape[0] : 6 * 4 * 4)).putInt(0x800 + shape.length);
        for (int extent : shape) {
            file.putInt(extent);
        }
        return alternating(file);
    }

    private static byte[] npy(String shape, int elements) {
        byte[] header = ("{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer file = ByteBuffer.allocate(10 + header.length + elements).put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        return alternating(file.put((byte) header.length).put((byte) 0).put(header));
    }

    private static byte[] alternating(ByteBuffer file) {
        for (int i = 0; file.hasRemaining(); i++) {
            file.put((byte) (i % 2));
        }
        return file.array();
    }
}
