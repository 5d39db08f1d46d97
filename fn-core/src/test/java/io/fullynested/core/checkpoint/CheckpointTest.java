package io.fullynested.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("checkpoint.safetensors");
    }

    @Test
    void readsWhatItWrote() throws IOException {
        Tensor weight = new Tensor(new int[] {2, 1, 3}, new float[] {1, -0f, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY, 0.1f});
        String yaml = "network: \"über\"\n  # täglich {}\n";
        new Checkpoint(Map.of("spec", yaml, "seed", "1"), Map.of("stage1/weight", weight, "clip", Tensor.scalar(3))).write(file);
        Checkpoint read = Checkpoint.read(file);
        assertThat(read.metadata()).containsExactly(Map.entry("seed", "1"), Map.entry("spec", yaml));
        assertThat(read.tensors().keySet()).containsExactly("clip", "stage1/weight");
        assertThat(read.tensors().get("clip").shape()).isEmpty();
        assertThat(read.tensors().get("stage1/weight").shape()).containsExactly(2, 1, 3);
        assertThat(read.tensors().get("stage1/weight").data()).isEqualTo(weight.data());
    }

    @Test
    void writesTheFormatByteForByte() throws IOException {
        new Checkpoint(Map.of("k", "v"), Map.of("b", Tensor.vector(1, 2), "a", Tensor.scalar(-2))).write(file);
        String header = "{\"__metadata__\":{\"k\":\"v\",\"sha256\":\"" + Checkpoint.read(file).digest() + "\"},\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}";
        header += " ".repeat(Math.floorMod(-header.length(), 8));
        assertThat(Files.readAllBytes(file)).isEqualTo(safetensors(header, -2, 1, 2));
    }

    @Test
    void aFlippedBitIsFound() throws IOException {
        Checkpoint whole = new Checkpoint(Map.of("seed", "1", "spec", "network: a"), Map.of("a", Tensor.vector(1, 2), "b", Tensor.scalar(-2)));
        whole.write(file);
        byte[] good = Files.readAllBytes(file);
        int found = 0;
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            try {
                // what is not found is in blanks, or in the name of the digest
                assertThat(Checkpoint.read(file).tensors().get("a").data()).as("bit %d", bit).isEqualTo(whole.tensors().get("a").data());
                assertThat(Checkpoint.read(file).metadata()).as("bit %d", bit).containsAllEntriesOf(whole.metadata());
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith(file.toString());
                found++;
            }
        }
        assertThat(found).isGreaterThan(8 * good.length - 8 * ("sha256".length() + 8));
    }

    @Test
    void filesOfBeforeThereWereDigestsAreRead() throws IOException {
        Files.write(file, safetensors("{\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 2));
        assertThat(Checkpoint.read(file).metadata()).containsExactly(Map.entry("k", "v"));
        assertThat(Checkpoint.read(file).tensors().get("a").data()).containsExactly(2);
    }

    @Test
    void theOrderOfTheMapsDoesNotMatter() throws IOException {
        Map<String, Tensor> other = new LinkedHashMap<>();
        other.put("b", Tensor.scalar(2));
        other.put("a", Tensor.scalar(1));
        new Checkpoint(Map.of(), other).write(file);
        byte[] bytes = Files.readAllBytes(file);
        new Checkpoint(Map.of(), Map.of("a", Tensor.scalar(1), "b", Tensor.scalar(2))).write(file);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    @Test
    void readsTensorsInAnyOrderWithoutMetadata() throws IOException {
        Files.write(file, safetensors("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 2, 1));
        assertThat(Checkpoint.read(file).tensors().get("a").data()).containsExactly(1);
        assertThat(Checkpoint.read(file).tensors().get("b").data()).containsExactly(2);
    }

    @Test
    void namesTruncatedFiles() throws IOException {
        new Checkpoint(Map.of("k", "v"), Map.of("a", Tensor.zeros(10))).write(file);
        byte[] good = Files.readAllBytes(file);
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertRefused(length < 8 ? "not a safetensors file" : "its header announces");
        }
        Files.write(file, Arrays.copyOf(good, good.length + 3));
        assertRefused("3 bytes after the last tensor");
    }

    @Test
    void namesForeignAndDamagedFiles() throws IOException {
        assertRefused("there is no such checkpoint file");
        Files.write(file, "PK\3\4 this is a zip file".getBytes(StandardCharsets.UTF_8));
        assertRefused("not a safetensors file");
        refuse("{\"a\":", "not a safetensors file, or a damaged one");
        refuse("[1, 2]", "its header is no JSON object");
        refuse("{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}", "tensor 'a' is of type F16, expected F32");
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", "tensor 'a' has shape [2] and offsets [0,4]");
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", "tensor 'a' has shape [-1]");
        refuse("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", "'a' starts at byte 4, expected 0");
        refuse("{\"a\":{\"dtype\":\"F32\"}}", "tensor 'a' has shape");
    }

    @Test
    void refusesAReservedName() {
        Map<String, Tensor> tensors = Map.of("__metadata__", Tensor.scalar(1));
        assertThatThrownBy(() -> new Checkpoint(Map.of(), tensors)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("__metadata__");
    }

    private void refuse(String header, String message) throws IOException {
        Files.write(file, safetensors(header, 1));
        assertRefused(message);
    }

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Checkpoint.read(file)).isInstanceOf(IOException.class).hasMessageContaining(message)
                .hasMessageStartingWith(file.toString());
    }

    private static byte[] safetensors(String header, float... data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + json.length + 4 * data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json);
        for (float value : data) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }
}
