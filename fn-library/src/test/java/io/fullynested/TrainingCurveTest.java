package io.fullynested;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingCurveTest {

    @TempDir
    private Path folder;

    @Test
    void readsWhatItWroteAndTellsTheOther() throws IOException {
        List<Integer> told = new ArrayList<>();
        TrainingCurve curve = new TrainingCurve(new TrainingListener() {
            @Override
            public void epoch(Progress progress) {
                told.add(progress.epoch());
            }

            @Override
            public boolean cancelled() {
                return true;
            }
        });
        curve.epoch(new TrainingListener.Progress(10, 20, 1, 2, 1.25, 0.5, 2, 300, 0.1));
        curve.epoch(new TrainingListener.Progress(20, 20, 2, 2, 1e-5, 0.75, 4, 300, 0));
        assertThat(told).containsExactly(1, 2);
        assertThat(curve.cancelled()).isTrue();
        curve.writeCsv("accuracy", folder.resolve("training.csv"));
        assertThat(TrainingCurve.readCsv(folder.resolve("training.csv"))).containsExactly(
                new TrainingListener.Progress(10, 20, 1, 2, 1.25, 0.5, 0, 0, 0.1), new TrainingListener.Progress(20, 20, 2, 2, 1e-5, 0.75, 0, 0, 0));
        assertThat(TrainingCurve.readCsv(folder.resolve("none.csv"))).isEmpty();
    }

    @Test
    void refusesAnotherTable() throws IOException {
        for (String text : List.of("", "a,b\n", "epoch,step,loss,accuracy,learning_rate\n1,2,x,0,0\n", "epoch,step,loss,accuracy,learning_rate\n1,2\n")) {
            Path file = Files.writeString(folder.resolve("damaged.csv"), text);
            assertThatThrownBy(() -> TrainingCurve.readCsv(file)).isInstanceOf(IOException.class).hasMessageStartingWith(file + ": damaged: ");
        }
    }
}
