package io.fullynested.cli;

import io.fullynested.core.plugin.PluginFault;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Notices that a plugin ends the program, so that what comes after it does not go on as if all were done. Not that somebody stops it: a signal ends it
 * by itself.
 */
final class ExitGuard {

    private static final String OURS = "io.fullynested.";

    private ExitGuard() {
    }

    /** Watches until the program ends. */
    static void watch(PrintWriter err) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> culprit(Thread.getAllStackTraces().values()).ifPresent(who -> {
            err.println("The plugin class " + who + " ended the program: it calls System.exit. What was under way is not done");
            err.flush();
            Runtime.getRuntime().halt(Failure.FAILED);
        }), "exit guard"));
    }

    /** Whose call of {@link Runtime#exit} ended the program, if it was not ours. */
    static Optional<String> culprit(Collection<StackTraceElement[]> threads) {
        return threads.stream().flatMap(stack -> caller(stack).stream()).findFirst();
    }

    private static Optional<String> caller(StackTraceElement[] stack) {
        // above exit are the hooks that it runs, below it is who called it
        Optional<StackTraceElement> caller = Stream.of(stack).dropWhile(frame -> !(frame.getClassName().equals("java.lang.Runtime") && frame.getMethodName().equals("exit")))
                .filter(frame -> !frame.getClassName().startsWith("java.lang.")).findFirst();
        if (caller.isEmpty() || caller.get().getClassName().startsWith(OURS)) {
            return Optional.empty();
        }
        Throwable there = new Throwable();
        there.setStackTrace(stack);
        return Optional.of(PluginFault.culprit(there).orElse(caller.get().getClassName()));
    }
}
