package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.tensor.Tensor;
import io.fullynested.training.TrainingState.Role;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrainingStateTest {

    private TrainingState state;
    private org.bytedeco.pytorch.Tensor values;
    private org.bytedeco.pytorch.Tensor gradient;
    private Tensor clip;

    @BeforeEach
    void make() {
        LibTorch.load(1);
        state = new TrainingState(TorchDevice.CPU);
        values = state.vector("values", Role.VALUES, 2);
        gradient = state.vector("gradient", Role.GRADIENT, 2);
        clip = state.tensor("stem/clip", Role.CLIP);
    }

    @AfterEach
    void close() {
        state.close();
    }

    @Test
    void keepsWhatGoingOnNeeds() {
        set(values, 1, 2);
        set(gradient, 3, 4);
        clip.data()[0] = 5;
        Map<String, Tensor> kept = state.kept();
        assertThat(kept).containsOnlyKeys("values", "stem/clip");
        set(values, 0, 0);
        clip.data()[0] = 0;
        assertThat(kept.get("values").data()).containsExactly(1, 2);
        state.restore(kept);
        assertThat(LibTorch.floats(values)).containsExactly(1, 2);
        assertThat(clip.data()).containsExactly(5);
        Map<String, Tensor> less = new TreeMap<>(kept);
        less.put("values", Tensor.vector(7, 8));
        less.remove("stem/clip");
        assertThatThrownBy(() -> state.restore(less)).hasMessage("The state is of another training: stem/clip should be [], found nothing");
        less.put("stem/clip", Tensor.vector(1, 2));
        assertThatThrownBy(() -> state.restore(less)).hasMessage("The state is of another training: stem/clip should be [], found [2]");
        assertThat(LibTorch.floats(values)).as("nothing was changed").containsExactly(1, 2);
        assertThatThrownBy(() -> state.tensor("values", Role.CLIP)).hasMessageContaining("two of the name values");
    }

    @Test
    void agreesOnTheMeanOfWhatFollowsTheImages() {
        set(values, 1, 2);
        set(gradient, 3, 4);
        clip.data()[0] = 5;
        // another rank with three times the images, whose gradient is (7, 8), clip 9, and whose figure is 11
        Ranks two = new Ranks() {
            @Override
            public int rank() {
                return 0;
            }

            @Override
            public int count() {
                return 2;
            }

            @Override
            public void sum(float[] numbers) {
                // few numbers, times the images; then the gradient, times the share of them
                float[] theirs = numbers.length == 3 ? new float[] {30, 30 * 11, 30 * 9} : new float[] {.75f * 7, .75f * 8};
                assertThat(numbers).containsExactly(numbers.length == 3 ? new float[] {10, 10, 50} : new float[] {.75f, 1});
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] += theirs[i];
                }
            }
        };
        assertThat(state.agree(two, 10, 1)).containsExactly(8.5f);
        assertThat(LibTorch.floats(gradient)).containsExactly(6, 7);
        assertThat(clip.data()).containsExactly(8);
        assertThat(LibTorch.floats(values)).containsExactly(1, 2);
    }

    @Test
    void forgetsARole() {
        set(values, 1, 2);
        set(gradient, 3, 4);
        state.clear(Role.GRADIENT);
        assertThat(LibTorch.floats(gradient)).containsOnly(0);
        assertThat(LibTorch.floats(values)).containsExactly(1, 2);
    }

    private static void set(org.bytedeco.pytorch.Tensor vector, float... numbers) {
        vector.data_ptr_float().put(numbers);
    }
}
