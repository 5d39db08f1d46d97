package io.fullynested.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {

    @Test
    void isReadAsPyTorchWritesIt() {
        assertThat(ComputeDevice.parse("cpu")).isEqualTo(ComputeDevice.CPU).hasToString("cpu");
        assertThat(ComputeDevice.parse("CUDA")).isEqualTo(ComputeDevice.parse("cuda:0"));
        assertThat(ComputeDevice.parse("cuda:1")).isEqualTo(new ComputeDevice(ComputeDevice.Kind.CUDA, 1)).hasToString("cuda:1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cpu:1", "cuda:", "cuda:-1", "cuda:x", "cuda:12345"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> ComputeDevice.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is no device to compute on. Maybe cpu, cuda or cuda:1?");
    }
}
