package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
}
