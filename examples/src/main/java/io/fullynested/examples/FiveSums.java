package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.nesting.SubmodelSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws the five ranked sums of a small network, and what a submodel keeps of them. Argument: the SVG file to write. */
public final class FiveSums {

    private static final String YAML = """
            data: in-memory
            network:
              input: {channels: 1, height: 12, width: 12}
              blocks:
                - {kind: conv, channels: 8}
                - {kind: residual-stage, channels: 8, layers: 3, paths: 4, width: 2}
                - {kind: global-average-pool}
                - {kind: dense, neurons: 8}
                - {kind: classifier, classes: 3}
              nesting: {channels: {keeps: [1/4, 1/2, 3/4, 1], per: block}, paths: {per: block}}
              quantization: {weights: {bits: 8, keeps: [2, 4, 8]}}
            """;

    private static final Map<NestingLevel, String> SUMS = Map.of(NestingLevel.BITS, "w = scale · Σ bᵢ 2⁻ⁱ", NestingLevel.NEURONS, "y = Σ w·ᵢ xᵢ",
            NestingLevel.CHANNELS, "y = Σ W·c ∗ x_c", NestingLevel.PATHS, "y = x + Σ F_p(x)", NestingLevel.LAYERS, "x_L = x₀ + Σ F_l(x_l₋₁)");

    private FiveSums() {
    }

    public static void main(String[] args) throws IOException {
        Files.writeString(Path.of(args[0]), svg());
    }

    /** One row for each level: the terms of an axis, those kept filled, lines where a legal prefix ends. */
    static String svg() {
        try (FullyNested fn = FullyNested.open(YAML, Settings.standard())) {
            List<NestedAxis> axes = fn.supernet().axes().axes();
            SubmodelSpec some = fn.supernet().axes().select(axis -> axis.keeps().get((axis.keeps().size() - 1) / 2));
            StringBuilder svg = new StringBuilder("""
                    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 272" font-family="sans-serif" font-size="13">
                    <rect width="760" height="272" fill="white"/>
                    """);
            for (NestingLevel level : NestingLevel.values()) {
                NestedAxis axis = axes.stream().filter(one -> one.level() == level).findFirst().orElseThrow();
                int y = 12 + 46 * level.ordinal();
                text(svg, 12, y + 19, level.name());
                text(svg, 110, y + 19, SUMS.get(level));
                for (int term = 1; term <= axis.size(); term++) {
                    String fill = term <= some.keep(axis.id()) ? "#4a86d8" : "white";
                    svg.append("<rect x='%d' y='%d' width='24' height='26' fill='%s' stroke='#24508f'/>\n".formatted(232 + 30 * term, y, fill));
                    svg.append(axis.keeps().contains(term) ? "<path d='M%d %dv34' stroke='#c0392b' stroke-width='2'/>\n".formatted(259 + 30 * term, y - 4) : "");
                }
                text(svg, 516, y + 19, axis.id() + ": " + some.keep(axis.id()) + " of " + axis.size());
            }
            Map<String, Double> own = fn.costs().costs(some);
            Map<String, Double> all = fn.costs().costs(fn.supernet().axes().full());
            text(svg, 12, 262, String.format(Locale.ROOT, "This submodel: %,.0f of %,.0f MACs, %,.0f of %,.0f parameters; one of %,.0f.", own.get("macs"),
                    all.get("macs"), own.get("params"), all.get("params"), fn.supernet().submodels()));
            return svg.append("</svg>\n").toString();
        }
    }

    private static void text(StringBuilder svg, int x, int y, String words) {
        svg.append("<text x='%d' y='%d'>%s</text>\n".formatted(x, y, words));
    }
}
