package io.fullynested.cli;

import io.fullynested.ExportOptions;
import io.fullynested.FullyNested;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.onnx.Format;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Exports one submodel. */
@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Export one submodel of a trained supernet as ONNX, checked in onnxruntime on test images.")
final class ExportCommand implements Callable<Integer> {

    @Parameters(paramLabel = "CHECKPOINT", arity = "0..1", description = "what './fn train' or './fn run' left")
    private Path checkpoint;

    @ArgGroup(exclusive = false, heading = "Or a member of a bundle:%n")
    private BundleMember member;

    @ArgGroup(heading = "Which one (default: the whole network, or what the checkpoint was tuned for):%n")
    private SelectionChoice choice;

    @Option(names = "--format", paramLabel = "FORMAT", description = "auto, float32, qdq-int8 or packed (default: the YAML's)",
            converter = FormatConverter.class)
    private ExportOptions.Choice format;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "the file (default: model.onnx, beside the checkpoint)")
    private Path out;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws Exception {
        PrintWriter text = command.commandLine().getOut();
        if (member != null && checkpoint == null) {
            member.export(common.file(out == null ? member.standardOutput() : out), text);
            return 0;
        }
        if (checkpoint == null || member != null) {
            throw new ParameterException(command.commandLine(), member == null ? "Missing required parameter: 'CHECKPOINT'"
                    : "--from takes the place of CHECKPOINT " + checkpoint + ". Leave one of them out");
        }
        Path file = common.file(out == null ? checkpoint.resolveSibling("model.onnx") : out);
        try (TrainedSupernet net = FullyNested.load(checkpoint, common.settings())) {
            SubmodelSpec selection = choice != null ? choice.of(net.axes()) : net.tuned().orElse(net.axes().full());
            FullyNested network = net.network();
            Format chosen = (format == null ? network.spec().export().format() : format).format(network.spec().network());
            TrainedSupernet.Export export = net.export(selection, chosen);
            Report.createFolderOf(file);
            export.write(file);
            text.println(Console.text("%s: %s, %,d bytes, %s", file,
                    chosen.name().toLowerCase(Locale.ROOT).replace('_', '-'), Files.size(file), Pipeline.costs(export.costs())));
            text.println(Console.text("test accuracy %.2f %%, onnxruntime agrees on %.2f %% of %d images", 100 * export.accuracy().get("test"),
                    100 * export.parity().worst().top1Agreement(), export.parity().worst().images()));
            export.onnx().notes().forEach(note -> text.println("note: " + note));
            return 0;
        }
    }

    static final class FormatConverter implements ITypeConverter<ExportOptions.Choice> {
        @Override
        public ExportOptions.Choice convert(String value) {
            try {
                return ExportOptions.Choice.valueOf(value.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + value + "' is none; there are auto, float32, qdq-int8 and packed");
            }
        }
    }
}
