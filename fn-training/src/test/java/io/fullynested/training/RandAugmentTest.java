package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Shape;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RandAugmentTest {

    private static final int SIDE = 32;
    private static final Shape RGB = Shape.image(3, SIDE, SIDE);
    /** Row, column, channel. */
    private static final int[][] PLACES = {{0, 0, 0}, {1, 1, 2}, {5, 9, 0}, {9, 5, 1}, {15, 16, 2}, {20, 3, 0}, {30, 30, 1}, {31, 31, 2}};

    private static float[] picture() {
        float[] pixels = new float[RGB.elements()];
        for (int i = 0; i < pixels.length; i++) {
            int c = i / (SIDE * SIDE);
            int y = i / SIDE % SIDE;
            int x = i % SIDE;
            pixels[i] = ((7 * x + 13 * y + 50 * c + x * y) % 200 + 20) / 255f;
        }
        return pixels;
    }

    /** What PIL 12 makes of the same picture in bytes, at a magnitude of 0.3; it drops what is behind the point, and thresholds on bytes. */
    @ParameterizedTest
    @CsvSource({
        "BRIGHTNESS, 0.3, 25 179 245 85 85 204 215 128", "BRIGHTNESS, -0.3, 14 102 140 48 48 117 124 73",
        "COLOR, 0.3, 8 156 219 53 35 156 178 100", "COLOR, -0.3, 31 125 166 80 98 165 161 101",
        "CONTRAST, 0.3, 0 146 212 52 52 171 183 95", "CONTRAST, -0.3, 47 135 173 81 81 150 156 106",
        "SHARPNESS, 0.3, 20 141 197 67 62 161 174 101", "SHARPNESS, -0.3, 20 141 188 67 71 161 165 101",
        "POSTERIZE, 0.3, 20 140 192 66 66 160 170 100", "SOLARIZE, 0.3, 20 141 62 67 67 161 170 101",
        "AUTO_CONTRAST, 0.3, 0 155 221 60 60 180 192 103", "EQUALIZE, 0.3, 0 203 255 76 79 241 254 136",
        "IDENTITY, 0.3, 20 141 193 67 67 161 170 101"})
    void recoloursAsPilDoes(Retouch retouch, double strength, String expected) {
        float[] pixels = picture();
        retouch.apply(RGB, pixels, 0, strength);
        int[] bytes = Arrays.stream(expected.split(" ")).mapToInt(Integer::parseInt).toArray();
        for (int i = 0; i < bytes.length; i++) {
            int[] at = PLACES[i];
            assertThat(255 * pixels[(at[2] * SIDE + at[0]) * SIDE + at[1]]).as(Arrays.toString(at)).isCloseTo(bytes[i], within(1.2f));
        }
    }

    @ParameterizedTest
    @CsvSource({"TRANSLATE_X, 0.5, 0, 7", "TRANSLATE_X, -0.5, 0, -7", "TRANSLATE_Y, 0.5, 7, 0", "SHEAR_X, 1, 0, -2", "SHEAR_Y, 1, 1, 0", "ROTATE, 1, 3, 3"})
    void movesAsMuchAsSaid(Retouch retouch, double strength, int down, int right) {
        float[] pixels = new float[RGB.elements()];
        // is shown at (8, 20), which is 7.5 above and 4.5 right of the middle
        pixels[(8 + down) * SIDE + 20 + right] = 1;
        float[] mask = Arrays.copyOf(pixels, SIDE * SIDE);
        retouch.apply(RGB, pixels, 0, strength);
        retouch.way(Shape.image(1, SIDE, SIDE), strength).orElseThrow().move(Shape.image(1, SIDE, SIDE), mask, 0, -1, true);
        double most = 0;
        for (int y = 7; y < 10; y++) {
            for (int x = 19; x < 22; x++) {
                most = Math.max(most, pixels[y * SIDE + x]);
            }
        }
        assertThat(most).isGreaterThan(.2);
        for (float one : mask) {
            assertThat(one).isIn(-1f, 0f, 1f);
        }
    }

    @Test
    void numbersStayWithinTheirRange() {
        SplittableRandom random = new SplittableRandom(1);
        for (Shape shape : List.of(RGB, Shape.image(1, 1, 2), Shape.image(4, 5, 1))) {
            for (Retouch retouch : Retouch.values()) {
                float[] pixels = new float[shape.elements()];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = (float) (300 * random.nextDouble() - 100);
                }
                retouch.apply(shape, pixels, 0, random.nextBoolean() ? 1 : -1);
                for (float number : pixels) {
                    assertThat(number).as(retouch.name()).isBetween(-100f, 200f);
                }
            }
        }
    }

    @Test
    void eachIsDrawnAsOftenAndEitherWay() {
        Map<Retouch, Integer> counts = new EnumMap<>(Retouch.class);
        int below = 0;
        for (int seed = 0; seed < 1400; seed++) {
            for (RandAugment.Drawn one : RandAugment.draw(2, 15, new SplittableRandom(seed)).operations()) {
                counts.merge(one.retouch(), 1, Integer::sum);
                assertThat(Math.abs(one.strength())).isEqualTo(.5);
                below += one.strength() < 0 ? 1 : 0;
            }
        }
        assertThat(counts).hasSize(14).allSatisfy((retouch, count) -> assertThat(count).isBetween(150, 250));
        assertThat(below).isBetween(1300, 1500);
    }

    @Test
    void isAnOptionOfAugmentation() {
        Augmentation options = Recipes.of("{augmentation: {rand-augment: 2, magnitude: 12}}").augmentation();
        assertThat(options.randAugment()).isEqualTo(2);
        assertThat(options.magnitude()).isEqualTo(12);
        assertThat(options.acts()).isTrue();
        float[] pixels = picture();
        PictureChange.draw(options, new SplittableRandom(4)).apply(RGB, pixels, 0);
        assertThat(pixels).isNotEqualTo(picture());
        assertThatThrownBy(() -> Recipes.of("{augmentation: {magnitude: 31}}")).hasMessageContaining("magnitude: must be within 0..30");
    }
}
