package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The devices in examples/ take the quickstart's network, and can be met. */
class ExampleDevicesTest {

    static List<Path> devices() throws IOException {
        try (Stream<Path> files = Files.list(DocumentsTest.ROOT.resolve("examples/devices"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void takeTheQuickstart(Path device) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), "inspect",
                DocumentsTest.ROOT.resolve("examples/quickstart.yaml").toString(), "--device", device.toString());
        assertThat(code).as(err.toString()).isZero();
        String name = device.getFileName().toString().replace(".yaml", "");
        assertThat(out.toString()).containsPattern("full .* " + name + "\\.latency ");
    }
}
