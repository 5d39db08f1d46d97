package io.fullynested.examples.device;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import io.fullynested.bundle.Member;
import io.fullynested.bundle.NestedBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OnDeviceTest {

    private static final int IMAGES = 3_000;
    private static final int SIDE = 10;

    /** Images as the networks of the bundle were trained on: a bright upper half, left half or disc. */
    private static OnDevice.Images images() {
        Random random = new Random(5);
        byte[] pixels = new byte[IMAGES * SIDE * SIDE];
        byte[] labels = new byte[IMAGES];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (SIDE * SIDE);
            int y = i / SIDE % SIDE;
            int x = i % SIDE;
            labels[image] = (byte) (image % 3);
            boolean bright = image % 3 == 0 ? 2 * y < SIDE : image % 3 == 1 ? 2 * x < SIDE
                    : Math.hypot(2.0 * y / SIDE - 0.9, 2.0 * x / SIDE - 0.9) < 0.6;
            pixels[i] = (byte) Math.max(0, Math.min(255, (bright ? 170 : 60) + 40 * random.nextGaussian()));
        }
        return new OnDevice.Images(pixels, labels, new long[] {1, 1, SIDE, SIDE});
    }

    @Test
    void switchesToWhatTheTargetAllows() throws Exception {
        NestedBundle bundle = NestedBundle.open(Path.of("../../fn-bundle/src/test/resources/tiny-1.fnb"));
        List<String> names = bundle.curve().stream().map(Member::name).toList();
        OnDevice device = new OnDevice(bundle, OrtEnvironment.getEnvironment());
        List<OnDevice.Level> hurried = device.run(images(), 0, IMAGES, 1e-9);
        assertThat(hurried).extracting(level -> level.member.name()).containsExactly(names.get(0));
        List<OnDevice.Level> idle = device.run(images(), 0, IMAGES, 1e9);
        assertThat(idle).extracting(level -> level.member.name()).containsExactly(names.get(0), names.get(names.size() - 1));
        assertThat(idle.get(1).images).isEqualTo(IMAGES - 150);
        for (OnDevice.Level level : List.of(hurried.get(0), idle.get(1))) {
            double claimed = level.member.number("fullynested.accuracy.test").orElseThrow();
            assertThat((double) level.right / level.images).isBetween(claimed - 0.1, claimed + 0.1).isGreaterThan(0.6);
            assertThat(level.milliseconds).isPositive();
        }
    }
}
