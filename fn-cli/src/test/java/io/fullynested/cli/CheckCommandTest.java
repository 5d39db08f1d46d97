package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

    @TempDir
    private Path folder;

    @Test
    void tellsWhichLearningRateToTrainWith() throws IOException {
        TinyProject project = TinyProject.in(folder);
        String[] words = {"check", "@tiny.yaml", "--no-trial", "--learning-rate", "--set", "training.epochs=200", "--set", "training.optimizer.learning-rate=1e-6"};
        assertThat(project.fn(words).out()).containsPattern("note   learning-rate 0.000001; (the loss falls fastest at about|at no learning rate did the loss fall)");
        words[words.length - 1] = "training.optimizer.learning-rate=500";
        assertThat(project.fn(words).out()).containsPattern("note   learning-rate 500; the loss falls fastest at about [0-9.]+, and is least at [0-9.]+; loss by learning rate: "
                + ".*Maybe --set training.optimizer.learning-rate=[0-9.]+\\?");
        TinyProject.Outcome checkpoint = project.fn("check", "@none.safetensors", "--learning-rate");
        assertThat(checkpoint.code()).isEqualTo(2);
        assertThat(checkpoint.err()).contains("--learning-rate is of a description").contains("Maybe the YAML file?");
    }
}
