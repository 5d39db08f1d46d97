package io.fullynested.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.check.ClassAnswers;
import io.fullynested.core.engine.LabelledImages;
import io.fullynested.training.TrainingSession;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MistakesTest {

    private static final Path QUICKSTART = Path.of("").toAbsolutePath().getParent().resolve("examples/quickstart.yaml");
    private static final Pattern EXAMPLE = Pattern.compile("src=\"([^\"]+)\" alt=\"an image of ([^\"]+) that is taken for ([^\"]+)\"");

    private static BufferedImage read(String address) throws IOException {
        assertThat(address).startsWith("data:image/png;base64,");
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(address.substring(address.indexOf(',') + 1))));
    }

    @Test
    void showsImagesThatASubmodelGetsWrongAndTheFullModelDoesNot() throws IOException {
        try (FullyNested fn = FullyNested.open(QUICKSTART, Settings.standard().withThreads(1)); TrainingSession session = fn.session()) {
            // of what has not learnt, answers differ most
            TrainedSupernet net = fn.trained(session.masters());
            SubmodelSpec smallest = net.axes().smallest();
            Map<String, SubmodelSpec> submodels = new LinkedHashMap<>();
            submodels.put("full model", net.axes().full());
            submodels.put("least", smallest);
            Mistakes mistakes = Mistakes.of(net, submodels).get(0);
            Markup page = new Markup();
            mistakes.examples(page);

            Dataset data = fn.data().validation();
            LabelledImages images = LabelledImages.shuffled(data, 2_000, fn.seed());
            ClassAnswers full = ClassAnswers.of(net, net.axes().full(), images);
            ClassAnswers least = ClassAnswers.of(net, smallest, images);
            int[] wrong = IntStream.range(0, 2_000).filter(i -> full.answer(i) == full.label(i) && least.answer(i) != least.label(i)).toArray();
            assertThat(page.toString()).contains(wrong.length + " images that least gets wrong");
            List<MatchResult> shown = EXAMPLE.matcher(page.toString()).results().toList();
            assertThat(shown).hasSize(8);
            for (int k = 0; k < 8; k++) {
                assertThat(shown.get(k).group(2)).isEqualTo(data.classes().get(least.label(wrong[k])));
                assertThat(shown.get(k).group(3)).isEqualTo(data.classes().get(least.answer(wrong[k])));
                BufferedImage picture = read(shown.get(k).group(1));
                float[] pixels = images.range(wrong[k], wrong[k] + 1).joined().data();
                for (int i = 0; i < pixels.length; i++) {
                    assertThat(picture.getRGB(i % 28, i / 28) & 0xff).isEqualTo(Math.round(255 * pixels[i]));
                }
            }
            assertThat(mistakes.figures()).extracting(Figure::name).containsExactly("confusion-full-model", "confusion-least");
        }
    }

    @Test
    void picturesHaveTheirColoursAndLargeOnesAreMadeSmaller() throws IOException {
        Shape shape = Shape.image(3, 100, 130);
        float[] pixels = new float[3 * 100 * 130];
        for (int y = 0; y < 100; y++) {
            for (int x = 0; x < 130; x++) {
                pixels[y * 130 + x] = y / 100f;
                pixels[(100 + y) * 130 + x] = x / 130f;
                pixels[(200 + y) * 130 + x] = x < 65 ? 1 : 0;
            }
        }
        BufferedImage picture = read(Picture.data(pixels, shape));
        assertThat(List.of(picture.getWidth(), picture.getHeight())).isEqualTo(List.of(44, 34));
        // the mean of 3×3 pixels from row 30 and column 60 on
        assertThat(picture.getRGB(20, 10) & 0xffffff).isEqualTo(Math.round(255 * .31f) << 16 | Math.round(255 * 61 / 130f) << 8 | 255);
        assertThat(picture.getRGB(43, 33) & 0xff).isZero();
        // sound in decibels, say
        BufferedImage other = read(Picture.data(new float[] {-18, -10, -2, -18, -18, -2}, Shape.image(1, 2, 3)));
        assertThat(List.of(other.getRGB(0, 0) & 0xff, other.getRGB(1, 0) & 0xff, other.getRGB(2, 0) & 0xff)).isEqualTo(List.of(0, 128, 255));
        assertThat(List.of(Picture.shows(shape), Picture.shows(Shape.image(1, 8, 8)), Picture.shows(Shape.image(2, 8, 8)), Picture.shows(Shape.flat(3))))
                .isEqualTo(List.of(true, true, false, false));
    }
}
