package io.fullynested.cli;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import java.io.IOException;
import java.util.SplittableRandom;
import picocli.CommandLine.Option;

/** One submodel, told or drawn. */
final class SelectionChoice {

    @Option(names = "--select", paramLabel = "AXIS=KEEP,...|FILE",
            description = "what to keep, or a file that says so, as text or JSON; axes left out are kept whole")
    private String select;

    @Option(names = "--random", paramLabel = "SEED", description = "a random selection, drawn with this seed")
    private Long random;

    SubmodelSpec of(AxisSpace axes) throws IOException {
        if (random != null) {
            SplittableRandom draw = new SplittableRandom(random);
            return axes.select(axis -> axis.keeps().get(draw.nextInt(axis.keeps().size())));
        }
        return SelectionArgument.parse(select, axes);
    }
}
