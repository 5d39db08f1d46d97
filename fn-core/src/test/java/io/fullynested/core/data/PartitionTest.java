package io.fullynested.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionTest {

    private static Dataset data(int... perClass) {
        int[] labels = IntStream.range(0, perClass.length).flatMap(c -> IntStream.generate(() -> c).limit(perClass[c])).toArray();
        List<String> names = IntStream.range(0, perClass.length).mapToObj(c -> "class" + c).toList();
        return ArrayDataset.ofBytes(Shape.image(1, 1, 1), names, new byte[labels.length], labels);
    }

    private static DataSource.Splits divide(double validation, double test, Dataset data) throws IOException {
        return Partition.of(validation, test, 1, Optional.empty()).of(data, Optional.empty(), Optional.empty(), "folder");
    }

    private static List<Integer> counts(Dataset data) {
        List<Integer> labels = Pixels.labels(data);
        return IntStream.range(0, data.classes().size()).mapToObj(c -> Collections.frequency(labels, c)).toList();
    }

    @Test
    void aCountIsTakenOfEachClassByItsShare() throws IOException {
        DataSource.Splits splits = Partition.held(450, 1, Optional.empty()).of(data(900, 500, 300, 160, 90), Optional.empty(), Optional.of(data(1, 1, 1, 1, 1)),
                "folder");
        assertThat(counts(splits.validation())).containsExactly(207, 116, 69, 37, 21);
        assertThat(counts(splits.train())).containsExactly(693, 384, 231, 123, 69);
        assertThat(splits.notes()).isEmpty();
    }

    @Test
    void validationAndTestAreOfOneDistribution() throws IOException {
        DataSource.Splits splits = divide(0.1, 0.2, data(1000, 100));
        assertThat(counts(splits.validation())).containsExactly(100, 10);
        assertThat(counts(splits.test())).containsExactly(200, 20);
    }

    @Test
    void oneOfEachClassStaysToTrainOnAndFewAreSaid() throws IOException {
        DataSource.Splits splits = divide(0.3, 0.3, data(100, 1, 2, 9));
        assertThat(counts(splits.train())).allMatch(count -> count > 0);
        assertThat(splits.notes()).singleElement().asString().startsWith("few images of a class to train on, to validate and to test on: 'class1' has 1, 0 and 0; ")
                .endsWith("What is measured of them is chance. Maybe more of them?");
    }

    @Test
    void manyClassesOfFewAreNotAllListed() throws IOException {
        int[] threes = new int[300];
        Arrays.fill(threes, 3);
        assertThat(divide(0.3, 0.3, data(threes)).notes()).singleElement().asString().contains("; and so 295 more classes").hasSizeLessThan(400);
    }
}
