package io.fullynested.cli;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import picocli.CommandLine.Option;

/** One submodel, told or drawn. */
final class SelectionChoice {

    @Option(names = "--select", paramLabel = "AXIS=KEEP,...|BUDGET|FILE",
            description = "what to keep; or the name of a budget in the summary.json beside the checkpoint; or a file that says so, as text or JSON; axes left out are kept whole")
    private String select;

    @Option(names = "--random", paramLabel = "SEED", description = "a random selection, drawn with this seed")
    private Long random;

    /** @param network the file that it is of */
    SubmodelSpec of(AxisSpace axes, Path network) throws IOException {
        if (random != null) {
            SplittableRandom draw = new SplittableRandom(random);
            return axes.select(axis -> axis.keeps().get(draw.nextInt(axis.keeps().size())));
        }
        return SelectionArgument.parse(select, axes, network);
    }
}
