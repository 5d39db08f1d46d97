package io.fullynested;

import io.fullynested.core.engine.Executable;
import io.fullynested.core.tensor.Tensor;
import java.util.Map;
import java.util.function.Supplier;

/** A network that gives back its memory while nobody asks it. */
final class RestingExecutable implements Executable {

    private final Supplier<Executable> again;
    private Executable awake;

    /**
     * One that is awake.
     *
     * @param again makes the same once more
     */
    RestingExecutable(Executable awake, Supplier<Executable> again) {
        this.awake = awake;
        this.again = again;
    }

    /** Frees what it holds until it is run. */
    void rest() {
        if (awake != null) {
            awake.close();
            awake = null;
        }
    }

    private Executable awake() {
        if (awake == null) {
            awake = again.get();
        }
        return awake;
    }

    @Override
    public Tensor run(Tensor images) {
        return awake().run(images);
    }

    @Override
    public Map<String, Tensor> recalibrate(Tensor images) {
        return awake().recalibrate(images);
    }

    @Override
    public Tensor runAsInTraining(Tensor images) {
        return awake().runAsInTraining(images);
    }

    @Override
    public void close() {
        rest();
    }
}
