package io.fullynested.cli;

import io.fullynested.api.nesting.AxisSpace;
import io.fullynested.api.nesting.SubmodelSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import picocli.CommandLine.Option;

/** One submodel, told or drawn, or several. */
final class SelectionChoice {

    @Option(names = "--select", paramLabel = "AXIS=KEEP,...|BUDGET|FILE",
            description = "what to keep; or the name of a budget in the summary.json beside the checkpoint; or a file that says so, as text or JSON; axes left out are kept whole")
    private List<String> select = List.of();

    @Option(names = "--random", paramLabel = "SEED", description = "a random selection, drawn with this seed")
    private Long random;

    /**
     * The only one.
     *
     * @param network the file that it is of
     */
    SubmodelSpec of(AxisSpace axes, Path network) throws IOException {
        List<SubmodelSpec> all = all(axes, network);
        if (all.size() > 1) {
            throw new BadInputException("--select " + String.join(" --select ", select) + ": " + all.size()
                    + " submodels, and this is about one. Maybe leave out all but the first?");
        }
        return all.get(0);
    }

    /**
     * All of them, at least one.
     *
     * @param network the file that they are of
     */
    List<SubmodelSpec> all(AxisSpace axes, Path network) throws IOException {
        if (random != null) {
            SplittableRandom draw = new SplittableRandom(random);
            return List.of(axes.select(axis -> axis.keeps().get(draw.nextInt(axis.keeps().size()))));
        }
        List<SubmodelSpec> all = new ArrayList<>();
        for (String one : select) {
            all.addAll(SelectionArgument.parseAll(one, axes, network));
        }
        return all;
    }
}
