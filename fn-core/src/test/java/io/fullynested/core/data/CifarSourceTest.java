package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarSourceTest {

    @TempDir
    private Path folder;

    /** Image i has the red first + i, green and blue of 0 and 255. */
    private static byte[] records(int labels, int count, int first, int classes) {
        ByteBuffer file = ByteBuffer.allocate(count * (labels + 3072));
        for (int i = 0; i < count; i++) {
            file.put(labels == 2 ? new byte[] {(byte) (i % classes / 5), (byte) (i % classes)} : new byte[] {(byte) (i % classes)});
            for (int p = 0; p < 1024; p++) {
                file.put((byte) (first + i));
            }
            file.position(file.position() + 1024);
            for (int p = 0; p < 1024; p++) {
                file.put((byte) 255);
            }
        }
        return file.array();
    }

    @BeforeEach
    void write() throws IOException {
        Files.write(folder.resolve("data_batch_1.bin"), records(1, 20, 0, 10));
        Files.write(folder.resolve("data_batch_2.bin"), records(1, 10, 20, 10));
        Files.write(folder.resolve("test_batch.bin"), records(1, 10, 100, 10));
        Files.writeString(folder.resolve("batches.meta.txt"), "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
    }

    private DataSource.Splits open() throws IOException {
        return new Cifar10Source("", 10, Optional.empty(), 1).open(folder);
    }

    @Test
    void readsBatchesPlaneByPlane() throws IOException {
        DataSource.Splits splits = open();
        assertThat(splits.train().shape()).isEqualTo(Shape.image(3, 32, 32));
        assertThat(Pixels.first(splits.train())).hasSize(20).doesNotContainAnyElementsOf(Pixels.first(splits.validation()));
        assertThat(Pixels.labels(splits.validation())).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(Pixels.first(splits.test())).containsExactlyElementsOf(IntStream.range(100, 110).boxed().toList());
        assertThat(Pixels.labels(splits.test())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(splits.train().classes()).hasSize(10).contains("frog");
        float[] image = Pixels.of(splits.test(), 3);
        assertThat(image[1023]).isEqualTo(103 / 255f);
        assertThat(image[1024]).isZero();
        assertThat(image[3071]).isEqualTo(1);
        assertThat(new Cifar10Source("", 10, Optional.of(7), 1).open(folder).train().size()).isEqualTo(7);
    }

    @Test
    void readsEitherLabelOfTheHundredClasses() throws IOException {
        Files.write(folder.resolve("train.bin"), records(2, 200, 0, 100));
        Files.write(folder.resolve("test.bin"), records(2, 100, 0, 100));
        Files.writeString(folder.resolve("coarse_label_names.txt"),
                IntStream.range(0, 20).mapToObj(i -> "group" + i).collect(Collectors.joining("\n")));
        DataSource.Splits fine = new Cifar100Source("", Cifar100Source.Detail.FINE, 100, Optional.empty(), 1).open(folder);
        assertThat(fine.test().label(99)).isEqualTo(99);
        assertThat(fine.train().classes()).hasSize(100).endsWith("99");
        assertThat(fine.validation().size()).isEqualTo(100);
        DataSource.Splits coarse = new Cifar100Source("", Cifar100Source.Detail.COARSE, 20, Optional.empty(), 1).open(folder);
        assertThat(coarse.test().label(99)).isEqualTo(19);
        assertThat(coarse.test().classes()).hasSize(20).endsWith("group19");
    }

    @Test
    void saysWhatIsWrong() throws IOException {
        Files.write(folder.resolve("data_batch_2.bin"), new byte[3072]);
        assertRefused("data_batch_2.bin: its 3072 bytes are not records of 3073 bytes each. Maybe a download");
        byte[] bad = records(1, 10, 0, 10);
        bad[2 * 3073] = 10;
        Files.write(folder.resolve("data_batch_2.bin"), bad);
        assertRefused("data_batch_2.bin: the label of image 2, at byte 6146, is 10, but there are 10 classes");
        Files.writeString(folder.resolve("batches.meta.txt"), "airplane\n");
        assertRefused("batches.meta.txt: has 1 names, not one for each of 10 classes");
        Files.delete(folder.resolve("test_batch.bin"));
        Files.delete(folder.resolve("batches.meta.txt"));
        assertRefused("there is no file like test_batch.bin in it. Maybe unpack cifar-10-binary.tar.gz there?");
        assertThatThrownBy(() -> new Cifar10Source("nowhere", 10, Optional.empty(), 1).open(folder)).hasMessageContaining("nowhere: there is no such folder");
    }

    private void assertRefused(String message) {
        assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining(message).hasMessageContaining(folder.toString());
    }
}
