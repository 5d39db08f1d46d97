package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

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
    void ofALargeSetOneThousandAreRead() {
        boolean[] read = new boolean[100_000];
        DatasetDigest.of(new Dataset() {
            @Override
            public int size() {
                return read.length;
            }

            @Override
            public Shape shape() {
                return Shape.flat(1);
            }

            @Override
            public Target target() {
                return Target.nothing();
            }

            @Override
            public void read(int index, float[] into, int from) {
                read[index] = true;
            }

            @Override
            public void readTarget(int index, float[] into, int from) {
                assertThat(read[index]).isTrue();
            }
        });
        int count = 0;
        for (int i = 0; i < read.length; i++) {
            assertThat(read[i]).isEqualTo(i % 100 == 0);
            count += read[i] ? 1 : 0;
        }
        assertThat(count).isEqualTo(DatasetDigest.MOST);
    }
}
