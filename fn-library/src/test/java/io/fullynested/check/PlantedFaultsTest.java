package io.fullynested.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.core.data.ArrayDataset;
import io.fullynested.training.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults in data and descriptions that are legal, and what is said of each; nothing is said where there is none. */
class PlantedFaultsTest {

    private static final List<String> CLASSES = List.of("round", "square", "star");
    private static final String YAML = """
            data: {kind: in-memory}
            network:
              input: {channels: 2, height: 4, width: 4}
              blocks:
                - {kind: conv, channels: 8}
                - {kind: global-average-pool}
                - {kind: classifier, classes: 3}
            training: {epochs: 150, batch-size: 16}
            search:
              budgets: [{name: small, macs: 2k}]
              floors: [{name: good, minimise: macs, accuracy: 80 %}]
            """;

    /** A set as a list, so that faults are easily planted. */
    private record Set(List<float[]> images, List<Integer> labels) {

        static Set of(int size, long seed) {
            Set set = new Set(new ArrayList<>(), new ArrayList<>());
            Random random = new Random(seed);
            for (int i = 0; i < size; i++) {
                float[] image = new float[2 * 4 * 4];
                for (int j = 0; j < image.length; j++) {
                    image[j] = (float) (0.1 * random.nextGaussian() + (j % 3 == i % 3 ? 1 : 0));
                }
                set.images.add(image);
                set.labels.add(i % 3);
            }
            return set;
        }

        Dataset dataset() {
            float[] all = new float[images.size() * 32];
            for (int i = 0; i < images.size(); i++) {
                System.arraycopy(images.get(i), 0, all, 32 * i, 32);
            }
            return ArrayDataset.ofFloats(Shape.image(2, 4, 4), CLASSES, all, labels.stream().mapToInt(label -> label).toArray());
        }

        /** Without some of the images of a class. */
        Set without(int label, int left) {
            int kept = 0;
            Set fewer = new Set(new ArrayList<>(), new ArrayList<>());
            for (int i = 0; i < images.size(); i++) {
                if (labels.get(i) != label || kept++ < left) {
                    fewer.images.add(images.get(i));
                    fewer.labels.add(labels.get(i));
                }
            }
            return fewer;
        }
    }

    private record Sets(Set train, Set validation, Set test) {

        DataSource.Splits splits() {
            return new DataSource.Splits(train.dataset(), validation.dataset(), test.dataset(), List.of());
        }
    }

    /** A fault, and the one thing that is to be said of it. */
    private record Fault(String name, UnaryOperator<Sets> data, UnaryOperator<String> yaml, Finding.Level level, String said) {

        static Fault ofData(String name, UnaryOperator<Sets> data, Finding.Level level, String said) {
            return new Fault(name, data, UnaryOperator.identity(), level, said);
        }

        static Fault ofYaml(String name, String right, String wrong, String said) {
            assertThat(YAML).contains(right);
            return new Fault(name, UnaryOperator.identity(), yaml -> yaml.replace(right, wrong), Finding.Level.NOTE, said);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Fault> faults() {
        return Stream.of(
                Fault.ofData("a class without training images", sets -> new Sets(sets.train.without(2, 0), sets.validation, sets.test), Finding.Level.WRONG,
                        "no training image is of class 'star'. Maybe a smaller share for validation, or leave the class out?"),
                Fault.ofData("a class of a few images", sets -> new Sets(sets.train.without(2, 15), sets.validation, sets.test), Finding.Level.NOTE,
                        "class 'star' has 15 training images only. Maybe more of them, or one class with another?"),
                Fault.ofData("a class that is not tested", sets -> new Sets(sets.train, sets.validation, sets.test.without(0, 0)), Finding.Level.NOTE,
                        "no test image is of class 'round', so nothing is measured of it. Maybe sets drawn again?"),
                Fault.ofData("classes of uneven size", sets -> new Sets(Set.of(900, 1).without(1, 25), sets.validation, sets.test), Finding.Level.NOTE,
                        "class 'round' has 12 times as many training images as 'square'. Maybe more images of the small ones?"),
                Fault.ofData("test images that were trained on", sets -> {
                    sets.test.images.set(0, sets.train.images.get(0));
                    sets.test.images.set(3, sets.train.images.get(3));
                    return sets;
                }, Finding.Level.WRONG, "2 of 150 test images are training images, too, so they measure nothing: image 0 is image 0, for example. Maybe each image once, "
                        + "or folders of your own for each set?"),
                Fault.ofData("validation images that were trained on", sets -> new Sets(sets.train, new Set(sets.train.images.subList(0, 150),
                        sets.train.labels.subList(0, 150)), sets.test), Finding.Level.WRONG,
                        "150 of 150 validation images are training images, too, so they measure nothing: image 0 is image 0, for example. Maybe each image once, "
                                + "or folders of your own for each set?"),
                Fault.ofData("one image with two labels", sets -> {
                    sets.train.images.set(1, sets.train.images.get(0));
                    return sets;
                }, Finding.Level.WRONG, "1 training images are copies of others that have another class: image 1 is image 0. Maybe a look at the labels?"),
                Fault.ofData("images again and again", sets -> {
                    for (int i = 3; i < 60; i++) {
                        sets.train.images.set(i, sets.train.images.get(i % 3));
                    }
                    return sets;
                }, Finding.Level.NOTE, "57 of 300 training images are copies of others: image 3 is image 0, for example. Maybe each of them once?"),
                Fault.ofData("a channel that is constant", sets -> {
                    sets.train.images.forEach(image -> Arrays.fill(image, 16, 32, 0.5f));
                    return sets;
                }, Finding.Level.NOTE, "channel 1 of 2 is the same number in all training images. Maybe leave it out?"),
                Fault.ofData("numbers that are none", sets -> {
                    sets.test.images.get(7)[3] = Float.NaN;
                    return sets;
                }, Finding.Level.WRONG, "1 of 150 test images hold what is no finite number. Maybe a look at the file, or leave them out?"),
                Fault.ofData("few validation images", sets -> new Sets(sets.train, Set.of(60, 2), sets.test), Finding.Level.NOTE,
                        "60 validation images tell submodels apart to 6 % only. Maybe a larger share for validation?"),
                Fault.ofYaml("a batch that does not fit", "batch-size: 16", "batch-size: 256",
                        "a step wants 512 images, 256 for each of 2 submodels, and there are 300. Maybe --set training.batch-size=18?"),
                Fault.ofYaml("too short a training", "epochs: 150", "epochs: 40",
                        "40 epochs of these images are 360 steps, and a network takes thousands. Maybe --set training.epochs=300?"),
                Fault.ofYaml("another optimiser's learning rate", "batch-size: 16", "batch-size: 16, optimizer: {algorithm: adamw}",
                        "a learning rate of 0.2 is great for adamw. Maybe --set training.optimizer.learning-rate=0.002?"),
                Fault.ofYaml("keeps that are never drawn", "batch-size: 16",
                        "batch-size: 16, ordered-dropout-per-level: {channels: {kind: categorical, probabilities: [0, 0.5, 0, 0.5]}}",
                        "ordered dropout never keeps [2, 6] of conv1.channels, so a submodel with that has not learnt. Maybe a probability above 0, or "
                                + "fewer keeps?"),
                Fault.ofYaml("a budget that limits nothing", "macs: 2k", "macs: 1M", "budget small allows the whole network. Maybe a lower limit?"),
                Fault.ofYaml("a floor that anything meets", "80 %", "30 %",
                        "floor good of 30.00 % is met by the largest class alone, which gives 33.33 %. Maybe a higher one?"));
    }

    private static List<Finding> findings(Sets sets, String yaml) {
        try (FullyNested fn = FullyNested.open(yaml, Settings.standard().withThreads(1).withData(base -> sets.splits()))) {
            return Stream.concat(DataCheck.of(fn.data()).stream(), PlanCheck.of(fn).stream()).toList();
        }
    }

    private static Sets sets() {
        return new Sets(Set.of(300, 1), Set.of(150, 2), Set.of(150, 3));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void isNamedWithOneThingToTry(Fault fault) {
        List<Finding> found = findings(fault.data.apply(sets()), fault.yaml.apply(YAML));
        assertThat(found).filteredOn(finding -> finding.level() == fault.level).extracting(Finding::toString).contains(fault.said);
    }

    @Test
    void nothingIsSaidWhereThereIsNoFault() {
        assertThat(findings(sets(), YAML)).extracting(Finding::toString).containsExactly(
                "300 training, 150 validation and 150 test images of 3 classes: round 33.3 %, square 33.3 %, star 33.3 %",
                "the largest class alone would give 33.33 % of the validation images");
    }

    @Test
    void aCostIsToldInEpochs() {
        List<Finding> found = findings(sets(), YAML.replace("epochs: 150", "epochs: 40, cost: 1"));
        assertThat(found).extracting(Finding::toString).anyMatch(said -> said.matches(
                "it costs 1.0 times 40 epochs of the full network alone: 6\\d epochs of submodels of 0.6\\d times its multiply-accumulates on average"));
        assertThat(found).filteredOn(finding -> finding.level() == Finding.Level.NOTE).extracting(Finding::toString)
                .singleElement().asString().endsWith("and a network takes thousands. Maybe --set training.cost=3?");
    }

    @Test
    void aTrainingTellsItsTimeAndMemoryBeforeAndWhatWasLearntAfter() {
        Sets blank = sets();
        Random random = new Random(1);
        // labels that nothing can tell
        blank.train.labels.replaceAll(label -> random.nextInt(3));
        for (Sets sets : List.of(sets(), blank)) {
            try (FullyNested fn = FullyNested.open(YAML.replace("epochs: 150", "epochs: 15"), Settings.standard().withThreads(1).withData(base -> sets.splits()))) {
                assertThat(TrialCheck.of(fn).toString()).matches("training would take about \\d+ s with 1 threads, [\\d.,]+ ms for each of 135 steps, and "
                        + "[\\d,]+ MiB of memory");
                List<Finding> findings = LearningCheck.of(fn.train(TrainingListener.NONE), List.of());
                if (sets == blank) {
                    assertThat(findings).first().satisfies(finding -> {
                        assertThat(finding.level()).isEqualTo(Finding.Level.WRONG);
                        assertThat(finding.toString()).startsWith("the full network has not learnt: it tells ")
                                .contains("and the largest class alone would be 33.33 %. Maybe ");
                    });
                } else {
                    assertThat(findings).extracting(Finding::level).containsOnly(Finding.Level.FINE);
                }
            }
        }
    }

    /** Few stars, most of which look round. */
    private static Set rareStars(Set all) {
        Set rare = all.without(2, 12);
        int star = 0;
        for (int i = 0; i < rare.images.size(); i++) {
            if (rare.labels.get(i) == 2 && star++ % 4 > 0) {
                rare.images.set(i, rare.images.get(rare.labels.indexOf(0)).clone());
                rare.images.get(i)[0] += 0.01f * i;
            }
        }
        return rare;
    }

    @Test
    void aRareClassIsSpokenOfByItsMetricAndItsWeight() {
        Sets sets = new Sets(rareStars(Set.of(300, 1)), rareStars(Set.of(150, 2)), rareStars(Set.of(150, 3)));
        String plain = YAML.replace("epochs: 150", "epochs: 15");
        String balanced = plain.replace("network:", "task: {kind: classification, metric: balanced-accuracy}\nnetwork:").replace(" accuracy: 80 %", " balanced-accuracy: 80 %");
        for (String yaml : List.of(plain, balanced)) {
            try (FullyNested fn = FullyNested.open(yaml, Settings.standard().withThreads(1).withData(base -> sets.splits()))) {
                List<String> findings = LearningCheck.of(fn.train(TrainingListener.NONE), List.of()).stream().map(Finding::toString).toList();
                assertThat(findings).first().asString().startsWith(yaml.equals(plain) ? "the full network has learnt: it tells "
                        : "the full network has learnt: its validation balanced-accuracy is ");
                assertThat(findings).anyMatch(said -> said.matches("\\d+ % of the validation images of class 'star' are taken for 'round'\\. "
                        + "Maybe class-weights: balanced, beside the kind of the task, or more images of 'star'\\?"));
                assertThat(findings.get(0)).contains(yaml.equals(plain) ? "the largest class alone would be 44.64 %" : "one and the same answer to all would have 33.33 %");
            }
        }
    }

    @Test
    void durationsAreReadable() {
        assertThat(Stream.of(0.2, 61.0, 3600.0, 20_000.0).map(TrialCheck::duration)).containsExactly("1 s", "61 s", "60 min", "5.6 h");
    }
}
