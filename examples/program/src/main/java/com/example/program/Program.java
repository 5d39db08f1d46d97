package com.example.program;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.onnx.Format;
import io.fullynested.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains a small network and exports its smallest member. Arguments: the folder of the examples, the ONNX file to write. */
public final class Program {

    private static final Logger LOG = LoggerFactory.getLogger(Program.class);

    private static final String YAML = """
            data: {kind: idx, path: data/fashion-mnist}
            network:
              input: {channels: 1, height: 28, width: 28}
              blocks:
                - {kind: conv, channels: 8, stride: 2}
                - {kind: conv, channels: 16, stride: 2}
                - {kind: global-average-pool}
                - {kind: classifier, classes: 10}
            training: {epochs: 1}
            """;

    private Program() {
    }

    public static void main(String[] args) throws IOException {
        try (FullyNested fn = FullyNested.open(YAML, Settings.standard().withBase(Path.of(args[0])))) {
            TrainedSupernet net = fn.train(TrainingListener.NONE);
            TrainedSupernet.Export smallest = net.export(net.axes().smallest(), Format.FLOAT32);
            smallest.write(Path.of(args[1]));
            LOG.info("exported {} to {}", smallest.spec(), args[1]);
        }
    }
}
