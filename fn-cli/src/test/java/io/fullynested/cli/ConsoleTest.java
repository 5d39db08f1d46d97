package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.search.Evaluation;
import io.fullynested.training.TrainingListener;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ConsoleTest {

    private static final String MESSAGE = "loss 0.413  accuracy 86.7 %  1447 images/s  45 s left";

    @Test
    void aWideTerminalGetsABarOfThirty() {
        assertThat(Console.line("train", 0.5, MESSAGE, 120)).isEqualTo("train   50 %  " + "█".repeat(15) + "░".repeat(15) + "  " + MESSAGE);
        assertThat(Console.line("search", 1, "", 120)).isEqualTo("search 100 %  " + "█".repeat(30) + "  ");
    }

    @Test
    void theBarGivesWayToTheMessage() {
        assertThat(Console.line("train", 0.5, MESSAGE, 80)).hasSizeLessThanOrEqualTo(80).endsWith("  " + MESSAGE).contains("█░");
        assertThat(Console.line("train", 0.5, MESSAGE, 68)).isEqualTo("train   50 %  " + MESSAGE);
        for (int width = 0; width < 100; width++) {
            assertThat(Console.line("train", 1, MESSAGE, width)).hasSizeLessThanOrEqualTo(width);
        }
    }

    @Test
    void programsAndPeopleAreToldOfValidationImages() {
        assertThat(told(Console.Style.JSON)).contains("{\"task\":\"train\",\"epoch\":1,\"step\":5,\"validation\":{\"full\":{\"loss\":0.5,\"macro_f1\":0.75},"
                + "\"smallest\":{\"loss\":1.5,\"macro_f1\":0.5}}}\n");
        assertThat(told(Console.Style.TEXT)).startsWith("train   1 %  epoch 1/100  loss 1.250  macro-f1 62.5 %  validation 75.0 %, smallest 50.0 %  100 images/s");
        assertThat(told(Console.Style.NONE)).isEmpty();
    }

    private static String told(Console.Style style) {
        StringWriter text = new StringWriter();
        try (Console console = new Console(new PrintWriter(text), "train", style)) {
            TrainingListener listener = console.training("macro-f1");
            listener.validated(new TrainingListener.Validated(1, 5, new Evaluation(0.75, 0.5, 10), new Evaluation(0.5, 1.5, 10)));
            listener.epoch(new TrainingListener.Progress(5, 500, 1, 100, 1.25, 0.625, 1, 100, 0.1));
        }
        return text.toString();
    }
}
