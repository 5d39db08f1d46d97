package io.fullynested.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EarlierDefaultsTest {

    @Test
    void signalsOfCodesWereClippedAtThree() {
        assertThat(EarlierDefaults.said("# mine\nnetwork:\n  blocks: []\n  quantization:\n    activations: {bits: 8}\n"))
                .isEqualTo("network: {blocks: [], quantization: {activations: {bits: 8}, activation-clip: 3}}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"network: {quantization: {activations: {bits: 8}, activation-clip: 8}}", "network: {quantization: {weights: {bits: 8}}}",
        "network: {quantization: {activations: ~}}", "network: {blocks: []}", "nothing", "}"})
    void otherDescriptionsStayAsTheyWereWritten(String yaml) {
        assertThat(EarlierDefaults.said(yaml)).isEqualTo(yaml);
    }
}
