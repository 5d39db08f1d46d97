package io.fullynested.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written on the colours of bits can be read on each, by day and by night, whichever of them a network happens to have. */
class FigureColoursTest {

    private static final Pattern COLOUR = Pattern.compile("--(\\w+): (#[0-9a-f]{6});");

    @ParameterizedTest
    @CsvSource({"1, ink", "2, ink", "3, ink", "4, ink", "5, on5", "6, paper", "7, paper", "8, paper", "32, paper"})
    void textOnBitsHasAContrastOfFourAndAHalf(int bits, String text) throws IOException {
        for (String theme : themes()) {
            Map<String, String> colours = new HashMap<>();
            COLOUR.matcher(theme).results().forEach((MatchResult one) -> colours.put(one.group(1), one.group(2)));
            assertThat(contrast(colours.get("b" + bits), colours.get(text))).as("%s on %s", colours.get(text), colours.get("b" + bits)).isGreaterThanOrEqualTo(4.5);
        }
    }

    /** By day and by night. */
    private static String[] themes() throws IOException {
        try (InputStream css = Objects.requireNonNull(FigureColoursTest.class.getResourceAsStream("/io/fullynested/report/figure.css"))) {
            String[] parts = new String(css.readAllBytes(), StandardCharsets.UTF_8).split("prefers-color-scheme: dark");
            assertThat(parts).hasSize(2);
            return parts;
        }
    }

    /** WCAG 2.1, contrast ratio. */
    private static double contrast(String a, String b) {
        double lighter = Math.max(luminance(a), luminance(b));
        double darker = Math.min(luminance(a), luminance(b));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static double luminance(String colour) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double share = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
