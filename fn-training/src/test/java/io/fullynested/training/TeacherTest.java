package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.core.engine.LabelledImages;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingOptions.Augmentation;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TeacherTest {

    private static final int BATCH = 8;
    private static final Bars IMAGES = new Bars(32, Bars.PLACE);
    private static final Model MODEL = recalibrated(Bars.net(true));

    private int asked;

    @BeforeAll
    static void load() {
        LibTorch.load(1);
    }

    private static Model recalibrated(Supernet net) {
        Model model = new Model(net.compile(net.axes().full()),
                new Parameters(Initializer.initial(net.masters(), InputMoments.of(net.spec(), IMAGES, Ranks.ALONE), 1, false), net.spec().quantization().quantizer()));
        try (TorchEngine engine = new TorchEngine(1)) {
            return model.with(engine.recalibrate(model, all()));
        }
    }

    private static Tensor all() {
        return LabelledImages.first(IMAGES, IMAGES.size()).joined();
    }

    private BatchReader reader(boolean flip) {
        return new BatchReader(IMAGES, BATCH, 2, new Augmentation(0, flip), new Randomness(1), Ranks.ALONE);
    }

    @SuppressWarnings("try") // the scope works by being open
    private float[] ask(Teacher teacher, Batch batch, int first) {
        try (PointerScope scope = new PointerScope()) {
            return teacher.logits(batch, first, () -> {
                asked++;
                return List.of(LibTorch.images(batch.pixels(), first * 64, BATCH, 1, 8, 8));
            });
        }
    }

    @Test
    void isAskedOnceForEachImageAndAnswersAlike() {
        Teacher teacher = new Teacher(MODEL, TorchDevice.CPU, IMAGES.size());
        BatchReader batches = reader(false);
        float[] expected;
        try (TorchEngine engine = new TorchEngine(1)) {
            expected = engine.run(MODEL, all()).data();
        }
        for (int step = 0; step < 3 * batches.stepsPerEpoch(); step++) {
            Batch batch = batches.read(step);
            for (int first = 0; first < 2 * BATCH; first += BATCH) {
                float[] logits = ask(teacher, batch, first);
                for (int i = 0; i < logits.length; i++) {
                    assertThat(logits[i]).isCloseTo(expected[batch.images()[first + i / 4] * 4 + i % 4], within(1e-4f));
                }
            }
        }
        assertThat(asked).isEqualTo(IMAGES.size() / BATCH);
    }

    @Test
    void isAskedAgainAboutImagesBeyondThoseThatAreKept() {
        Teacher teacher = new Teacher(MODEL, TorchDevice.CPU, IMAGES.size(), 4L * (IMAGES.size() / 2));
        for (int turn = 0; turn < 3; turn++) {
            for (int start = 0; start < IMAGES.size(); start += BATCH) {
                int first = start;
                float[] pixels = new float[BATCH * 64];
                IntStream.range(0, BATCH).forEach(i -> IMAGES.read(first + i, pixels, i * 64));
                ask(teacher, new Batch(pixels, new float[BATCH], IntStream.range(first, first + BATCH).toArray(), BATCH, false), 0);
            }
        }
        assertThat(asked).isEqualTo(IMAGES.size() / BATCH + 2 * (IMAGES.size() / 2) / BATCH);
    }

    @Test
    void isAskedEachTimeWhereImagesAreAugmented() {
        Teacher teacher = new Teacher(MODEL, TorchDevice.CPU, IMAGES.size());
        BatchReader batches = reader(true);
        for (int step = 0; step < 2 * batches.stepsPerEpoch(); step++) {
            Batch batch = batches.read(step);
            ask(teacher, batch, 0);
            ask(teacher, batch, BATCH);
        }
        assertThat(asked).isEqualTo(2 * IMAGES.size() / BATCH);
    }
}
