package io.fullynested.cli;

import io.fullynested.report.ComparedRun;
import io.fullynested.report.Comparison;
import io.fullynested.report.TextTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows runs side by side. */
@Command(name = "compare", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Show runs side by side: what each found for its budgets, in what their descriptions differ, and, in a page, their",
                "fronts over each other."})
final class CompareCommand implements Callable<Integer> {

    @Parameters(arity = "2..*", paramLabel = "DIR", description = "output folders of ./fn run")
    private List<Path> folders;

    @Option(names = {"-o", "--out"}, paramLabel = "FILE", description = "the page (default: out/compare.html, anew each time)")
    private Path page;

    @Mixin
    private CommonOptions common;

    @Override
    public Integer call() throws Exception {
        try (OutputFile file = page == null ? common.fileAnew(Path.of("out", "compare.html")) : common.file(page)) {
            compare(file.path());
            return 0;
        }
    }

    private void compare(Path file) throws IOException {
        List<ComparedRun> runs = new ArrayList<>();
        for (Path folder : folders) {
            runs.add(ComparedRun.read(name(folder), folder));
        }
        Comparison comparison;
        try {
            comparison = new Comparison(runs);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(String.join(", ", folders.stream().map(Path::toString).toList()) + ": " + e.getMessage());
        }
        PrintWriter out = common.out();
        comparison.scores().lines().forEach(out::println);
        TextTable differences = comparison.differences();
        if (!differences.rows().isEmpty()) {
            out.println();
            differences.lines().forEach(out::println);
        }
        comparison.write(file, "Comparison", new TextTable(List.of(), List.of()));
        out.println();
        out.println("The fronts over each other: " + file);
    }

    /** As short as it is among the others. */
    private String name(Path folder) {
        Path whole = folder.toAbsolutePath().normalize();
        for (int parts = 1; parts < whole.getNameCount(); parts++) {
            Path end = whole.subpath(whole.getNameCount() - parts, whole.getNameCount());
            if (folders.stream().filter(other -> other.toAbsolutePath().normalize().endsWith(end)).count() == 1) {
                return end.toString();
            }
        }
        return folder.toString();
    }
}
