package io.fullynested.cli;

import io.fullynested.api.plugin.Factory;
import io.fullynested.core.plugin.Kinds;
import io.fullynested.core.plugin.Origin;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.OptionDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists what plugins provide. */
@Command(name = "plugins", mixinStandardHelpOptions = true, sortOptions = false,
        description = "List the plugins on the class path and in --plugin-path, and what they provide.")
final class PluginsCommand implements Callable<Integer> {

    @Mixin
    private Report report;

    @Override
    public Integer call() throws Exception {
        return report.tell(out -> {
            try (PluginRegistry registry = PluginRegistry.load(report.common().settings().pluginPath())) {
                return list(registry, out, report.common().verbose());
            }
        });
    }

    /** Lists a registry; 1 if some plugin could not be loaded. */
    int list(PluginRegistry registry, PrintWriter out, boolean verbose) {
        for (Origin plugin : registry.plugins()) {
            out.printf("%s  %s  %s%n", plugin.plugin(), plugin.version().orElse("(no version)"), plugin);
            for (Role<?> role : Role.ALL) {
                registry.kinds(role).all().forEach((kind, provided) -> {
                    if (provided.origin().equals(plugin)) {
                        print(out, role, kind, provided, verbose);
                    }
                });
            }
        }
        for (Role<?> role : Role.ALL) {
            if (registry.kinds(role).all().isEmpty()) {
                out.println("no plugin on the path provides a " + role.noun());
            }
        }
        registry.failed().forEach(failed -> out.println("not loaded: " + failed));
        return registry.failed().isEmpty() ? 0 : 1;
    }

    private static void print(PrintWriter out, Role<?> role, String kind, Kinds.Provided<?> provided, boolean verbose) {
        Factory<?> factory = provided.factory();
        out.printf("    %-16s %-22s %s%n", role.noun(), kind, factory.summary());
        for (OptionDescription option : verbose ? OptionDescription.of(factory.options()) : List.<OptionDescription>of()) {
            String standard = option.standard().map(value -> "default: " + value).orElse(option.required() ? "required" : "optional");
            String legal = option.type() instanceof Class<?> type && type.isEnum()
                    ? "one of " + String.join(", ", OptionDescription.constants(type)) : option.range();
            out.printf("        %-20s %s (%s)%n", option.key(), option.meaning(), legal.isEmpty() ? standard : standard + ", " + legal);
        }
    }
}
