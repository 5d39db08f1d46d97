package io.fullynested.api.task;

import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a network is for: what it learns from, what a wrong answer loses, and how good its answers are. It is plain arithmetic on numbers
 * that a network gave; whoever computes networks does the rest. Search, budgets, reports and exported files speak of its metric by name.
 */
public interface Task {

    /** What it needs beside images; {@link Target.Kind#NOTHING} if what there is need not be read. */
    Target.Kind target();

    /**
     * The metric that is the score of a network, in kebab case: {@code accuracy}. More is better, and 1 is perfect, so that one number of
     * it stands in floors, fronts and claims, whatever the task.
     */
    String scoreName();

    /** What networks give, for people: {@code logits [N, classes]}. */
    String outputs();

    /**
     * Refuses a network whose output no data could fit.
     *
     * @param output of the network, without the batch dimension
     * @throws IllegalArgumentException if there is no such data, with what the output must be: {@code logits of two classes or more}
     */
    void check(Shape output);

    /**
     * Refuses a network whose output does not fit the data.
     *
     * @throws IllegalArgumentException if so, with what the data has, what the network gives, and what would fit
     */
    void check(Shape output, Target target);

    /**
     * The task on some data.
     *
     * @param training what a network learns from; such things as the weights of classes, or the unit of a quantity, are taken from it
     * @throws IllegalArgumentException if the options do not fit the data
     */
    Objective objective(Dataset training);

    /**
     * The output that it is about, by its name, of a network that has several; the shapes, answers and gradients that it sees are then that
     * output's. If empty, it is about each of them alike, which takes a share of the target, in order; loss, score and divergence are the
     * means. A class is of one output, so a task of classes has to say which.
     */
    default Optional<String> output() {
        return Optional.empty();
    }

    /** The checkpoint of a network whose outputs are to be learnt, if those are the target: numbers of its output's shape. */
    default Optional<Path> teacher() {
        return Optional.empty();
    }
}
