package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderSourceTest {

    @TempDir
    private Path folder;

    /** Left half of one colour, right half of another. */
    private void image(String name, int type, int height, int width, int left, int right) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = x < width / 2 ? left : right;
                if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, rgb & 255);
                } else {
                    image.setRGB(x, y, rgb);
                }
            }
        }
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertThat(ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile())).isTrue();
    }

    @BeforeEach
    void write() throws IOException {
        for (int i = 0; i < 3; i++) {
            image("train/cat/" + i + ".png", BufferedImage.TYPE_INT_RGB, 4, 8, 0xff0080 + i, 0x102030);
            image("train/dog/" + i + ".jpg", BufferedImage.TYPE_INT_RGB, 4, 8, 0x646464, 0x646464);
        }
        image("test/dog/a.png", BufferedImage.TYPE_BYTE_GRAY, 4, 8, 100, 200);
        Files.writeString(folder.resolve("train/cat/.directory"), "no image, and hidden");
    }

    private static ImageFolderSource source(ImageFolderSource.Colors colors, Optional<Integer> height, Optional<Integer> width, boolean keep) {
        return new ImageFolderSource("", colors, height, width, 2, keep);
    }

    private DataSource.Splits open() throws IOException {
        return source(ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(), true).open(folder);
    }

    @Test
    void foldersAreClasses() throws IOException {
        DataSource.Splits splits = open();
        assertThat(splits.train().shape()).isEqualTo(Shape.image(3, 4, 8));
        assertThat(splits.train().classes()).containsExactly("cat", "dog");
        assertThat(Pixels.labels(splits.train())).containsExactly(0, 0, 1, 1);
        assertThat(Pixels.labels(splits.validation())).containsExactly(0, 1);
        assertThat(Pixels.labels(splits.test())).containsExactly(1);
    }

    @Test
    void pngIsReadExactlyAndJpegNearly() throws IOException {
        for (boolean keep : new boolean[] {true, false}) {
            DataSource.Splits splits = source(ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(), keep).open(folder);
            for (int again = 0; again < 2; again++) {
                float[] cat = Pixels.of(splits.train(), 1);
                assertThat(cat[0]).isEqualTo(1);
                assertThat(cat[32]).isZero();
                assertThat(cat[64]).isEqualTo(0x81 / 255f);
                assertThat(cat[64 + 7]).isEqualTo(0x30 / 255f);
                assertThat(Pixels.of(splits.train(), 2)[5] * 255).isEqualTo(100, within(3f));
            }
        }
    }

    @Test
    void grayIsReadAsItIsAndColoursByTheirLuma() throws IOException {
        float[] gray = Pixels.of(open().test(), 0);
        assertThat(gray[0]).isEqualTo(100 / 255f);
        assertThat(gray[64 + 31]).isEqualTo(200 / 255f);
        DataSource.Splits splits = source(ImageFolderSource.Colors.GRAY, Optional.empty(), Optional.empty(), true).open(folder);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(1, 4, 8));
        assertThat(Pixels.of(splits.test(), 0)[0]).isEqualTo(100 / 255f);
        assertThat(Pixels.of(splits.train(), 0)[0]).isEqualTo(Math.round(0.299 * 255 + 0.114 * 128) / 255f);
    }

    @Test
    void resizingTakesTheMeanOfWhatAPixelCovers() throws IOException {
        DataSource.Splits splits = source(ImageFolderSource.Colors.GRAY, Optional.of(2), Optional.of(3), true).open(folder);
        // 8 columns over 3: the middle pixel covers columns 8/3..16/3, half of either side
        assertThat(Pixels.first(splits.test())).containsExactly(100);
        assertThat(Pixels.of(splits.test(), 0)).containsExactly(100 / 255f, 150 / 255f, 200 / 255f, 100 / 255f, 150 / 255f, 200 / 255f);
        float[] larger = Pixels.of(source(ImageFolderSource.Colors.GRAY, Optional.of(8), Optional.of(16), true).open(folder).test(), 0);
        assertThat(larger[7]).isEqualTo(100 / 255f);
        assertThat(larger[8]).isEqualTo(200 / 255f);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        image("train/dog/9.png", BufferedImage.TYPE_INT_RGB, 5, 8, 0, 0);
        assertRefused("9.png: 5×8 pixels, not 4×8 as the first image. Maybe height and width to resize all to?");
        Files.writeString(folder.resolve("train/dog/9.png"), "text");
        assertRefused("9.png: not an image that can be read: neither PNG nor JPEG");
        Files.delete(folder.resolve("train/dog/9.png"));
        image("test/horse/a.png", BufferedImage.TYPE_INT_RGB, 4, 8, 0, 0);
        assertRefused("horse: there is no class of this name to train on; there are [cat, dog]");
        assertThatThrownBy(() -> new ImageFolderSource("nowhere", ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(), 2, true)
                .open(folder)).hasMessageContaining("train: there is no such folder of images. Maybe");
    }

    @Test
    void aFileThatIsDamagedLaterIsNamed() throws IOException {
        DataSource.Splits splits = open();
        for (String name : List.of("train/cat/0.png", "train/dog/0.jpg")) {
            Path file = folder.resolve(name);
            byte[] content = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(content, content.length - (name.endsWith("png") ? 30 : 10)));
        }
        assertThatThrownBy(() -> Pixels.of(splits.train(), 0)).isInstanceOf(UncheckedIOException.class).hasMessageContaining("0.png: not an image");
        assertThatThrownBy(() -> Pixels.of(splits.train(), 2)).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("0.jpg: not an image that can be read: it is truncated. Maybe a download that broke off?");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(message).hasMessageContaining(folder.toString());
    }
}
