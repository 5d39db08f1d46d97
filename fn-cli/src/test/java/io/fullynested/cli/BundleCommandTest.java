package io.fullynested.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.search.Progress;
import io.fullynested.bundle.Member;
import io.fullynested.bundle.NestedBundle;
import io.fullynested.onnx.Format;
import io.fullynested.training.Tuning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BundleCommandTest {

    @TempDir
    private static Path folder;
    private static TinyProject project;
    private static TinyProject.Outcome bundled;

    @BeforeAll
    static void bundle() throws IOException {
        project = TinyProject.in(folder);
        project.yaml("short.yaml", TinyProject.YAML.replace("epochs: 8", "epochs: 1"));
        assertThat(project.fn("run", "@short.yaml", "--out", "@run").code()).isZero();
        Files.writeString(project.path("slim.txt"), "stage1.layers=1, weights.bits=4\n");
        bundled = project.fn("bundle", "@run/checkpoint.safetensors", "--front", "@run/front.csv", "--select", "@slim.txt",
                "--select", "whole:", "--out", "@family.fnb");
    }

    @Test
    void aBundleListsItsMembers() throws IOException {
        assertThat(bundled.code()).as(bundled.err()).isZero();
        int front = Files.readAllLines(project.path("run/front.csv")).size() - 1;
        var inspected = project.fn("inspect", "@family.fnb");
        List<String> lines = inspected.out().lines().toList();
        assertThat(bundled.out()).endsWith(inspected.out());
        assertThat(lines.get(0)).startsWith("member").contains("test accuracy", "macs", "ONNX bytes", "needs bytes", "pieces");
        assertThat(lines.get(1)).startsWith("slim ").contains(" % ");
        assertThat(lines.get(2)).startsWith("whole ").contains(" 22,688 ");
        assertThat(lines.subList(3, lines.size() - 1)).hasSize(front).allMatch(line -> line.startsWith("front"));
        assertThat(lines.get(lines.size() - 1)).contains((front + 2) + " members, " + Console.text("%,d", Files.size(project.path("family.fnb"))));
    }

    @ParameterizedTest
    @CsvSource({"qdq-int8, slim, @slim.txt", "qdq-int8, whole, ''", "packed, slim, @slim.txt"})
    void aMemberIsTheFileOfItsOwnExport(String format, String member, String selection) throws IOException {
        String bundle = "@" + format + ".fnb";
        project.fn("bundle", "@run/checkpoint.safetensors", "--select", "whole:", "--select", "@slim.txt", "--format", format, "--overwrite",
                "--out", bundle);
        var direct = project.fn("export", "@run/checkpoint.safetensors", "--select", selection, "--format", format, "--names", "long",
                "--opset", "17", "--overwrite", "--out", "@direct.onnx");
        assertThat(direct.code()).as(direct.err()).isZero();
        var made = project.fn("export", "--from", bundle, "--member", member, "--overwrite", "--out", "@made.onnx");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(project.path("made.onnx")).hasSameBinaryContentAs(project.path("direct.onnx"));
    }

    /** As the last member, it would be left out of a bundle that looks done. */
    @Test
    void aMemberWhoseTuningIsStoppedIsNotOneThatFailed() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Progress stopping = new Progress() {
            @Override
            public void report(double done, String message) {
                throw new AssertionError(message);
            }

            @Override
            public boolean cancelled() {
                return asked.incrementAndGet() > 3;
            }
        };
        Map<String, RuntimeException> failed = new TreeMap<>();
        try (TrainedSupernet net = FullyNested.load(project.path("run/checkpoint.safetensors"), Settings.standard())) {
            assertThatThrownBy(() -> net.bundle(Map.of("whole", net.axes().full()), Format.QDQ_INT8, Optional.of(new Tuning(4, false)), stopping,
                    project.path("stopped"), failed::put)).isInstanceOf(CancellationException.class);
        }
        assertThat(failed).isEmpty();
        assertThat(project.content("stopped")).containsExactly("whole.unfinished");
    }

    @Test
    void membersThatAreTunedShareTheirWeightsAllTheSame() throws IOException {
        String[] words = "bundle @run/checkpoint.safetensors --select slim:stage1.layers=1,weights.bits=4 --select whole: --out".split(" ");
        String[] plain = Arrays.copyOf(words, words.length + 1);
        plain[words.length] = "@plain.fnb";
        assertThat(project.fn(plain).code()).isZero();
        String[] tuning = Arrays.copyOf(words, words.length + 3);
        System.arraycopy(new String[] {"@tuned.fnb", "--tune", "12"}, 0, tuning, words.length, 3);

        var tuned = project.fn(tuning);

        assertThat(tuned.code()).as(tuned.err()).isZero();
        Map<String, Double> before = NestedBundle.open(project.path("plain.fnb")).members().stream()
                .collect(Collectors.toMap(Member::name, member -> member.number("fullynested.accuracy.validation").orElseThrow()));
        NestedBundle after = NestedBundle.open(project.path("tuned.fnb"));
        boolean better = false;
        for (Member member : after.members()) {
            double accuracy = member.number("fullynested.accuracy.validation").orElseThrow();
            double untuned = before.get(member.name());
            assertThat(accuracy).as(member.name()).isGreaterThanOrEqualTo(untuned);
            better |= accuracy > untuned;
        }
        assertThat(better).as("some member").isTrue();
        // the codes are there once: what is more is other numbers of its own
        assertThat(Files.size(project.path("tuned.fnb"))).isLessThan(Files.size(project.path("plain.fnb")) * 11 / 10);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "bundle @run/checkpoint.safetensors --select whole: --tune 0|2|--tune 0: at least 1 epoch is needed",
            "export --from @family.fnb --member slime|2|family.fnb has none of that name. Maybe 'slim'? There are slim, whole, front01",
            "export --from @family.fnb|2|Missing required argument(s): --member=NAME",
            "export @run/checkpoint.safetensors --from @family.fnb --member slim|2|--from takes the place of CHECKPOINT",
            "export|2|Missing required parameter: 'CHECKPOINT'",
            "export --from @slim.txt --member slim|2|slim.txt is no bundle",
            "export --from @run/front.csv --member slim|2|front.csv is no bundle",
            "export --from @cut.fnb --member slim|2|cut short",
            "inspect @altered.fnb|2|altered.fnb was altered: its head",
            "inspect @missing.fnb|2|missing.fnb: there is no such file",
            "bundle @run/checkpoint.safetensors --select a:weights.bits=4 --select a:weights.bits=8|2|there is a member 'a' already",
            "bundle @run/checkpoint.safetensors --front @slim.txt|2|slim.txt: no table of a search",
            "bundle @run/checkpoint.safetensors --front @other.csv|2|other.csv: of another network? ",
            "bundle @run/checkpoint.safetensors --format float32|2|--format float32: the members of a bundle share codes, so they are qdq-int8 or packed"})
    void badInputIsRefused(String words, int code, String message) throws IOException {
        byte[] whole = Files.readAllBytes(project.path("family.fnb"));
        Files.write(project.path("cut.fnb"), Arrays.copyOf(whole, whole.length - 10));
        whole[100] ^= 1;
        Files.write(project.path("altered.fnb"), whole);
        Files.writeString(project.path("other.csv"), "macs,validation_accuracy,validation_loss,selection\n1,0.5,1,\"stage9.layers=1\"\n");
        String out = words.startsWith("inspect") ? "@bad.txt" : "@bad.onnx";
        var refused = project.fn((words + " --out " + out).split(" "));
        assertThat(refused.err()).contains(message).doesNotContain("Exception", "went wrong", "\tat ");
        assertThat(refused.code()).as(refused.err()).isEqualTo(code);
        assertThat(project.path(out.substring(1))).doesNotExist();
    }
}
