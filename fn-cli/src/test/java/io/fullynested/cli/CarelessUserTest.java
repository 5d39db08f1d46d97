package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people do when they are in a hurry: each gets a message with what is wrong in it and the right exit code, and nothing is left behind. */
class CarelessUserTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;

    @BeforeAll
    static void train() throws IOException {
        project = TinyProject.trained(folder, 1);
        project.yaml("empty.yaml", "");
        project.yaml("comments.yaml", "# to be done\n");
        project.yaml("tabs.yaml", TinyProject.YAML.replace("  input:", "\tinput:"));
        project.yaml("words.yaml", "Dear all,\n  the network is attached: see below\n");
        Files.write(project.path("zip.yaml"), new byte[] {'P', 'K', 3, 4, 0, 0, 1, (byte) 0xff, (byte) 0xfe});
        Files.write(project.path("utf16.yaml"), TinyProject.YAML.getBytes(StandardCharsets.UTF_16));
        Files.createDirectories(project.path("a folder"));
        project.yaml("a file", "mine");
        project.yaml("model.onnx", "no ONNX");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "wrong folder       | run @nowhere/tiny.yaml                                  | 2 | there is no such file",
            "wrong folder       | search @nowhere/checkpoint.safetensors                  | 2 | there is no such",
            "wrong folder       | run @short.yaml --base @nowhere                         | 2 | there is no such folder",
            "wrong folder       | run @short.yaml --plugin-path @nowhere                  | 2 | nowhere",
            "wrong folder       | verify @nowhere --data @short.yaml                      | 1 | nowhere",
            "wrong order        | search @out/short/checkpoint.safetensors                | 2 | there is no such",
            "wrong order        | export @out/short/checkpoint.safetensors                | 2 | there is no such",
            "wrong order        | bundle @trained/checkpoint.safetensors --out @bad       | 2 | front.csv",
            "wrong order        | verify @a_folder --data @short.yaml                     | 2 | there is no .onnx file in this folder",
            "wrong file         | run @trained/checkpoint.safetensors --out @bad          | 2 | checkpoint.safetensors",
            "wrong file         | run @data/train-images-idx3-ubyte --out @bad            | 2 | train-images-idx3-ubyte",
            "wrong file         | run @a_folder --out @bad                                | 2 | a folder",
            "wrong file         | search @short.yaml --out @bad                           | 2 | not a safetensors file",
            "wrong file         | export @short.yaml --out @bad                           | 2 | not a safetensors file",
            "wrong file         | export @a_folder --out @bad                             | 2 | a folder",
            "wrong file         | verify @short.yaml --data @short.yaml                   | 1 | short.yaml",
            "wrong file         | verify @model.onnx --data @short.yaml                   | 1 | model.onnx",
            "wrong file         | inspect @model.onnx                                     | 2 | model.onnx",
            "wrong file         | run @empty.yaml --out @bad                              | 2 | empty.yaml",
            "wrong file         | run @comments.yaml --out @bad                           | 2 | comments.yaml",
            "wrong file         | run @words.yaml --out @bad                              | 2 | words.yaml",
            "wrong file         | run @zip.yaml --out @bad                                | 2 | zip.yaml",
            "wrong file         | run @tabs.yaml --out @bad                               | 2 | tabs.yaml",
            "wrong place        | train @short.yaml --out @a_file                         | 2 | is a file. Maybe another --out?",
            "wrong place        | train @short.yaml --out @a_file/below                   | 2 | is not a folder",
            "wrong place        | export @trained/checkpoint.safetensors --out @a_folder  | 2 | is a folder",
            "wrong place        | train @short.yaml --out @trained                        | 2 | is there already. Maybe --overwrite",
            "huge value         | train @short.yaml --out @bad --seed 99999999999999999999| 2 | --seed",
            "huge value         | train @short.yaml --out @bad --threads 99999999999      | 2 | --threads",
            "huge value         | train @short.yaml --out @bad --threads -1               | 2 | --threads -1: at least 1",
            "huge value         | train @short.yaml --out @bad --keep-every 99999999999s  | 2 | --keep-every 99999999999s",
            "huge value         | train @short.yaml --out @bad --keep-every never         | 2 | --keep-every never: neither a time nor a number of steps",
            "huge value         | train @short.yaml --out @bad --keep-last 0              | 2 | --keep-last 0: 1 to 100 are kept",
            "huge value         | train @short.yaml --out @bad --set training.epochs=1e99 | 2 | training.epochs",
            "huge value         | train @short.yaml --out @bad --set training.epochs=9999999999999 | 2 | training.epochs",
            "huge value         | search @trained/checkpoint.safetensors --out @bad --budget a:macs=1e999 | 2 | macs",
            "huge value         | search @trained/checkpoint.safetensors --out @bad --budget a:macs=-5 | 2 | macs",
            "huge value         | search @trained/checkpoint.safetensors --out @bad --front 999999999 | 2 | front",
            "typing             | RUN @short.yaml                                         | 2 | there is no command 'RUN'",
            "typing             | run @short.yaml @short.yaml                             | 2 | is one argument too many",
            "typing             | run --out                                               | 2 | Missing required parameter for option",
            "typing             | run                                                     | 2 | SPEC",
            "typing             | train @short.yaml --ouput @bad                          | 2 | there is no option '--ouput'. Maybe '--out",
            "typing             | export @trained/checkpoint.safetensors --select stage1.layer=1 --out @bad | 2 | there is no axis 'stage1.layer'",
            "typing             | export @trained/checkpoint.safetensors --format onnx --out @bad | 2 | --format onnx"})
    void getsAMessageAndNothingIsLeftBehind(String kind, String command, int code, String message) {
        List<String> before = project.content("");
        String[] words = command.strip().replace("@a_", "@a ").split(" (?!folder|file)");
        TinyProject.Outcome outcome = project.run(words);
        assertThat(outcome.err() + outcome.out()).contains(message.strip()).doesNotContain("went wrong", "\tat ", "Exception");
        assertThat(outcome.code()).as(outcome.err()).isEqualTo(code);
        assertThat(project.content("")).isEqualTo(before);
    }

    /** A whole way in a folder with a name of blanks and letters of many scripts, from a file with the line ends and the mark that Windows editors make. */
    @Test
    void blanksOtherScriptsAndWindowsLineEndsAreFine(@TempDir Path elsewhere) throws IOException {
        TinyProject there = TinyProject.in(Files.createDirectories(elsewhere.resolve("mit Leerzeichen & 'Strich'/網絡 ünïcode")));
        there.yaml("тест net.yaml", "\uFEFF" + TinyProject.YAML.replace("epochs: 8", "epochs: 2").replace("\n", "\r\n"));
        TinyProject.Outcome run = there.fn("run", "@тест net.yaml", "--out", "@résultat α");
        assertThat(run.code()).as(run.err()).isZero();
        there.yaml("wahl.txt", "stage1.layers=1,\r\nweights.bits=4\r\n".replace(",\r\n", ","));
        TinyProject.Outcome exported = there.fn("export", "@résultat α/checkpoint.safetensors", "--select", "@wahl.txt", "--out", "@ö.onnx");
        assertThat(exported.code()).as(exported.err()).isZero();
        assertThat(there.fn("verify", "@ö.onnx", "--data", "@тест net.yaml", "--checkpoint", "@résultat α/checkpoint.safetensors").code()).isZero();
    }

    /** The super-user may write everywhere. */
    @Test
    void whereNothingMayBeWrittenIsToldBeforeAnythingIsDone() throws IOException {
        Path closed = Files.createDirectories(project.path("closed"));
        for (String file : List.of("checkpoint.safetensors", "log.txt")) {
            Files.copy(project.path("trained/" + file), closed.resolve(file));
        }
        Files.writeString(closed.resolve("summary.json"), "{}");
        assumeTrue(closed.toFile().setWritable(false) && !Files.isWritable(closed), "permissions do not hold here");
        try {
            for (String command : List.of("train @short.yaml --out @closed/a", "export @closed/checkpoint.safetensors", "bundle @closed/checkpoint.safetensors --select a:",
                    "tune @closed/checkpoint.safetensors --select weights.bits=4", "search @closed/checkpoint.safetensors", "measure @short.yaml --out @closed/m.yaml",
                    "sweep @short.yaml --set seed=1..2 --out @closed/s", "inspect @short.yaml --out @closed/told.txt", "new-plugin abc --dir @closed/abc")) {
                TinyProject.Outcome refused = project.run(command.split(" "));
                assertThat(refused.code()).as(command).isEqualTo(2);
                assertThat(refused.err()).as(command).contains(" cannot be written: ", "does not let files be made").hasLineCount(1);
            }
        } finally {
            assertThat(closed.toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void aTextInUtf16SaysSo() {
        TinyProject.Outcome outcome = project.run("run", "@utf16.yaml", "--out", "@bad");
        assertThat(outcome.code()).isEqualTo(2);
        assertThat(outcome.err()).contains("utf16.yaml").doesNotContain("went wrong", "\tat ", "Exception");
    }
}
