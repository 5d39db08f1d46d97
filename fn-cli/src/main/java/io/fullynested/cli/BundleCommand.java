package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.NestedNetwork;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.core.io.Sha256;
import io.fullynested.onnx.Format;
import io.fullynested.onnx.bundle.BundleWriter;
import io.fullynested.search.FrontCsv;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Exports many submodels into one file. */
@Command(name = "bundle", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Export a family of submodels of a trained supernet into one file, which holds the codes that they share once.",
                "'./fn inspect' lists its members, './fn export --from' makes the ONNX file of one; on a device, the library fn-bundle does."})
final class BundleCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CHECKPOINT", description = "what './fn train' or './fn run' left")
    private Path checkpoint;

    @Option(names = "--front", paramLabel = "FILE", description = "all of a front.csv, named front01, front02, ... from the fewest MACs on; "
            + "may be repeated (default: front.csv beside the checkpoint, unless there is a --select)")
    private List<Path> fronts = List.of();

    @Option(names = "--select", paramLabel = "[NAME:]AXIS=KEEP,...|BUDGET|FILE",
            description = "what a member keeps, or a file that says so, whose name it then has; may be repeated")
    private List<String> selections = List.of();

    @Option(names = "--format", paramLabel = "FORMAT", description = "of the members: qdq-int8 or packed; or c, a pair of C files for microcontrollers, of "
            + "which a call runs one member (default: ${DEFAULT-VALUE})",
            defaultValue = "qdq-int8")
    private String format;

    @Option(names = "--tune", paramLabel = "N", description = "train the batch norms and biases of each member "
            + "further, alone, for N epochs, where that makes it better on validation images (default: not at all)")
    private Integer epochs;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "the file (default: family.fnb or family.c, beside the checkpoint)")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = common.out();
        if (CForm.isMeant(format)) {
            return c(out == null ? checkpoint.resolveSibling("family.c") : out, text);
        }
        Format chosen = switch (format.toLowerCase(Locale.ROOT)) {
            case "qdq-int8" -> Format.QDQ_INT8;
            case "packed" -> Format.PACKED;
            default -> throw new BadInputException("--format " + format + ": the members of a bundle share codes, so they are qdq-int8 or packed, or c for C files");
        };
        if (epochs != null && epochs < 1) {
            throw new BadInputException("--tune " + epochs + ": at least 1 epoch is needed");
        }
        try (OutputFile output = common.file(out == null ? checkpoint.resolveSibling("family.fnb") : out);
             TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            Path file = output.path();
            Map<String, SubmodelSpec> members = members(net);
            String key = new Sha256().add(net.fingerprint()).add(members + format + epochs + NestedNetwork.version()).hex();
            Path begun = output.unfinished();
            Batch batch = new Batch(command.commandLine().getErr());
            Map<String, RuntimeException> failed = new LinkedHashMap<>();
            BundleWriter bundle;
            try (Console console = common.console("export")) {
                bundle = net.bundle(members, chosen, Optional.ofNullable(epochs).map(n -> new Tuning(n, false)), console.search(),
                        begun.resolve(key.substring(0, 16)), failed::put);
            }
            failed.forEach((member, e) -> batch.fail("member " + member, e));
            if (failed.size() < members.size()) {
                bundle.write(file);
                Files.createDirectories(begun);
                try (Stream<Path> left = Files.walk(begun)) {
                    for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
                BundleMember.list(NestedBundle.open(file), file, text);
            }
            return batch.code();
        }
    }

    @SuppressWarnings("try") // the header is nobody else's while the pair is written
    private int c(Path target, PrintWriter text) throws IOException {
        if (epochs != null) {
            throw new BadInputException("--tune " + epochs + ": members in C are not tuned. Maybe --format qdq-int8?");
        }
        try (OutputFile header = common.file(CForm.header(target)); OutputFile file = common.file(target);
                TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            CForm.bundle(net, members(net), file.path(), text);
            return 0;
        }
    }

    private Map<String, SubmodelSpec> members(TrainedSupernet net) throws IOException {
        Map<String, SubmodelSpec> members = new LinkedHashMap<>();
        for (String argument : selections) {
            boolean named = argument.matches("[\\w.-]+:.*");
            int colon = named ? argument.indexOf(':') : -1;
            String what = argument.substring(colon + 1);
            String name = named ? argument.substring(0, colon) : what.contains("=") ? "member" + (members.size() + 1)
                    : Path.of(what).getFileName().toString().replaceFirst("\\.[^.]*$", "");
            if (members.put(name, SelectionArgument.parse(what, net.axes(), checkpoint)) != null) {
                throw new BadInputException("--select " + argument + ": there is a member '" + name + "' already. Maybe --select OTHER:" + what + "?");
            }
        }
        List<SubmodelSpec> front = front(net);
        for (int i = 0; i < front.size(); i++) {
            members.put(Console.text("front%02d", i + 1), front.get(i));
        }
        return members;
    }

    /** What the tables have that has no name yet, from the fewest MACs on. */
    private List<SubmodelSpec> front(TrainedSupernet net) throws IOException {
        Stream<SubmodelSpec> all = Stream.empty();
        boolean standard = fronts.isEmpty() && selections.isEmpty();
        for (Path front : standard ? List.of(checkpoint.resolveSibling("front.csv")) : fronts) {
            Stream.Builder<SubmodelSpec> some = Stream.builder();
            for (SubmodelSpec selection : FrontCsv.read(front).stream().map(FrontCsv.Row::selection).toList()) {
                try {
                    some.add(SelectionArgument.parse(selection.toString(), net.axes(), checkpoint));
                } catch (BadInputException e) {
                    throw new BadInputException(front + ": of another network? " + e.getMessage());
                }
            }
            all = Stream.concat(all, some.build());
        }
        Map<SubmodelSpec, Double> macs = new LinkedHashMap<>();
        all.forEach(selection -> macs.computeIfAbsent(selection, one -> net.costs(one).get("macs")));
        return macs.keySet().stream().sorted(Comparator.comparing(macs::get)).toList();
    }
}
