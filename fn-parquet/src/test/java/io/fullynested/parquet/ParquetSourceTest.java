package io.fullynested.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.DataSource.Splits;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ImageFolderSource.Colors;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.imageio.ImageIO;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetSourceTest {

    private static final String FLAT = "message m { required int32 other; required binary image; required int64 label; }";
    /** As Hugging Face's data sets are. */
    private static final String GROUP = "message m { optional group image { optional binary bytes; optional binary path (UTF8); } optional int64 label; }";

    @TempDir
    private Path folder;

    /** A picture whose red tells its number. */
    static byte[] png(int number) {
        BufferedImage image = new BufferedImage(5, 4, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 20; i++) {
            image.setRGB(i % 5, i / 5, number << 16 | i);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void write(String name, String schema, CompressionCodecName codec, int rows, BiConsumer<Integer, Group> row) throws IOException {
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(folder.resolve(name))).withType(MessageTypeParser.parseMessageType(schema))
                .withCompressionCodec(codec).withRowGroupRowCountLimit(7).build()) {
            for (int i = 0; i < rows; i++) {
                Group group = new SimpleGroupFactory(MessageTypeParser.parseMessageType(schema)).newGroup();
                row.accept(i, group);
                writer.write(group);
            }
        }
    }

    private static void flat(int i, Group row) {
        row.append("other", i).append("image", Binary.fromConstantByteArray(png(i))).append("label", (long) (i % 3));
    }

    private static ParquetSource source(String image, String label) {
        return new ParquetSource("", image, label, Colors.RGB, Optional.empty(), Optional.empty(), .2, .2, false, 1, List.of());
    }

    private static int number(Dataset data, int index) {
        float[] pixels = new float[data.shape().elements()];
        data.read(index, pixels, 0);
        assertThat(255 * pixels[40 + 19]).isEqualTo(19);
        return Math.round(255 * pixels[0]);
    }

    @ParameterizedTest
    @EnumSource(value = CompressionCodecName.class, names = {"UNCOMPRESSED", "SNAPPY", "LZ4_RAW", "ZSTD"})
    void rowsAreImagesWithTheirClasses(CompressionCodecName codec) throws IOException {
        write("train-0.parquet", FLAT, codec, 20, ParquetSourceTest::flat);
        write("train-1.parquet", FLAT, codec, 10, (i, row) -> flat(20 + i, row));
        write("val.parquet", FLAT, codec, 5, (i, row) -> flat(30 + i, row));
        write("test.parquet", FLAT, codec, 4, (i, row) -> flat(40 + i, row));
        Splits splits = source("image", "label").open(folder);
        assertThat(splits.train().shape()).isEqualTo(Shape.image(3, 4, 5));
        assertThat(splits.train().classes()).containsExactly("0", "1", "2");
        assertThat(List.of(splits.train().size(), splits.validation().size(), splits.test().size())).containsExactly(30, 5, 4);
        for (int i = 0; i < 30; i++) {
            assertThat(number(splits.train(), i)).isEqualTo(i);
            assertThat(splits.train().label(i)).isEqualTo(i % 3);
        }
        assertThat(number(splits.validation(), 2)).isEqualTo(32);
        assertThat(number(splits.test(), 3)).isEqualTo(43);
        assertThat(splits.train().name(21)).endsWith("train-1.parquet/row 1");
    }

    @Test
    void groupsAndNamesOfClassesAreRead() throws IOException {
        write("data.parquet", GROUP.replace("int64 label", "binary animal (UTF8)"), CompressionCodecName.SNAPPY, 30, (i, row) -> {
            row.addGroup("image").append("bytes", Binary.fromConstantByteArray(png(i))).append("path", i + ".png");
            row.append("animal", i % 2 == 0 ? "cat" : "ant");
        });
        Splits splits = source("image", "animal").open(folder);
        assertThat(splits.train().classes()).containsExactly("ant", "cat");
        for (Dataset data : List.of(splits.train(), splits.validation(), splits.test())) {
            for (int i = 0; i < data.size(); i++) {
                assertThat(data.label(i)).isEqualTo(1 - number(data, i) % 2);
            }
        }
        assertThat(source("image", "nothing").open(folder, Target.Kind.NOTHING).train().size()).isPositive();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "picture|label|there is no column 'picture'; there are other, image, label. Maybe 'image' or 'label' of the data source should name another?",
        "image|class|there is no column 'class'; there are other, image, label. Maybe 'image' or 'label' of the data source should name another?",
        "other|label|the column 'other' has no bytes of one picture in each row"})
    void columnsThatDoNotFitAreRefused(String image, String label, String message) throws IOException {
        write("train.parquet", FLAT, CompressionCodecName.SNAPPY, 9, ParquetSourceTest::flat);
        assertThatThrownBy(() -> source(image, label).open(folder)).hasMessageStartingWith(folder.toString()).hasMessageContaining(message);
    }

    @Test
    void whatIsMissingOrDamagedIsNamed() throws IOException {
        assertThatThrownBy(() -> source("image", "label").open(folder)).hasMessageContaining("there is no image in it, nor a .parquet file");
        write("train.parquet", GROUP, CompressionCodecName.SNAPPY, 9, (i, row) -> {
            if (i != 4) {
                row.addGroup("image").append("bytes", Binary.fromConstantByteArray(png(i)));
            }
            row.append("label", 1L);
        });
        assertThatThrownBy(() -> source("image", "label").open(folder)).hasMessage(folder.resolve("train.parquet") + ": row 4 has nothing in its column 'image'");
        byte[] whole = Files.readAllBytes(folder.resolve("train.parquet"));
        Files.write(folder.resolve("train.parquet"), Arrays.copyOf(whole, whole.length - 20));
        assertThatThrownBy(() -> source("image", "label").open(folder)).hasMessageStartingWith(folder.resolve("train.parquet").toString());
        Files.writeString(folder.resolve("train.parquet"), "no Parquet");
        assertThatThrownBy(() -> source("image", "label").open(folder)).hasMessageStartingWith(folder.resolve("train.parquet").toString());
    }

    @Test
    void otherCodecsAreRefused() {
        assertThatThrownBy(() -> ParquetShards.require(folder, CompressionCodecName.GZIP)).hasMessage(folder + ": it is compressed by GZIP, which is not read here. "
                + "Maybe write it with one of [SNAPPY, ZSTD, LZ4_RAW, UNCOMPRESSED]?");
    }

    @Test
    void itIsFoundByItsKind() {
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            assertThat(registry.kinds(Role.DATA_SOURCE).all()).containsKeys("parquet", "tar-shards");
        }
    }
}
