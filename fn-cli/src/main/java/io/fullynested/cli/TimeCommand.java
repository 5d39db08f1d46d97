package io.fullynested.cli;

import io.fullynested.onnx.OnnxSession;
import io.fullynested.onnx.OnnxStopwatch;
import io.fullynested.onnx.remote.StopwatchServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Times what another machine sends. */
@Command(name = "time", mixinStandardHelpOptions = true, sortOptions = false,
        description = {"Time the networks that ./fn measure --remote sends from another machine: takes them from standard input, answers to standard output.",
                "Needs no LibTorch. docs/costs.md has the few lines that it speaks."})
final class TimeCommand implements Callable<Integer> {

    @Override
    public Integer call() throws IOException {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            StopwatchServer.serve(System.in, out, new OnnxStopwatch(), machine());
        }
        return 0;
    }

    /** This machine and its runtime, in words. */
    static String machine() throws IOException {
        Map<String, String> machine = RunRecord.machine();
        return "onnxruntime " + OnnxSession.version() + ", " + machine.get("system") + " " + machine.get("architecture") + ", "
                + machine.get("processors") + " of " + machine.get("processor");
    }
}
