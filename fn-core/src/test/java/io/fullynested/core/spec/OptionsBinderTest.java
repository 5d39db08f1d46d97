package io.fullynested.core.spec;

import static io.fullynested.core.spec.Reading.read;
import static io.fullynested.core.spec.Reading.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.SearchStrategy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsBinderTest {

    enum Shape { FLAT, HARD_SWISH, RELU6 }

    record Inner(
            @Option(value = "smallest keep", byDefault = "2", min = 1, max = 8) int minKeep,
            @Option(value = "largest keep", byDefault = "4", max = 8) int maxKeep) {
        Inner {
            if (minKeep > maxKeep) {
                throw new IllegalArgumentException("min-keep " + minKeep + " is above max-keep " + maxKeep);
            }
        }
    }

    record Everything(
            @Option("count") int count,
            @Option(value = "seed", byDefault = "7") long seed,
            @Option(value = "rate", byDefault = "1e-3", min = 0) double learningRate,
            @Option(value = "switch", byDefault = "true") boolean active,
            @Option(value = "text", byDefault = "'1.50'") String text,
            @Option(value = "file", byDefault = "data/set") Path file,
            @Option(value = "shape", byDefault = "hard-swish") Shape shape,
            @Option("maybe") Optional<Integer> maybe,
            @Option(value = "numbers", byDefault = "[1/2, 1]", max = 1) List<Double> numbers,
            @Option(value = "weights", byDefault = "{b: 1, a: 2}") Map<String, Integer> weights,
            @Option(value = "nested", byDefault = "{min-keep: 3}") Inner inner) {
    }

    enum Size implements Preset {
        SMALL, LARGE;

        @Override
        public String yaml() {
            return "{a: " + (ordinal() + 1) + ", inner: {min-keep: 3, max-keep: 5}, strategy: {kind: evolution, own-seed: 4}}";
        }
    }

    record Sized(@Option(value = "a size", byDefault = "small") Size size, @Option(value = "a number", byDefault = "0") int a,
                 @Option(value = "nested", byDefault = "{}") Inner inner, @Option(value = "a strategy", byDefault = "evolution") SearchStrategy strategy) {
    }

    record Number(@Option(value = "a number", min = 0) double value) {
    }

    record Whole(@Option("a number") int value) {
    }

    record Quantities(
            @Option(value = "time", unit = "ms", min = 0, max = 10) double time,
            @Option(value = "room", byDefault = "1 MiB", unit = "bytes") double room,
            @Option(value = "speed by bits", byDefault = "{}", unit = "OPS") Map<String, Double> speed) {
    }

    @ParameterizedTest
    @CsvSource({"5 ms,5", "5ms,5", "0.01 s,10", "1500 us,1.5", "1_500 µs,1.5", "2e6 ns,2", "1/4 ms,0.25"})
    void quantitiesAreInAnyUnitOfTheirKind(String text, double value) {
        assertThat(read(Quantities.class, "time: " + text).time()).isEqualTo(value);
    }

    @Test
    void quantitiesStandInMapsAndDefaults() {
        assertThat(read(Quantities.class, "time: 1 ms\nspeed: {8: 2 TOPS, 4: 500 GFLOPS}"))
                .isEqualTo(new Quantities(1, 1 << 20, Map.of("8", 2e12, "4", 5e11)));
    }

    @Test
    void refusesQuantitiesOfAnotherKindOrNone() {
        assertThat(refused(Quantities.class, "time: 5\nroom: 3 ms\nspeed: {8: 2 tops}")).containsExactly(
                "q.yaml:1: time: expected an amount such as 20 ms, found '5'. The units are s, ms, µs, ns",
                "q.yaml:2: room: expected an amount such as 20 bytes, found '3 ms'. The units are B, kB, MB, GB, TB, KiB, MiB, GiB, TiB",
                "q.yaml:3: speed.8: expected an amount such as 20 OPS, found '2 tops'. Maybe 'TOPS'? The units are OPS, kOPS, MOPS, GOPS, TOPS, "
                        + "FLOPS, MFLOPS, GFLOPS, TFLOPS");
        assertThat(refused(Quantities.class, "time: 1 s")).containsExactly(
                "q.yaml:1: time: must be within 0..10 ms, found 1 s. Maybe 10 ms?");
    }

    record Long(@Option("a number") long value) {
    }

    record Small(@Option(value = "bits", min = 1, max = 8) int value) {
    }

    record Choice(@Option("a shape") Shape value) {
    }

    record Switch(@Option("a switch") boolean value) {
    }

    record Odd(@Option("a set") Set<String> value) {
    }

    record Defective(@Option("a number") int value) {
        Defective {
            throw new IllegalStateException("out of order");
        }
    }

    @Test
    void defaultsHoldForWhatIsAbsent() {
        assertThat(read(Everything.class, "count: 3")).isEqualTo(new Everything(3, 7, 1e-3, true, "1.50", Path.of("data/set"),
                Shape.HARD_SWISH, Optional.empty(), List.of(0.5, 1.0), Map.of("b", 1, "a", 2), new Inner(3, 4)));
        assertThat(read(Everything.class, "count: 3\ninner:\nseed: ~\nmaybe: null\n")).isEqualTo(read(Everything.class, "count: 3"));
    }

    @Test
    void readsEveryType() {
        Everything read = read(Everything.class, """
                count: 200_000
                seed: 9007199254740993
                learning-rate: 50 %
                active: false
                text: yes
                file: ../x y.idx
                shape: relu6
                maybe: 1k
                numbers: []
                weights: {z: 1, a: 2M}
                inner: {max-keep: 8, min-keep: 8}
                """);
        assertThat(read).isEqualTo(new Everything(200_000, 9007199254740993L, 0.5, false, "yes", Path.of("../x y.idx"), Shape.RELU6,
                Optional.of(1000), List.of(), Map.of("z", 1, "a", 2_000_000), new Inner(8, 8)));
        assertThat(read.weights().keySet()).containsExactly("z", "a");
        assertThatThrownBy(() -> read.weights().put("c", 1)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void findsAllProblemsAtOnceFromTopToBottom() {
        assertThat(refused(Everything.class, """
                cuont: 3
                seed: 1.5
                learning-rate: -1
                active: yes
                shape: hardswish
                maybe: [1]
                numbers:
                  - 1/2
                  - 2
                  - many
                weights: {a: x}
                inner:
                  min-keep: 5
                colour: red
                """)).containsExactly(
                "q.yaml:1: cuont: unknown key. Maybe 'count'?",
                "q.yaml:2: seed: expected a whole number, found '1.5'",
                "q.yaml:3: learning-rate: must be at least 0, found -1. Maybe 0?",
                "q.yaml:4: active: expected true or false, found 'yes'",
                "q.yaml:5: shape: expected one of flat, hard-swish, relu6, found 'hardswish'. Maybe 'hard-swish'?",
                "q.yaml:6: maybe: expected a single value, found a list",
                "q.yaml:9: numbers[1]: must be at most 1, found 2. Maybe 1?",
                "q.yaml:10: numbers[2]: expected a number such as 0.5, 1/4, 50 % or 1e-3, found 'many'",
                "q.yaml:11: weights.a: expected a whole number such as 3, 200_000 or 200k, found 'x'",
                "q.yaml:12: inner: min-keep 5 is above max-keep 4",
                "q.yaml:14: colour: unknown key. There are: count, seed, learning-rate, active, text, file, shape, maybe, numbers, "
                        + "weights, inner");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(refused(Everything.class, "seed: 1")).containsExactly("q.yaml:1: count: missing (count)");
        assertThat(refused(Everything.class, "seed: 1\ncount:")).containsExactly("q.yaml:2: count: has no value (count)");
    }

    @Test
    void saysWhatWasExpected() {
        assertThat(refused(Everything.class, "- 1")).containsExactly("q.yaml:1: expected keys and values, found a list");
        assertThat(refused(Everything.class, "count: {a: 1}\nnumbers: 1\nweights: []\ninner: 5")).containsExactly(
                "q.yaml:1: count: expected a single value, found keys and values",
                "q.yaml:2: numbers: expected a list, found '1'",
                "q.yaml:3: weights: expected keys and values, found a list",
                "q.yaml:4: inner: expected keys and values, found '5'");
        assertThat(refused(Everything.class, "count: 1\nnumbers: [1, ]\nweights: {a: }")).containsExactly(
                "q.yaml:3: weights.a: expected a single value, found nothing");
    }

    @ParameterizedTest
    @CsvSource({"200_000,200000", "200k,200000", "1.5M,1500000", "1.5 M,1500000", "1/4,0.25", "1 / 3,0.3333333333333333", "50 %,0.5",
            "50%,0.5", "1e-3,0.001", "2.5E+2,250", ".5,0.5", "+3,3", "010,10", "2G,2e9", "0.1,0.1"})
    void readsNumbers(String text, double value) {
        assertThat(read(Number.class, "value: " + text).value()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"abc", "1/0", "1.5m", "1..5", ".inf", ".nan", "0x10", "k", "1 2", "5 KiB", "_", "e5", "1e99999"})
    void refusesWhatIsNoNumber(String text) {
        assertThat(refused(Number.class, "value: " + text)).containsExactly(
                "q.yaml:1: value: expected a number such as 0.5, 1/4, 50 % or 1e-3, found '" + text + "'");
    }

    @Test
    void wholeNumbersAreExact() {
        assertThat(read(Whole.class, "value: 4/2").value()).isEqualTo(2);
        assertThat(read(Whole.class, "value: 2.0").value()).isEqualTo(2);
        assertThat(read(Whole.class, "value: -2147483647").value()).isEqualTo(-Integer.MAX_VALUE);
        assertThat(refused(Whole.class, "value: 3G")).containsExactly("q.yaml:1: value: must be at most 2147483647, found 3G. Maybe 2147483647?");
        assertThat(refused(Whole.class, "value: 1/3")).containsExactly("q.yaml:1: value: expected a whole number, found '1/3'");
        assertThat(read(Long.class, "value: 9223372036854775807").value()).isEqualTo(9223372036854775807L);
        assertThat(refused(Long.class, "value: 9223372036854775808"))
                .containsExactly("q.yaml:1: value: must be at most 9223372036854775807, found 9223372036854775808. Maybe 9223372036854775807?");
    }

    @Test
    void saysTheLegalRange() {
        assertThat(refused(Number.class, "value: 1e999")).hasSize(1).first().asString().contains("must be at most 1.797");
        assertThat(refused(Small.class, "value: 9")).containsExactly("q.yaml:1: value: must be within 1..8, found 9. Maybe 8?");
        assertThat(refused(Small.class, "value: 0")).containsExactly("q.yaml:1: value: must be within 1..8, found 0. Maybe 1?");
        assertThat(read(Small.class, "value: 8").value()).isEqualTo(8);
    }

    @Test
    void constantsAreKebabCase() {
        assertThat(read(Choice.class, "value: hard-swish").value()).isEqualTo(Shape.HARD_SWISH);
        assertThat(refused(Choice.class, "value: HARD_SWISH")).containsExactly(
                "q.yaml:1: value: expected one of flat, hard-swish, relu6, found 'HARD_SWISH'. Maybe 'hard-swish'?");
        assertThat(refused(Switch.class, "value: ture")).containsExactly(
                "q.yaml:1: value: expected true or false, found 'ture'. Maybe 'true'?");
    }

    @Test
    void aPresetLiesUnderWhatIsWritten() {
        assertThat(read(Sized.class, "a: 9")).isEqualTo(new Sized(Size.SMALL, 9, new Inner(2, 4), new SpecPlugin.Evolution(16, Optional.empty())));
        assertThat(read(Sized.class, "size: large"))
                .isEqualTo(new Sized(Size.LARGE, 2, new Inner(3, 5), new SpecPlugin.Evolution(16, Optional.of(4L))));
        assertThat(read(Sized.class, "{size: large, inner: {max-keep: 7}, strategy: {kind: evolution, population: 3}}"))
                .as("key by key, but not options of a kind").isEqualTo(
                        new Sized(Size.LARGE, 2, new Inner(3, 7), new SpecPlugin.Evolution(3, Optional.empty())));
        assertThat(refused(Sized.class, "size: huge\na: no")).containsExactly("q.yaml:1: size: expected small or large, found 'huge'",
                "q.yaml:2: a: expected a whole number such as 3, 200_000 or 200k, found 'no'");
    }

    @ParameterizedTest
    @CsvSource({"minKeep,min-keep", "count,count", "ownSeedValue,own-seed-value", "HARD_SWISH,hard-swish", "useBN,use-bn", "top1Share,top1-share"})
    void kebab(String javaName, String yaml) {
        assertThat(ScalarBinder.kebab(javaName)).isEqualTo(yaml);
    }

    @Test
    void defectsOfTheRecordsAreProblemsToo() {
        assertThat(refused(Odd.class, "value: []")).containsExactly(
                "q.yaml:1: value: an option of type java.util.Set<java.lang.String> cannot be read from YAML");
        assertThat(refused(Defective.class, "value: 1")).containsExactly(
                "q.yaml:1: " + Defective.class.getName() + " failed: IllegalStateException: out of order");
    }
}
