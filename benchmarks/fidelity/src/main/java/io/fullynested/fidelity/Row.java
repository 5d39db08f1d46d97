package io.fullynested.fidelity;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A measured network; a line of {@code results.csv}. Images, MACs and seconds are those of the training that it comes from, which it
 * may share with other lines.
 *
 * @param weightBits   32 for float
 * @param macs         multiply-accumulates of one image
 * @param bops         bit operations of one image
 * @param images       images shown in training, each as often as it was shown
 * @param trainMacs    multiply-accumulates of training, forward and backward: three times the forward ones of what was drawn
 * @param seconds      wall time of training
 * @param testAccuracy percent of the test images
 */
record Row(String table, String recipe, long seed, String level, String selection, int weightBits, int activationBits, long macs, long bops,
           long images, long trainMacs, double seconds, double testAccuracy) {

    static final String HEADER =
            "table,recipe,seed,level,selection,weightBits,activationBits,macs,bops,images,trainMacs,seconds,testAccuracy";

    private static final Pattern LINE = Pattern.compile("([^,\"]+),([^,\"]+),(\\d+),([^,\"]+),\"([^\"]*)\",(\\d+),(\\d+),(\\d+),(\\d+),(\\d+),"
            + "(\\d+),([\\d.]+),([\\d.]+)");

    /** What tells rows apart: no two rows of a file agree in it. */
    record Key(String table, String recipe, long seed, String selection) {
    }

    Key key() {
        return new Key(table, recipe, seed, selection);
    }

    String line() {
        return String.join(",", table, recipe, String.valueOf(seed), level, '"' + selection + '"', String.valueOf(weightBits),
                String.valueOf(activationBits), String.valueOf(macs), String.valueOf(bops), String.valueOf(images), String.valueOf(trainMacs),
                String.format(Locale.ROOT, "%.1f", seconds), plain(testAccuracy));
    }

    private static String plain(double value) {
        return new BigDecimal(String.format(Locale.ROOT, "%.4f", value)).stripTrailingZeros().toPlainString();
    }

    /** @throws IllegalArgumentException if the line is no such row */
    static Row parse(String line) {
        Matcher m = LINE.matcher(line);
        if (!m.matches()) {
            throw new IllegalArgumentException("'" + line + "' is no row of " + HEADER);
        }
        return new Row(m.group(1), m.group(2), Long.parseLong(m.group(3)), m.group(4), m.group(5), Integer.parseInt(m.group(6)),
                Integer.parseInt(m.group(7)), Long.parseLong(m.group(8)), Long.parseLong(m.group(9)), Long.parseLong(m.group(10)),
                Long.parseLong(m.group(11)), Double.parseDouble(m.group(12)), Double.parseDouble(m.group(13)));
    }
}
