package io.fullynested.cli;

import io.fullynested.FullyNested;
import io.fullynested.TrainedSupernet;
import io.fullynested.TrainingCurve;
import io.fullynested.check.CurveCheck;
import io.fullynested.check.DataCheck;
import io.fullynested.check.Finding;
import io.fullynested.check.LearningCheck;
import io.fullynested.check.LearningRateCheck;
import io.fullynested.check.PlanCheck;
import io.fullynested.check.TrialCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is wrong before it costs hours, or why little came of them. */
@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Look at data and description before training, and tell what training will take here; of a checkpoint, tell whether it has "
                + "learnt, and what it confuses.", "Ends with exit code 1 if something is wrong."})
final class CheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SPEC|CHECKPOINT", description = "the YAML file, or what './fn train' or './fn run' left")
    private Path file;

    @Option(names = "--no-trial", description = "take no steps of the training to tell its time and memory")
    private boolean noTrial;

    @Option(names = "--learning-rate", description = "take some more steps, with a learning rate that rises, to tell which one to train with")
    private boolean learningRate;

    @Mixin
    private Report report;

    @Override
    public Integer call() throws Exception {
        return report.tell(this::check);
    }

    private int check(PrintWriter text) throws Exception {
        List<Finding> findings = new ArrayList<>();
        if (file.toString().endsWith(".safetensors")) {
            if (learningRate) {
                throw new BadInputException("--learning-rate is of a description, and " + file + " is a network that was trained. Maybe the YAML file?");
            }
            try (TrainedSupernet net = FullyNested.load(file, report.common().settings())) {
                TrainingCurve curve = TrainingCurve.readCsv(file.resolveSibling(Pipeline.CURVE));
                findings.addAll(LearningCheck.of(net, curve.epochs()));
                findings.addAll(CurveCheck.of(curve));
            }
        } else {
            try (FullyNested fn = FullyNested.open(file, report.common().settings())) {
                findings.addAll(DataCheck.of(fn));
                findings.addAll(PlanCheck.of(fn));
                if (!noTrial) {
                    findings.add(TrialCheck.of(fn));
                }
                if (learningRate) {
                    findings.add(LearningRateCheck.of(fn));
                }
            }
        }
        return tell(findings, text) ? 0 : 1;
    }

    /** Tells all, a line each, and whether nothing is wrong. */
    static boolean tell(List<Finding> findings, PrintWriter text) {
        findings.forEach(finding -> text.println(Console.text("%-6s %s", finding.level().name().toLowerCase(Locale.ROOT), finding)));
        return findings.stream().noneMatch(finding -> finding.level() == Finding.Level.WRONG);
    }
}
