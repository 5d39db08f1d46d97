package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrayDatasetTest {

    private static final Shape PAIR = Shape.image(1, 1, 2);
    private static final List<String> CLASSES = List.of("a", "b");

    @Test
    void bytesAreSharesAndFloatsThemselves() {
        Dataset bytes = ArrayDataset.ofBytes(PAIR, CLASSES, new byte[] {0, 51, (byte) 255, 0}, new int[] {1, 0});
        assertThat(Pixels.of(bytes, 0)).containsExactly(0, 0.2f);
        assertThat(Pixels.of(bytes, 1)).containsExactly(1, 0);
        assertThat(Pixels.labels(bytes)).containsExactly(1, 0);
        assertThat(Pixels.of(ArrayDataset.ofFloats(PAIR, CLASSES, new float[] {3, -4}, new int[] {1}), 0)).containsExactly(3, -4);
        Dataset table = ArrayDataset.ofTable(CLASSES, new float[][] {{1, 2, 3}, {4, 5, 6}}, new int[] {0, 1});
        assertThat(table.shape()).isEqualTo(Shape.image(3, 1, 1));
        assertThat(Pixels.of(table, 1)).containsExactly(4, 5, 6);
    }

    @Test
    void aSubsetReadsItsOwnOrder() {
        Dataset whole = ArrayDataset.ofTable(CLASSES, new float[][] {{1}, {2}, {3}}, new int[] {0, 1, 0});
        Dataset some = new Subset(whole, new int[] {2, 1});
        assertThat(some.size()).isEqualTo(2);
        assertThat(Pixels.of(some, 0)).containsExactly(3);
        assertThat(Pixels.labels(some)).containsExactly(0, 1);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> ArrayDataset.ofBytes(PAIR, CLASSES, new byte[3], new int[2]))
                .hasMessage("2 labels need 2 images of 1×1×2, 4 values, found 3");
        assertThatThrownBy(() -> ArrayDataset.ofFloats(PAIR, CLASSES, new float[4], new int[] {0, 2}))
                .hasMessage("the label of image 1 is 2, but there are 2 classes, 0..1");
        assertThatThrownBy(() -> ArrayDataset.ofTable(CLASSES, new float[][] {{1}, {1, 2}}, new int[2]))
                .hasMessage("row 1 has 2 columns, the first one has 1");
    }

    @Test
    void whatWasInMemoryHasToBeHandedOverAgain() {
        assertThatThrownBy(() -> new InMemory().open(Path.of(""))).isInstanceOf(IOException.class).hasMessageContaining("Settings.withData");
    }
}
