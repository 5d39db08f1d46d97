package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.graph.Shape;
import io.fullynested.training.TrainingOptions.Augmentation;
import io.fullynested.training.TrainingOptions.Augmentation.Strength;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PictureChangeTest {

    private static final Shape RGB = Shape.image(3, 9, 7);

    private static Augmentation crop(double least) {
        return new Augmentation(Strength.NONE, 0, false, least, 0, 0, 0, 0, 0, 0, 9);
    }

    private static Augmentation rotation(double degrees) {
        return new Augmentation(Strength.NONE, 0, false, 1, degrees, 0, 0, 0, 0, 0, 9);
    }

    private static Augmentation color(double strength) {
        return new Augmentation(Strength.NONE, 0, false, 1, 0, strength, 0, 0, 0, 0, 9);
    }

    private static Augmentation erasing(double often) {
        return new Augmentation(Strength.NONE, 0, false, 1, 0, 0, often, 0, 0, 0, 9);
    }

    private static float[] random(Shape shape, SplittableRandom random) {
        float[] pixels = new float[shape.elements()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        return pixels;
    }

    private static float[] changed(Augmentation options, long seed, Shape shape, float[] pixels) {
        float[] changed = pixels.clone();
        PictureChange.draw(options, new SplittableRandom(seed)).apply(shape, changed, 0);
        return changed;
    }

    @Test
    void numbersStayInRangeWhateverTheSizeIs() {
        SplittableRandom random = new SplittableRandom(1);
        Augmentation all = new Augmentation(Strength.NONE, 0, false, 0.01, 180, 1, 1, 0, 0, 0, 9);
        for (Shape shape : List.of(RGB, Shape.image(1, 1, 2), Shape.image(1, 28, 28), Shape.image(4, 5, 1), Shape.image(3, 2, 31))) {
            for (int seed = 0; seed < 200; seed++) {
                float[] pixels = random(shape, random);
                for (float number : changed(all, seed, shape, pixels)) {
                    assertThat(number).isBetween(0f, 1f);
                }
                // where numbers are beyond 0 to 1 they stay within those that were there
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = 300 * pixels[i] - 100;
                }
                for (float number : changed(all, seed, shape, pixels)) {
                    assertThat(number).isBetween(-100f, 200f);
                }
            }
        }
    }

    @Test
    void withoutOptionsNothingChanges() {
        float[] pixels = random(RGB, new SplittableRandom(1));
        assertThat(changed(Augmentation.NONE, 5, RGB, pixels)).isEqualTo(pixels);
        assertThat(changed(crop(1), 5, RGB, pixels)).isEqualTo(pixels);
    }

    @Test
    void aPartIsShownInThePlaceOfTheWhole() {
        // each number tells its column
        Shape row = Shape.image(1, 16, 64);
        float[] pixels = new float[row.elements()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i % 64 / 63f;
        }
        double least = 1;
        for (int seed = 0; seed < 100; seed++) {
            float[] changed = changed(crop(0.25), seed, row, pixels);
            for (int x = 1; x < 64; x++) {
                assertThat(changed[x]).isGreaterThanOrEqualTo(changed[x - 1]);
            }
            assertThat(Arrays.copyOfRange(changed, 64, 128)).isEqualTo(Arrays.copyOf(changed, 64));
            least = Math.min(least, changed[63] - changed[0]);
        }
        // a quarter of the area, its width 0.43 to 0.58 of the whole
        assertThat(least).isBetween(0.4, 0.6);
    }

    @Test
    void aQuarterTurnMovesWhatIsAtTheTopToTheSide() {
        Shape square = Shape.image(1, 5, 5);
        float[] pixels = new float[25];
        pixels[2] = 1;
        PictureChange quarter = new PictureChange(1, 1, 0, 0, Math.PI / 2, 1, 1, 1, RandAugment.NONE, null);
        float[] mask = pixels.clone();
        quarter.applyToMask(square, mask, -1);
        assertThat(mask[10] + mask[14]).isEqualTo(1);
        assertThat(mask[2]).isZero();
        for (int seed = 0; seed < 50; seed++) {
            // the middle stays where it is
            float[] middle = new float[25];
            middle[12] = 1;
            assertThat(changed(rotation(180), seed, square, middle)[12]).isCloseTo(1, within(1e-5f));
        }
    }

    @Test
    void masksGetNoClassThatWasNotThere() {
        Shape mask = Shape.image(1, 8, 8);
        boolean outside = false;
        for (int seed = 0; seed < 50; seed++) {
            float[] classes = new float[64];
            Arrays.fill(classes, 0, 32, 2);
            PictureChange.draw(new Augmentation(Strength.NONE, 0, false, 0.5, 45, 1, 1, 0, 0, 0, 9), new SplittableRandom(seed)).applyToMask(mask, classes, -1);
            for (float one : classes) {
                assertThat(one).isIn(-1f, 0f, 2f);
                outside |= one == -1;
            }
        }
        assertThat(outside).isTrue();
    }

    @Test
    void coloursChangeAndGreyStaysGrey() {
        float[] grey = new float[RGB.elements()];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = i % 63 / 100f;
        }
        for (int seed = 0; seed < 50; seed++) {
            float[] changed = changed(color(0.5), seed, RGB, grey);
            assertThat(changed).isNotEqualTo(grey);
            for (int i = 0; i < 63; i++) {
                assertThat(changed[63 + i]).isCloseTo(changed[i], within(1e-5f));
            }
        }
    }

    @Test
    void asOftenAsSaidARectangleIsPaintedOver() {
        Shape shape = Shape.image(1, 20, 20);
        int erased = 0;
        for (int seed = 0; seed < 400; seed++) {
            float[] pixels = random(shape, new SplittableRandom(seed));
            float[] changed = changed(erasing(0.25), seed, shape, pixels);
            int different = 0;
            for (int i = 0; i < pixels.length; i++) {
                different += pixels[i] == changed[i] ? 0 : 1;
            }
            erased += different > 0 ? 1 : 0;
            assertThat(different).isLessThanOrEqualTo(100);
        }
        assertThat(erased).isBetween(70, 130);
    }

    @Test
    void oneWordStandsForSomeKeys() {
        Augmentation strong = Recipes.of("{augmentation: strong}").augmentation();
        assertThat(strong).isEqualTo(new Augmentation(Strength.STRONG, 0, true, 0.35, 15, 0.4, 0.25, 0, 0, 0, 9));
        assertThat(Recipes.of("{augmentation: {strength: strong, flip: false}}").augmentation())
                .isEqualTo(new Augmentation(Strength.STRONG, 0, false, 0.35, 15, 0.4, 0.25, 0, 0, 0, 9));
        assertThat(Recipes.of("{augmentation: none}").augmentation()).isEqualTo(Augmentation.NONE);
        assertThatThrownBy(() -> Recipes.of("{augmentation: storng}")).hasMessageContaining("strong");
        assertThatThrownBy(() -> Recipes.of("{augmentation: {crop: 0}}")).hasMessageContaining("crop");
    }
}
