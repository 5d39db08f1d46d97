package io.fullynested.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.fullynested.api.search.Evaluation;
import io.fullynested.training.TrainingListener;
import io.fullynested.training.TrainingListener.Progress;
import io.fullynested.training.TrainingListener.Validated;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages are read by the parser of protocol buffers; benchmarks/tensorboard reads them with TensorBoard's own reader. */
class TensorBoardTest {

    @TempDir
    private Path folder;

    /** Events of all files of a run, in the order in which TensorBoard reads them. */
    private List<String> events(String run) throws IOException {
        List<String> events = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder.resolve(run))) {
            for (Path file : files.sorted().toList()) {
                assertThat(file.getFileName().toString()).matches("events\\.out\\.tfevents\\.\\d{10}\\.fully-nested");
                ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
                while (bytes.hasRemaining()) {
                    byte[] length = new byte[8];
                    bytes.get(length);
                    assertThat(bytes.getInt()).isEqualTo(masked(length));
                    byte[] record = new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
                    bytes.get(record);
                    assertThat(bytes.getInt()).isEqualTo(masked(record));
                    events.add(event(UnknownFieldSet.parseFrom(record)));
                }
            }
        }
        return events;
    }

    /** As the format says: the checksum turned right by 15 bits, and a constant added. */
    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        long value = crc.getValue();
        return (int) ((value >>> 15 | value << 17) + 0xa282ead8L);
    }

    private static String event(UnknownFieldSet event) throws IOException {
        double wall = Double.longBitsToDouble(event.getField(1).getFixed64List().get(0));
        assertThat(wall).isCloseTo(System.currentTimeMillis() / 1e3, within(3600.0));
        if (event.hasField(3)) {
            return event.getField(3).getLengthDelimitedList().get(0).toStringUtf8();
        }
        long step = event.getField(2).getVarintList().get(0);
        if (event.hasField(7)) {
            return step + " begin " + UnknownFieldSet.parseFrom(event.getField(7).getLengthDelimitedList().get(0)).getField(1).getVarintList();
        }
        StringBuilder text = new StringBuilder().append(step);
        for (ByteString value : UnknownFieldSet.parseFrom(event.getField(5).getLengthDelimitedList().get(0)).getField(1).getLengthDelimitedList()) {
            UnknownFieldSet scalar = UnknownFieldSet.parseFrom(value);
            text.append(' ').append(scalar.getField(1).getLengthDelimitedList().get(0).toStringUtf8()).append(' ')
                    .append(Float.intBitsToFloat(scalar.getField(2).getFixed32List().get(0)));
        }
        return text.toString();
    }

    private static Progress at(long step) {
        return new Progress(step, 4000, (int) (step / 1000), 4, 1.5, 0.75, 10, 200, 0.125);
    }

    private static Validated measured(long step) {
        return new Validated((int) (step / 1000), step, new Evaluation(0.5, 0.25, 10), new Evaluation(0.375, Double.NaN, 10));
    }

    @Test
    void curvesAreThereWhileTheTrainingGoesOnAndAfterAStop() throws IOException {
        try (TensorBoard board = new TensorBoard(folder, "macro-f1", TrainingListener.NONE)) {
            board.step(at(1));
            board.validated(measured(1000));
            board.epoch(at(1000));
            assertThat(events("train")).containsExactly("brain.Event:2", "0 begin [1]", "1000 loss 1.5 macro_f1 0.75 learning_rate 0.125 images_per_second 200.0");
            assertThat(events("validation")).containsExactly("brain.Event:2", "0 begin [1]", "1000 loss 0.25 macro_f1 0.5");
        }
        try (TensorBoard board = new TensorBoard(folder, "macro-f1", TrainingListener.NONE)) {
            board.resumed(1500, 4000, List.of(at(1000)), List.of(measured(1000)));
            board.step(at(1501));
            board.validated(measured(2000));
        }
        assertThat(events("smallest")).containsExactly("brain.Event:2", "0 begin [1]", "1000 loss NaN macro_f1 0.375", "brain.Event:2", "1501 begin [1]",
                "2000 loss NaN macro_f1 0.375");
    }

    @Test
    void whatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("taken"), "a file");
        assertThatThrownBy(() -> new TensorBoard(file, "accuracy", TrainingListener.NONE)).isInstanceOf(IOException.class)
                .hasMessageContaining(file.resolve("train").toString()).hasMessageContaining(" cannot be written: ");
    }

    @Test
    void varintsAndLongTextsAreWritten() throws IOException {
        String tag = "x".repeat(300);
        long[] steps = {0, 127, 128, 16_384, 1L << 40, Long.MAX_VALUE};
        try (EventFile file = new EventFile(folder.resolve("run"))) {
            for (long step : steps) {
                file.add(step, Map.of(tag, 1.0));
            }
        }
        assertThat(events("run")).containsExactlyElementsOf(Stream.concat(Stream.of("brain.Event:2"), Arrays.stream(steps).mapToObj(step -> step + " " + tag + " 1.0"))
                .toList());
    }
}
