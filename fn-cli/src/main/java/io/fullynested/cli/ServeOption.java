package io.fullynested.cli;

import io.fullynested.live.LivePage;
import io.fullynested.live.LiveView;
import java.io.IOException;
import java.net.BindException;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Whether long work is shown on a page while it goes on. */
final class ServeOption {

    private static final int LAST_PORT = 65_535;

    @Option(names = "--serve", arity = "0..1", paramLabel = "PORT", parameterConsumer = Port.class, description = "show curves, and the front as it grows, "
            + "on a page for browsers on this machine while the command runs (without PORT: at any that is free)")
    private Integer port;

    /** Opens the page, if one is wanted, and tells where it is. */
    LiveView open(CommonOptions common, String name) throws IOException {
        if (port == null) {
            return LiveView.NONE;
        }
        if (port > LAST_PORT) {
            throw new BadInputException("--serve " + port + ": the last port is " + LAST_PORT);
        }
        try {
            LivePage page = new LivePage(port, name);
            common.out().println("Live at " + page.address());
            return page;
        } catch (BindException e) {
            throw new BadInputException("--serve " + port + ": the port is taken, or not allowed. Maybe --serve alone, which takes one that is free?");
        }
    }

    /** Takes the next word if it is a number: {@code --serve SPEC} has no port. */
    static final class Port implements IParameterConsumer {

        @Override
        public void consumeParameters(Stack<String> args, ArgSpec option, CommandSpec command) {
            boolean given = !args.isEmpty() && args.peek().matches("\\d{1,9}");
            option.setValue(given ? Integer.valueOf(args.pop()) : Integer.valueOf(0));
        }
    }
}
