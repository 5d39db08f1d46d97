package io.fullynested.cli;

import io.fullynested.NestedNetwork;
import io.fullynested.OnnxImport;
import io.fullynested.core.io.Identity;
import io.fullynested.core.io.InputFile;
import io.fullynested.core.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a nested network of a trained one. */
@Command(name = "import", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Make a nested network of a trained one, an ONNX file from PyTorch or elsewhere: finds what can be nested, ranks what it has "
                + "learnt, and leaves OUT/spec.yaml, to be trained with the source as its teacher, and OUT/checkpoint.safetensors, to be searched "
                + "and exported at once.")
final class ImportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "the ONNX file: one float input [N, C, H, W] or [N, D], one output of logits")
    private Path model;

    @Option(names = "--shape", paramLabel = "CxHxW", description = "of the input, where the file leaves it open, for example 3x224x224")
    private String shape;

    @Option(names = "--mean", paramLabel = "M,...", split = ",",
            description = "what was taken from each channel of an image in 0..1 before MODEL saw it, for example 0.485,0.456,0.406; exported files "
                    + "then do it themselves")
    private float[] mean;

    @Option(names = "--deviation", paramLabel = "S,...", split = ",", description = "what it was then divided by, for example 0.229,0.224,0.225")
    private float[] deviation;

    @Option(names = "--freeze-from", paramLabel = "NODE", description = "leave NODE, and all that is computed of what it takes, as it is: what comes before is nested, "
            + "learns to give what it gave there, and exported ONNX files end in it; for operators that cannot be read")
    private String freezeFrom;

    @Option(names = {"-o", "--out"}, paramLabel = "DIR", description = "output folder (default: out/<name of MODEL>)")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = common.out();
        Path data = common.data().orElseThrow(() -> new ParameterException(command.commandLine(), "Missing required option: '--data=SPEC'"));
        Path folder = out != null ? out : Path.of("out", model.getFileName().toString().replaceFirst("\\.onnx$", ""));
        // one that was stopped begins anew, as all of it takes seconds
        String key = Identity.NONE.withDigest("MODEL", digest(model)).with("data", data.toString())
                .with("options", shape + Arrays.toString(mean) + Arrays.toString(deviation) + freezeFrom).with("seed", common.settings().seed().toString())
                .with("version of this program", NestedNetwork.version()).toString();
        OnnxImport.Imported imported;
        try (OutputFolder output = common.take(common.folder(folder)); RunJournal journal = new RunJournal(output.path(), key, common.overwrite());
             Console console = common.console("import")) {
            journal.begin();
            RunRecord record = RunRecord.start(model, common.settings(Optional.empty()), command, journal);
            imported = OnnxImport.run(model, data, options(), common.settings(Optional.empty()), folder, console.search());
            Pipeline.clearResults(folder);
            record.write(folder);
            journal.finish();
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage());
        }
        imported.axes().forEach(found -> text.println(Console.text("    %-40s %-9s %5d terms  %5.1f %% of the parameters", found.axis().id(),
                found.axis().level(), found.axis().size(), 100 * found.share())));
        text.println(Console.text("%.1f %% of the parameters are on some axis", 100 * imported.share()));
        text.println(Console.text("The full network differs from the source by %.1e of the range of its outputs", imported.difference()));
        text.println(Console.text("source   validation %s %.2f %%", imported.metric(), 100 * imported.source()));
        text.println(Console.text("full     validation %s %.2f %%, with its codes, untrained", imported.metric(), 100 * imported.begins()));
        imported.notes().forEach(note -> text.println("note: " + note));
        text.println("Next: ./fn run " + folder.resolve(OnnxImport.SPEC) + ", or without training ./fn search " + folder.resolve(OnnxImport.CHECKPOINT));
        return 0;
    }

    private static String digest(Path file) throws IOException {
        return InputFile.read(file, () -> {
            try (InputStream in = Files.newInputStream(file)) {
                return new Sha256().add(in).hex();
            }
        });
    }

    private OnnxImport.Options options() {
        return new OnnxImport.Options(Optional.ofNullable(shape).map(ImportCommand::extents), Optional.ofNullable(mean), Optional.ofNullable(deviation),
                Optional.ofNullable(freezeFrom));
    }

    private static int[] extents(String text) {
        try {
            return Arrays.stream(text.split("[x×,]")).mapToInt(Integer::parseInt).toArray();
        } catch (NumberFormatException e) {
            throw new BadInputException("--shape " + text + ": extents are needed. Maybe 3x224x224?");
        }
    }
}
