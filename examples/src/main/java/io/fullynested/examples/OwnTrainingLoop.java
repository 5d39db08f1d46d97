package io.fullynested.examples;

import io.fullynested.FullyNested;
import io.fullynested.Settings;
import io.fullynested.TrainedSupernet;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.training.TrainingSession;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A training loop of one's own: which submodels learn, how fast, and what is done to the gradient. Arguments: the YAML file, the checkpoint. */
public final class OwnTrainingLoop {

    private OwnTrainingLoop() {
    }

    public static void main(String[] args) throws IOException {
        System.out.println("accuracy of the smallest submodel " + train(Path.of(args[0]), Path.of(args[1]), Settings.standard()));
    }

    /** Axes take turns: in each step one is drawn short, the others are whole; every fourth step the smallest submodel learns instead. */
    static double train(Path yaml, Path checkpoint, Settings settings) throws IOException {
        try (FullyNested fn = FullyNested.open(yaml, settings); TrainingSession session = fn.session()) {
            List<NestedAxis> axes = fn.supernet().axes().axes();
            SubmodelSpec full = fn.supernet().axes().full();
            for (long step = 0; step < session.steps(); step++) {
                NestedAxis turn = axes.get((int) (step % axes.size()));
                SubmodelSpec one = step % 4 == 3 ? fn.supernet().axes().smallest() : full.with(turn.id(), turn.smallest());
                session.gradients(step, List.of(full, one));
                session.reduce();
                float[] gradient = session.gradient();
                for (int i = 0; i < gradient.length; i++) {
                    gradient[i] = Math.max(-0.1f, Math.min(0.1f, gradient[i]));
                }
                session.gradient(gradient);
                session.update(0.1 * (1 - (double) step / session.steps()));
            }
            TrainedSupernet net = fn.trained(session.masters());
            net.save(checkpoint);
            return net.evaluate(net.axes().smallest(), fn.data().test()).score();
        }
    }
}
