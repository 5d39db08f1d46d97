package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sources read what a task wants of them. */
class TargetsTest {

    @TempDir
    private Path folder;

    private static float[] target(Dataset data, int index) {
        float[] target = new float[data.target().size()];
        data.readTarget(index, target, 0);
        return target;
    }

    private static CsvSource csv(List<String> label) {
        return new CsvSource("t.csv", label, List.of(), true, ",", List.of(), Optional.empty(), Optional.empty(), .2, .2, 1);
    }

    @Test
    void aTableHasQuantitiesLabelsOrNothing() throws IOException {
        Files.writeString(folder.resolve("t.csv"), "a,b,height,wet,red\n" + IntStream.range(0, 20)
                .mapToObj(i -> i + "," + 2 * i + "," + i * 1.5 + "," + i % 2 + "," + (i / 2) % 2).collect(Collectors.joining("\n")) + "\n");
        Dataset one = csv(List.of("height")).open(folder, Target.Kind.NUMBERS).train();
        assertThat(one.target()).isEqualTo(Target.numbers(List.of("height")));
        assertThat(one.shape()).isEqualTo(Shape.image(4, 1, 1));
        float[] row = new float[4];
        one.read(0, row, 0);
        assertThat(target(one, 0)[0]).isEqualTo(row[0] * 1.5f);
        assertThat(csv(List.of("height", "b")).open(folder, Target.Kind.NUMBERS).test().target().names()).containsExactly("height", "b");
        Dataset labels = csv(List.of("wet", "red")).open(folder, Target.Kind.LABELS).train();
        labels.read(0, row, 0);
        assertThat(target(labels, 0)).containsExactly(row[0] % 2, (int) row[0] / 2 % 2);
        assertThat(csv(List.of("last")).open(folder, Target.Kind.NOTHING).train().shape()).isEqualTo(Shape.image(5, 1, 1));
        assertThat(csv(List.of("last")).open(folder).train().classes()).containsExactly("0", "1");
        assertThatThrownBy(() -> csv(List.of("height", "red")).open(folder, Target.Kind.LABELS)).isInstanceOf(IOException.class)
                .hasMessageContaining("t.csv:3: column 'height' is 1.5; a label is 1 if it applies, 0 if not");
        assertThatThrownBy(() -> csv(List.of("wet", "red")).open(folder)).hasMessageContaining("a class stands in one column, 'label' names 2");
        assertThatThrownBy(() -> csv(List.of("red")).open(folder, Target.Kind.CLASS_OF_PIXELS)).hasMessageContaining("a table has no pixels");
    }

    private void npy(String name, String shape, int... bytes) throws IOException {
        String header = "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }\n";
        byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
        byte[] file = Arrays.copyOf(start, start.length + header.length() + bytes.length);
        System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, file, start.length, header.length());
        IntStream.range(0, bytes.length).forEach(i -> file[start.length + header.length() + i] = (byte) bytes[i]);
        Files.write(folder.resolve(name + ".npy"), file);
    }

    private DataSource.Splits arrays(Target.Kind wanted, String... names) throws IOException {
        return new NpySource("", List.of("x_{set}"), "y_{set}", NpySource.Channels.FIRST, List.of(names), .25, Optional.empty(), 1).open(folder, wanted);
    }

    @Test
    void arraysHaveTargetsOfEachKind() throws IOException {
        npy("x_train", "(4, 1, 2)", 0, 1, 2, 3, 4, 5, 6, 7);
        npy("x_test", "(1, 1, 2)", 9, 9);
        npy("y_train", "(4, 1, 2)", 0, 1, 2, 255, 1, 1, 0, 0);
        npy("y_test", "(1, 1, 2)", 2, 255);
        DataSource.Splits masks = arrays(Target.Kind.CLASS_OF_PIXELS, "ground", "tree", "sky");
        assertThat(masks.test().target()).isEqualTo(Target.classOfPixels(List.of("ground", "tree", "sky"), 1, 2));
        assertThat(target(masks.test(), 0)).as("255 does not count").containsExactly(2, -1);
        npy("y_train", "(4, 2)", 0, 1, 1, 1, 0, 0, 1, 0);
        npy("y_test", "(1, 2)", 1, 0);
        assertThat(target(arrays(Target.Kind.LABELS, "wet", "red").test(), 0)).containsExactly(1, 0);
        assertThat(arrays(Target.Kind.NUMBERS).test().target().names()).containsExactly("1", "2");
        npy("y_test", "(1, 2)", 7, 0);
        assertThat(target(arrays(Target.Kind.NUMBERS).test(), 0)).containsExactly(7, 0);
        assertThatThrownBy(() -> arrays(Target.Kind.LABELS)).hasMessageContaining("label '1' of image 0 is 7.0, neither 0 nor 1");
        assertThatThrownBy(() -> arrays(Target.Kind.CLASS_OF_PIXELS)).hasMessageContaining("masks are whole numbers [n, H, W], found [4, 2] of u1");
        for (String name : List.of("x_test", "y_train", "y_test")) {
            Files.delete(folder.resolve(name + ".npy"));
        }
        DataSource.Splits alone = arrays(Target.Kind.NOTHING);
        assertThat(alone.train().target().size()).isZero();
        assertThat(alone.train().size() + alone.validation().size() + alone.test().size()).isEqualTo(4);
        assertThatThrownBy(() -> arrays(Target.Kind.NUMBERS)).hasMessageContaining("there is no y_train.npy in it");
    }

    private void picture(String name, int value) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (int x = 0; x < 4; x++) {
            image.getRaster().setSample(x, 0, 0, x == 0 ? 0 : value);
            image.getRaster().setSample(x, 1, 0, x == 3 ? 255 : value);
        }
        ImageIO.write(image, "png", file.toFile());
    }

    private DataSource.Splits pictures(Target.Kind wanted, Optional<Integer> height, Optional<Integer> width, String... classes) throws IOException {
        return new ImageFolderSource("", ImageFolderSource.Colors.GRAY, height, width, 1, 1, true, 1, List.of(classes)).open(folder, wanted);
    }

    @Test
    void foldersHaveMasksOrNothing() throws IOException {
        for (int i = 0; i < 6; i++) {
            picture("images/" + i + ".png", 100);
            picture("masks/" + i + ".png", 1 + i % 2);
        }
        Dataset whole = pictures(Target.Kind.CLASS_OF_PIXELS, Optional.empty(), Optional.empty()).train();
        assertThat(whole.target()).isEqualTo(Target.classOfPixels(List.of("0", "1", "2"), 2, 4));
        float[] mask = target(whole, 0);
        assertThat(mask).containsExactly(0, mask[1], mask[1], mask[1], mask[1], mask[1], mask[1], -1);
        Dataset half = pictures(Target.Kind.CLASS_OF_PIXELS, Optional.of(1), Optional.of(2), "ground", "tree", "sky").train();
        assertThat(half.target()).isEqualTo(Target.classOfPixels(List.of("ground", "tree", "sky"), 1, 2));
        assertThat(target(half, 0)[0]).as("the nearest pixel, no mean of classes").isIn(1f, 2f);
        assertThatThrownBy(() -> pictures(Target.Kind.CLASS_OF_PIXELS, Optional.empty(), Optional.empty(), "ground", "tree"))
                .hasMessageContaining("there are 2 classes, 0..1");
        assertThatThrownBy(() -> pictures(Target.Kind.NUMBERS, Optional.empty(), Optional.empty()))
                .hasMessageContaining("folders give one class to each image, not numbers for each image. Maybe a table, or arrays?");
        Files.delete(folder.resolve("masks/3.png"));
        assertThatThrownBy(() -> pictures(Target.Kind.CLASS_OF_PIXELS, Optional.empty(), Optional.empty())).hasMessageContaining("no such mask of 3.png");
        DataSource.Splits all = pictures(Target.Kind.NOTHING, Optional.empty(), Optional.empty());
        assertThat(all.train().size() + all.validation().size() + all.test().size()).as("pictures in any folder").isEqualTo(11);
        assertThat(all.train().target().size()).isZero();
    }
}
