package io.fullynested.testkit;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Objective;
import io.fullynested.api.task.Task;
import io.fullynested.core.task.Classification;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each check of the contract of tasks catches one that is broken in its way. */
class TaskContractTest {

    /** Right as it stands; each mutant overrides one method. */
    private static class Broken implements Task, Objective {

        private final Task right = Classification.standard();
        private final Objective objective = right.objective(TaskSamples.data(Target.Kind.CLASS));

        @Override
        public Target.Kind target() {
            return right.target();
        }

        @Override
        public String scoreName() {
            return right.scoreName();
        }

        @Override
        public String outputs() {
            return right.outputs();
        }

        @Override
        public void check(Shape output) {
            right.check(output);
        }

        @Override
        public void check(Shape output, Target target) {
            right.check(output, target);
        }

        @Override
        public Objective objective(Dataset training) {
            return this;
        }

        @Override
        public double loss(float[] output, float[] target, float[] gradient) {
            return objective.loss(output, target, gradient);
        }

        @Override
        public Meter meter() {
            return begun();
        }

        Meter begun() {
            return objective.meter();
        }

        @Override
        public double divergence(float[] whole, float[] part) {
            return objective.divergence(whole, part);
        }

        @Override
        public int[] decisions(float[] output) {
            return objective.decisions(output);
        }

        @Override
        public Optional<float[]> blind() {
            return objective.blind();
        }
    }

    /** What a meter says, changed. */
    private abstract static class Remetered extends Broken {

        abstract double change(double value);

        @Override
        public Meter meter() {
            Meter meter = super.meter();
            return new Meter() {
                @Override
                public void add(float[] output, float[] target) {
                    meter.add(output, target);
                }

                @Override
                public Map<String, Double> metrics() {
                    Map<String, Double> changed = new TreeMap<>(meter.metrics());
                    changed.replaceAll((name, value) -> change(value));
                    return changed;
                }
            };
        }
    }

    static Stream<Mutant<TaskContract>> mutants() {
        return Stream.of(
                broken("theGradientIsThatOfTheLoss", "a gradient that is twice the slope", new Broken() {
                    @Override
                    public double loss(float[] output, float[] target, float[] gradient) {
                        double loss = super.loss(output, target, gradient);
                        for (int k = 0; k < gradient.length; k++) {
                            gradient[k] *= 2;
                        }
                        return loss;
                    }
                }, "derivative by output"),
                broken("theGradientIsThatOfTheLoss", "softmax written over the output", new Broken() {
                    @Override
                    public double loss(float[] output, float[] target, float[] gradient) {
                        double loss = super.loss(output, target, gradient);
                        output[0] = 1;
                        return loss;
                    }
                }, "the output after its loss"),
                broken("perfectAnswersScoreOne", "an error in the place of a score", new Remetered() {
                    @Override
                    double change(double value) {
                        return 1 - value;
                    }
                }, "score of perfect answers"),
                broken("perfectAnswersScoreOne", "every answer is as good as another", new Remetered() {
                    @Override
                    double change(double value) {
                        return 1;
                    }
                }, "nothing to do with the targets"),
                broken("theOrderOfTheImagesIsIrrelevant", "only the last images count", new Broken() {
                    @Override
                    public Meter meter() {
                        return new Meter() {
                            private Meter last = begun();
                            private int seen;

                            @Override
                            public void add(float[] output, float[] target) {
                                last = seen++ % 13 == 0 ? begun() : last;
                                last.add(output, target);
                            }

                            @Override
                            public Map<String, Double> metrics() {
                                return last.metrics();
                            }
                        };
                    }
                }, "accuracy"),
                broken("divergenceIsADistance", "nothing ever diverges", new Broken() {
                    @Override
                    public double divergence(float[] whole, float[] part) {
                        return 0;
                    }
                }, "divergence from another"),
                broken("divergenceIsADistance", "as many decisions as an answer has that are above 0", new Broken() {
                    @Override
                    public int[] decisions(float[] output) {
                        int count = 0;
                        for (float logit : output) {
                            count += logit > 0 ? 1 : 0;
                        }
                        return new int[count];
                    }
                }, "decisions"),
                broken("blindAnswersAreNotPerfect", "an answer of one number for six classes", new Broken() {
                    @Override
                    public Optional<float[]> blind() {
                        return Optional.of(new float[1]);
                    }
                }, "the answer that sees nothing"),
                broken("outputsThatDoNotFitAreRefused", "any number of logits will do", new Broken() {
                    @Override
                    public void check(Shape output, Target target) {
                        // takes what comes
                    }
                }, "Expecting code to raise"));
    }

    private static Mutant<TaskContract> broken(String check, String defect, Task task, String message) {
        return new Mutant<>(TaskContract.class, check, defect, contract(task), contract(new Broken()), message);
    }

    private static TaskContract contract(Task task) {
        return new TaskContract() {
            @Override
            protected Task task() {
                return task;
            }
        };
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void catches(Mutant<TaskContract> mutant) {
        mutant.caught();
    }
}
