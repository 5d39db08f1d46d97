package io.fullynested;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.core.engine.Executable;
import io.fullynested.core.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestingExecutableTest {

    private final List<String> said = new ArrayList<>();

    private record Said(String name, List<String> said) implements Executable {

        @Override
        public Tensor run(Tensor images) {
            said.add(name + " runs");
            return images;
        }

        @Override
        public Map<String, Tensor> recalibrate(Tensor images) {
            said.add(name + " measures");
            return Map.of();
        }

        @Override
        public Tensor runAsInTraining(Tensor images) {
            said.add(name + " trains");
            return images;
        }

        @Override
        public void close() {
            said.add(name + " ends");
        }
    }

    @Test
    void itIsMadeAgainOnlyWhenItIsAsked() {
        RestingExecutable one = new RestingExecutable(new Said("first", said), () -> new Said("second", said));
        one.run(Tensor.zeros(1));
        one.rest();
        one.rest();
        assertThat(said).containsExactly("first runs", "first ends");
        one.recalibrate(Tensor.zeros(1));
        one.runAsInTraining(Tensor.zeros(1));
        one.close();
        one.close();
        assertThat(said).containsExactly("first runs", "first ends", "second measures", "second trains", "second ends");
    }
}
