package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetDigestTest {

    private static String digest(int count, UnaryOperator<float[]> numbers, UnaryOperator<int[]> labels, String... names) {
        float[] values = new float[2 * count];
        values[values.length - 2] = 1;
        return DatasetDigest.of(ArrayDataset.ofFloats(Shape.flat(2), List.of(names), numbers.apply(values), labels.apply(new int[count])));
    }

    @Test
    void oneNumberOneLabelOneNameOrOneImageMakesAnother() {
        UnaryOperator<float[]> same = numbers -> numbers;
        UnaryOperator<int[]> all = labels -> labels;
        String first = digest(900, same, all, "a", "b");
        assertThat(digest(900, same, all, "a", "b")).isEqualTo(first);
        assertThat(List.of(digest(900, numbers -> {
            numbers[777] = 1e-6f;
            return numbers;
        }, all, "a", "b"), digest(900, same, labels -> {
            labels[899] = 1;
            return labels;
        }, "a", "b"), digest(900, same, all, "a", "c"), digest(901, same, all, "a", "b"))).doesNotContain(first).doesNotHaveDuplicates();
    }

    @Test
    void everyImageOfALargeSetCounts() {
        float[] numbers = new float[20_000];
        Supplier<String> digest = () -> DatasetDigest.of(ArrayDataset.ofFloats(Shape.flat(1), List.of("a", "b"), numbers, new int[numbers.length]));
        String first = digest.get();
        for (int i = 0; i < numbers.length; i += 1999) {
            numbers[i] = 1;
            assertThat(digest.get()).isNotEqualTo(first);
            numbers[i] = 0;
        }
        assertThat(digest.get()).isEqualTo(first);
    }

    @Test
    void setsMadeOfOthersAreToldByWhatTheyAreMadeOf() {
        Dataset one = ArrayDataset.ofBytes(Shape.flat(2), List.of("a", "b"), new byte[] {1, 2, 3, 4, 5, 6}, new int[] {0, 1, 0});
        Dataset other = ArrayDataset.ofBytes(Shape.flat(2), List.of("a", "b"), new byte[] {1, 2, 3, 4, 5, 7}, new int[] {0, 1, 0});
        assertThat(DatasetDigest.of(new Subset(one, new int[] {0, 1}))).isEqualTo(DatasetDigest.of(new Subset(other, new int[] {0, 1})))
                .isNotEqualTo(DatasetDigest.of(new Subset(one, new int[] {1, 0}))).isNotEqualTo(DatasetDigest.of(new Subset(one, new int[] {0, 2})));
        assertThat(DatasetDigest.of(new JoinedDataset(List.of(one, one)))).isNotEqualTo(DatasetDigest.of(new JoinedDataset(List.of(one, other))));
        // numbers as a program that knows no better gives them
        Dataset plain = new Dataset() {
            @Override
            public int size() {
                return 3;
            }

            @Override
            public Shape shape() {
                return one.shape();
            }

            @Override
            public Target target() {
                return one.target();
            }

            @Override
            public int label(int index) {
                return index;
            }

            @Override
            public void read(int index, float[] into, int from) {
                other.read(index, into, from);
            }
        };
        assertThat(DatasetDigest.of(plain)).isEqualTo(DatasetDigest.of(plain)).isNotEqualTo(DatasetDigest.of(new Subset(plain, new int[] {0, 1, 1})));
    }

    @Test
    void ofImageFilesEveryByteCounts(@TempDir Path folder) throws IOException {
        for (String name : List.of("train/a/1.png", "train/a/2.png", "train/b/1.png", "train/b/2.png", "test/a/1.png", "val/a/1.png")) {
            Files.createDirectories(folder.resolve(name).getParent());
            ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", folder.resolve(name).toFile());
        }
        ImageFolderSource source = new ImageFolderSource("", ImageFolderSource.Colors.RGB, Optional.empty(), Optional.empty(), 1, 1, true, 1, List.of());
        String first = DatasetDigest.of(source.open(folder).train());
        assertThat(DatasetDigest.of(source.open(folder).train())).isEqualTo(first);
        BufferedImage dot = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        dot.setRGB(3, 3, 1);
        ImageIO.write(dot, "png", folder.resolve("train/b/2.png").toFile());
        assertThat(DatasetDigest.of(source.open(folder).train())).isNotEqualTo(first);
    }
}
