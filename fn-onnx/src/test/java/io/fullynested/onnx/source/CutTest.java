package io.fullynested.onnx.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.core.tensor.Tensor;
import io.fullynested.onnx.FrozenTail;
import io.fullynested.onnx.OnnxSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutTest {

    @TempDir
    private Path folder;

    /** An Erf, a Ceil and a product of signals behind a convolution, with a constant that both parts need. */
    private Path file() throws IOException {
        return new SourceFile("x", 3, 6, 6).weights("w", 4, 3, 3, 3).weights("k", 4).node("a = Conv x w").node("b = Relu a").node("c = GlobalAveragePool b")
                .node("k2 = Neg k").node("d = Flatten c").node("d2 = Mul d k2").node("e = Erf d2").node("f = Ceil e").node("g = Mul d2 e").node("h = Mul g k2").node("y = Add f h")
                .write(folder.resolve("cut.onnx"), "y");
    }

    @Test
    void partsGiveWhatTheWholeDoes() throws IOException {
        Tensor images = Tensor.zeros(5, 3, 6, 6);
        Random random = new Random(2);
        for (int i = 0; i < images.data().length; i++) {
            images.data()[i] = random.nextFloat();
        }
        List<String> notes = ImportedNetwork.cut(file(), "/e/Erf", folder.resolve("before.onnx"), folder.resolve("after.onnx"));
        assertThat(notes).isEmpty();
        try (OnnxSession whole = OnnxSession.open(file(), true, 1); OnnxSession before = OnnxSession.open(folder.resolve("before.onnx"), true, 1)) {
            Tensor signals = before.run(images);
            assertThat(signals.shape()).containsExactly(5, 4);
            assertThat(FrozenTail.read(folder.resolve("after.onnx")).of(signals, 1).data()).usingComparatorWithPrecision(1e-6f).containsExactly(whole.run(images).data());
        }
        assertThat(ImportedNetwork.read(folder.resolve("before.onnx"), Optional.empty(), Optional::empty).block().nodes()).isNotEmpty();
    }

    @Test
    void whatCannotBeReadIsToldWhereToCut() throws IOException {
        Path file = file();
        assertThatThrownBy(() -> ImportedNetwork.read(file, Optional.empty(), Optional::empty)).hasMessage(file
                + ": node '/e/Erf' (Erf) has no operator here; nor can others be read: in all 1 Erf, 1 Ceil. Maybe --freeze-from /e/Erf, which leaves it and all behind as it is?");
        Path loop = new SourceFile("x", 3, 6, 6).node("a = Relu x").node("b = Sigmoid a").node("c = If b then_branch={}").node("y = Add c b")
                .write(folder.resolve("if.onnx"), "y");
        assertThatThrownBy(() -> ImportedNetwork.read(loop, Optional.empty(), Optional::empty)).hasMessageEndingWith("control flow is not read. Maybe --freeze-from /c/If, "
                + "which leaves it and all behind as it is?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/e/Erff | it has no node '/e/Erff'. Maybe '/e/Erf'?",
        "/f/Ceil | node '/f/Ceil' (Ceil) does not cut it in two: what comes behind takes or gives 'd2' beside 'e'. Maybe --freeze-from /e/Erf, which leaves it and all behind as it is?",
        "/g/Mul | node '/g/Mul' (Mul) takes the signals 'd2', 'e'; what is left as it is begins with a node that takes one. Maybe --freeze-from /e/Erf, "
            + "which leaves it and all behind as it is?",
        "/k2/Neg | node '/k2/Neg' (Neg) takes no signal; what is left as it is begins with a node that takes one. Maybe --freeze-from /c/GlobalAveragePool, "
            + "which leaves it and all behind as it is?",
        "/a/Conv | nothing is left to nest before node '/a/Conv' (Conv), which takes the input"})
    void otherPlacesAreRefused(String node, String message) throws IOException {
        Path file = file();
        assertThatThrownBy(() -> ImportedNetwork.cut(file, node, folder.resolve("before.onnx"), folder.resolve("after.onnx"))).isInstanceOf(IOException.class)
                .hasMessage(file + ": " + message);
        assertThat(folder.resolve("before.onnx")).doesNotExist();
    }
}
