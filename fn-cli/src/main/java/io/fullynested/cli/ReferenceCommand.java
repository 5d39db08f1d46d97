package io.fullynested.cli;

import io.fullynested.RunSpec;
import io.fullynested.core.plugin.PluginRegistry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Tells what may stand in a description. */
@Command(name = "reference", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Describe every key of the YAML file as Markdown, with the kinds of the plugins on the class path and in --plugin-path.")
final class ReferenceCommand implements Callable<Integer> {

    @Mixin
    private Report report;

    @Override
    public Integer call() throws Exception {
        return report.tell(out -> {
            try (PluginRegistry registry = report.common().plugins()) {
                out.print(SpecReference.of(RunSpec.class, registry));
                out.flush();
                return 0;
            }
        });
    }
}
