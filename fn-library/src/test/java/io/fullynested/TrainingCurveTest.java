package io.fullynested;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.search.Evaluation;
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
        assertThat(TrainingCurve.readCsv(folder.resolve("training.csv")).epochs()).containsExactly(
                new TrainingListener.Progress(10, 20, 1, 2, 1.25, 0.5, 0, 0, 0.1), new TrainingListener.Progress(20, 20, 2, 2, 1e-5, 0.75, 0, 0, 0));
        assertThat(TrainingCurve.readCsv(folder.resolve("none.csv")).epochs()).isEmpty();
    }

    @Test
    void tellsOfValidationImagesAndWhichEpochIsKept() throws IOException {
        TrainingCurve curve = new TrainingCurve();
        curve.epoch(new TrainingListener.Progress(10, 40, 1, 4, 1.25, 0.5, 2, 300, 0.1));
        curve.validated(new TrainingListener.Validated(2, 20, new Evaluation(0.875, 0.5, 10), new Evaluation(0.625, 1.5, 10)));
        curve.epoch(new TrainingListener.Progress(20, 40, 2, 4, 1, 0.75, 4, 300, 0.05));
        curve.epoch(new TrainingListener.Progress(30, 40, 3, 4, 0.5, 0.75, 4, 300, 0.01));
        assertThat(curve.outcome("accuracy")).isEmpty();
        curve.ended(3, 2);
        assertThat(curve.outcome("accuracy")).contains("Stopped early, after epoch 3 of 4; the network is that of epoch 2, with validation accuracy 87.50 %, of the "
                + "smallest 62.50 %");
        Path file = folder.resolve("training.csv");
        curve.writeCsv("macro-f1", file);
        assertThat(file).hasContent("""
                epoch,step,loss,macro_f1,learning_rate,validation_loss,validation_macro_f1,smallest_validation_loss,smallest_validation_macro_f1,kept
                1,10,1.25,0.5,0.1,,,,,0
                2,20,1.0,0.75,0.05,0.5,0.875,1.5,0.625,1
                3,30,0.5,0.75,0.01,,,,,0
                """);
        TrainingCurve read = TrainingCurve.readCsv(file);
        assertThat(read.kept()).isEqualTo(2);
        assertThat(read.validated()).containsExactly(new TrainingListener.Validated(2, 20, new Evaluation(0.875, 0.5, 0), new Evaluation(0.625, 1.5, 0)));
    }

    @Test
    void readsTablesOfBefore() throws IOException {
        Path file = Files.writeString(folder.resolve("older.csv"), "epoch,step,loss,r2,learning_rate\n1,2,3,0.5,0.1\n2,4,2,0.75,0\n");
        TrainingCurve read = TrainingCurve.readCsv(file);
        assertThat(read.epochs()).hasSize(2);
        assertThat(read.validated()).isEmpty();
        assertThat(read.kept()).isEqualTo(2);
    }

    @Test
    void refusesAnotherTable() throws IOException {
        for (String text : List.of("", "a,b\n", "epoch,step,loss,accuracy,learning_rate\n1,2,x,0,0\n", "epoch,step,loss,accuracy,learning_rate\n1,2\n",
                "epoch,step,loss,accuracy,learning_rate,validation_loss,validation_r2,smallest_validation_loss,smallest_validation_r2,kept\n1,2,3,4,5,,,,,1\n",
                "epoch,step,loss,r2,learning_rate,validation_loss,validation_r2,smallest_validation_loss,smallest_validation_r2,kept\n1,2,3,4,5,,,\n")) {
            Path file = Files.writeString(folder.resolve("damaged.csv"), text);
            assertThatThrownBy(() -> TrainingCurve.readCsv(file)).isInstanceOf(IOException.class).hasMessageStartingWith(file + ": damaged: ");
        }
    }
}
