package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.io.UnreadableException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.assertj.core.api.Assertions;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        return new ImageFolderSource("", colors, height, width, 2, 0.2, keep, 1, List.of());
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
    void asManyStayInMemoryAsItMayTake() throws IOException {
        ImageDecoder decoder = new ImageDecoder(Shape.image(3, 4, 8), true, true);
        ImageFiles files = ImageFiles.list(folder.resolve("train"), List.of("cat", "dog"));
        List<String> notes = new ArrayList<>();
        Dataset some = files.dataset(decoder, 2 * 96 + 95, notes);
        Dataset none = files.dataset(decoder, 0, new ArrayList<>());
        Dataset all = files.dataset(decoder, 6 * 96, new ArrayList<>());
        float[] before = new float[96];
        float[] after = new float[96];
        for (int i = 0; i < 6; i++) {
            some.read(i, before, 0);
            none.read(i, before, 0);
            all.read(i, before, 0);
        }
        for (PictureFile file : files.files()) {
            Files.delete(file.path());
        }
        some.read(1, after, 0);
        all.read(5, before, 0);
        assertThat(after[0]).isEqualTo(1);
        assertThatThrownBy(() -> some.read(2, after, 0)).isInstanceOf(UncheckedIOException.class).hasMessageContaining("2.png");
        assertThatThrownBy(() -> none.read(0, after, 0)).isInstanceOf(UncheckedIOException.class).hasMessageContaining("0.png");
        assertThat(notes).containsExactly(folder.resolve("train") + ": the pixels of 2 of 6 images stay in memory, the others are decoded each time. "
                + "Maybe FN_JAVA_OPTIONS=-Xmx32g, or a smaller height and width?");
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
                assertThat(Pixels.of(splits.train(), 2)[5] * 255).isEqualTo(100, Assertions.within(3f));
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

    /** Behind what is transparent there is white, whatever colour the file has there. */
    @Test
    void transparentPicturesAreSeenOnWhite() throws IOException {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0x00000000);
        image.setRGB(1, 0, 0x80ff0000);
        image.setRGB(2, 0, 0xff102030);
        Path file = folder.resolve("transparent.png");
        ImageIO.write(image, "png", file.toFile());
        assertThat(new ImageDecoder(Shape.image(3, 1, 3), true, true).read(new PictureFile(file)))
                .containsExactly((byte) 255, (byte) 255, 0x10, (byte) 255, 127, 0x20, (byte) 255, 127, 0x30);
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        image("train/dog/9.png", BufferedImage.TYPE_INT_RGB, 5, 8, 0, 0);
        assertRefused("9.png: height 5 and width 8, not height 4 and width 8 as the first image. Maybe height and width to resize all to?");
        Files.writeString(folder.resolve("train/dog/9.png"), "text");
        assertRefused("9.png: not an image that can be read: neither PNG nor JPEG");
        Files.writeString(folder.resolve("train/dog/8.png"), "text");
        assertRefused("train: 2 files cannot be taken: ", "8.png: not an image that can be read: neither PNG nor JPEG, GIF, BMP or TIFF; ", "9.png: not an image");
        Files.delete(folder.resolve("train/dog/8.png"));
        Files.delete(folder.resolve("train/dog/9.png"));
        image("test/horse/a.png", BufferedImage.TYPE_INT_RGB, 4, 8, 0, 0);
        assertRefused("horse: there is no class of this name to train on; there are [cat, dog]");
        assertThatThrownBy(() -> new ImageFolderSource("nowhere", ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(), 2, 0.2, true, 1, List.of())
                .open(folder)).hasMessageContaining("nowhere: there is no such folder of images. Maybe");
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

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void picturesAreTurnedAsTheirCameraSays(int orientation) throws IOException {
        resource("exif" + orientation + ".jpg", "turned/a/1.jpg");
        assertThat(new PictureFile(folder.resolve("turned/a/1.jpg")).check()).isEqualTo(Shape.image(1, 8, 16));
        byte[] pixels = new ImageDecoder(Shape.image(3, 2, 4), false, false).read(new PictureFile(folder.resolve("turned/a/1.jpg")));
        // corners red, green, blue and white, as they are seen
        assertThat(bytes(pixels, 0, 3, 4, 7)).containsExactly(new double[] {252, 0, 0, 250}, within(3));
        assertThat(bytes(pixels, 8, 11, 12, 15)).containsExactly(new double[] {0, 251, 0, 250}, within(3));
        assertThat(bytes(pixels, 16, 19, 20, 23)).containsExactly(new double[] {1, 0, 251, 250}, within(3));
    }

    /** The same pictures, with what their camera says in the chunk eXIf, in either order of bytes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void picturesInPngAreTurned(int orientation) throws IOException {
        for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            ByteBuffer tiff = ByteBuffer.allocate(26).order(order).put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes()).putShort((short) 42)
                    .putInt(8).putShort((short) 1).putShort((short) 0x112).putShort((short) 3).putInt(1).putShort((short) orientation);
            Path file = folder.resolve("turned.png");
            Files.write(file, png("exif" + orientation + ".jpg", tiff.array()));
            assertThat(new PictureFile(file).check()).isEqualTo(Shape.image(1, 8, 16));
            byte[] pixels = new ImageDecoder(Shape.image(3, 2, 4), false, false).read(new PictureFile(file));
            assertThat(bytes(pixels, 0, 3, 4, 7)).containsExactly(new double[] {252, 0, 0, 250}, within(3));
            assertThat(bytes(pixels, 8, 11, 12, 15)).containsExactly(new double[] {0, 251, 0, 250}, within(3));
        }
    }

    @Test
    void aPngThatSaysNonsenseOfItsCameraIsUpright() throws IOException {
        for (int length : new int[] {0, 1, 7, 8, 10, 17}) {
            byte[] nonsense = new byte[length];
            Arrays.fill(nonsense, (byte) 0x7f);
            Files.write(folder.resolve("a.png"), png("exif1.jpg", nonsense));
            assertThat(new PictureFile(folder.resolve("a.png")).check()).isEqualTo(Shape.image(1, 8, 16));
        }
    }

    /** A picture as it is stored, as PNG with a chunk more. */
    private static byte[] png(String name, byte[] exif) throws IOException {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ImageIO.write(ImageIO.read(Path.of("src/test/resources/pictures", name).toFile()), "png", plain);
        ByteBuffer chunk = ByteBuffer.allocate(12 + exif.length).putInt(exif.length).put("eXIf".getBytes()).put(exif);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, 4 + exif.length);
        chunk.putInt((int) crc.getValue());
        // behind the signature and the header
        byte[] all = plain.toByteArray();
        return ByteBuffer.allocate(all.length + chunk.capacity()).put(all, 0, 33).put(chunk.array()).put(all, 33, all.length - 33).array();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cmyk", "ycck"})
    void coloursOfPrintersBecomeThoseOfScreens(String name) throws IOException {
        resource(name + ".jpg", "printed.jpg");
        byte[] pixels = new ImageDecoder(Shape.image(3, 1, 2), false, false).read(new PictureFile(folder.resolve("printed.jpg")));
        assertThat(bytes(pixels, 0, 2, 4)).containsExactly(new double[] {200, 60, 30}, within(4));
        assertThat(bytes(pixels, 1, 3, 5)).containsExactly(new double[] {20, 90, 160}, within(4));
    }

    private static double[] bytes(byte[] pixels, int... at) {
        return Arrays.stream(at).mapToDouble(i -> Byte.toUnsignedInt(pixels[i])).toArray();
    }

    private static Offset<Double> within(double steps) {
        return Assertions.within(steps);
    }

    private void resource(String name, String to) throws IOException {
        Path file = folder.resolve(to);
        Files.createDirectories(file.getParent());
        Files.copy(Path.of("src/test/resources/pictures", name), file);
    }

    @Test
    void whatIsNoPictureIsLeftOutWithALine() throws IOException {
        Files.write(folder.resolve("train/cat/Thumbs.db"), new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11});
        Files.writeString(folder.resolve("train/dog/desktop.ini"), "[.ShellClassInfo]");
        Files.move(folder.resolve("train/dog/0.jpg"), folder.resolve("train/dog/0"));
        DataSource.Splits splits = open();
        assertThat(splits.train().size() + splits.validation().size()).isEqualTo(6);
        assertThat(splits.notes()).contains(folder.resolve("train/cat/Thumbs.db") + " and 1 more: no picture, so it was left out");
        Files.writeString(folder.resolve("train/cat/a.webp"), "RIFF");
        assertRefused("a.webp: not an image that can be read: neither PNG nor JPEG");
    }

    @ParameterizedTest
    @ValueSource(strings = {"train/cat/0.png", "train/dog/1.jpg"})
    void aPictureThatWasCutShortIsFoundBeforeTraining(String name) throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve(name));
        for (int length = 60; length < content.length; length += 7) {
            Files.write(folder.resolve(name), Arrays.copyOf(content, length));
            assertThatThrownBy(this::open).isInstanceOf(UnreadableException.class).hasMessageContaining(folder.resolve(name) + ": ");
        }
        byte[] withAFilm = Arrays.copyOf(content, content.length + 9000);
        Files.write(folder.resolve(name), withAFilm);
        assertThat(open().test().size()).isEqualTo(1);
    }

    @Test
    void aSizeThatTheMemoryCannotHoldIsRefusedBeforeTraining() throws IOException {
        byte[] content = Files.readAllBytes(folder.resolve("train/cat/0.png"));
        ByteBuffer.wrap(content).putInt(16, 20_000).putInt(20, 20_000);
        Files.write(folder.resolve("train/cat/0.png"), content);
        assertThatThrownBy(() -> source(ImageFolderSource.Colors.RGB, Optional.of(4), Optional.of(8), true).open(folder))
                .isInstanceOf(UnreadableException.class).hasMessageContaining("0.png: ").hasMessageContaining("[20000, 20000]");
    }

    @Test
    void sizesThatDifferAreSaid() throws IOException {
        image("train/dog/9.png", BufferedImage.TYPE_INT_RGB, 9, 7, 0, 0);
        assertThat(source(ImageFolderSource.Colors.RGB, Optional.of(4), Optional.of(8), true).open(folder).notes())
                .contains(folder.resolve("train") + ": images of 2 sizes, from 4×8 to 9×7 (height×width), all become 4×8");
    }

    @Test
    void oneFolderOfAllImagesIsDivided() throws IOException {
        for (int i = 0; i < 40; i++) {
            image("flat/rose/" + i + ".png", BufferedImage.TYPE_INT_RGB, 4, 8, i, i);
            image("flat/tulip/" + i + ".png", BufferedImage.TYPE_INT_RGB, 4, 8, i, i);
        }
        DataSource.Splits splits = new ImageFolderSource("flat", ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(), 0.1, 0.2, true, 1, List.of())
                .open(folder);
        assertThat(List.of(splits.train().size(), splits.validation().size(), splits.test().size())).containsExactly(56, 8, 16);
        assertThat(Pixels.labels(splits.test())).hasSize(16).filteredOn(label -> label == 0).hasSize(8);
        assertThat(splits.notes()).isEmpty();
    }

    private void assertRefused(String... message) {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContainingAll(message).hasMessageContaining(folder.toString());
    }
}
