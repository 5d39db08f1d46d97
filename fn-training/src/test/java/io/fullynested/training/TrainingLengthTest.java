package io.fullynested.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fullynested.api.nesting.SubmodelSpec;
import io.fullynested.core.model.Supernet;
import org.junit.jupiter.api.Test;

class TrainingLengthTest {

    private static final Supernet NET = Bars.net(true);

    private static double macs(SubmodelSpec submodel) {
        return NET.compile(submodel).macs();
    }

    @Test
    void asManySubmodelsAreDrawnAsCostSoManyTrainingsOfTheFullNetwork() {
        for (String recipe : new String[] {"default", "us-net", "paper"}) {
            TrainingOptions options = Recipes.of("{recipe: " + recipe + ", epochs: 20, cost: 1.5, batch-size: 16, opening: {latest: 0}}");
            try (TrainingSession session = new TrainingSession(NET, new Bars(512, Bars.PLACE), options, Trainer.Start.SCRATCH, 3, 1)) {
                double sum = 0;
                for (long step = 0; step < session.steps(); step++) {
                    sum += session.draw(step).stream().mapToDouble(TrainingLengthTest::macs).sum() * options.batchSize();
                }
                assertThat(session.epochs()).as(recipe).isEqualTo(TrainingLength.of(NET, options).epochs());
                assertThat(session.steps()).isEqualTo((long) session.epochs() * session.stepsPerEpoch());
                assertThat(sum / macs(NET.axes().full()) / 512 / 20).as(recipe).isCloseTo(1.5, within(0.1));
            }
        }
    }

    @Test
    void aNetworkThatIsNotNestedTakesItsEpochsAsOftenAsTheCostSays() {
        Supernet alone = NET.alone(NET.axes().full());
        assertThat(TrainingLength.of(alone, Recipes.of("{epochs: 20, cost: 2}"))).isEqualTo(new TrainingLength(40, 1));
        assertThat(TrainingLength.of(alone, Recipes.of("{epochs: 20}"))).isEqualTo(new TrainingLength(20, 1));
        assertThat(TrainingLength.of(alone, Recipes.of("{epochs: 2, cost: 0.1}")).epochs()).as("some").isEqualTo(1);
    }

    @Test
    void aTuningTakesItsOwnEpochs() {
        assertThat(Recipes.of("{epochs: 20, cost: 2}").tuning(new Tuning(3, false)).cost()).isEmpty();
    }

    @Test
    void aCostIsAboveZero() {
        assertThatThrownBy(() -> Recipes.of("{epochs: 20, cost: 0}")).hasMessageContaining("cost").hasMessageContaining("0.001");
    }
}
