package io.fullynested.core.task;

import io.fullynested.api.task.Meter;
import io.fullynested.api.task.Moments;
import io.fullynested.api.task.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * An objective of each output of a network that has several, or of one of them. What is added up over answers is the mean over those
 * outputs; the others have no part in it, so they get no gradient but through what they share.
 */
public final class OutputsObjective implements Objective {

    private final List<Part> all;
    private final List<Part> judged;

    /**
     * An output.
     *
     * @param from      where it starts in an answer
     * @param to        where it ends
     * @param target    where its share of the target starts
     * @param until     where that ends
     * @param objective what it is for; empty if the task is about others
     */
    public record Part(String name, int from, int to, int target, int until, Optional<Objective> objective) {

        float[] answer(float[] output) {
            return Arrays.copyOfRange(output, from, to);
        }

        float[] wanted(float[] all) {
            return Arrays.copyOfRange(all, target, until);
        }

        Objective judge() {
            return objective.orElseThrow();
        }
    }

    /** @param parts all outputs, in order, at least one of them with an objective */
    OutputsObjective(List<Part> parts) {
        this.all = List.copyOf(parts);
        this.judged = parts.stream().filter(part -> part.objective().isPresent()).toList();
    }

    /** All outputs, in their order. */
    public List<Part> outputs() {
        return all;
    }

    /** The output that it is about, if it is one. */
    public Optional<Part> only() {
        return judged.size() == 1 ? Optional.of(judged.get(0)) : Optional.empty();
    }

    private double mean(ToDoubleFunction<Part> of) {
        return judged.stream().mapToDouble(of).sum() / judged.size();
    }

    @Override
    public double loss(float[] output, float[] target, float[] gradient) {
        Arrays.fill(gradient, 0);
        return mean(part -> {
            float[] own = new float[part.to() - part.from()];
            double loss = part.judge().loss(part.answer(output), part.wanted(target), own);
            for (int k = 0; k < own.length; k++) {
                gradient[part.from() + k] = own[k] / judged.size();
            }
            return loss;
        });
    }

    @Override
    public Meter meter() {
        List<Meter> meters = judged.stream().map(part -> part.judge().meter()).toList();
        return new Meter() {
            @Override
            public void add(float[] output, float[] target) {
                for (int i = 0; i < judged.size(); i++) {
                    meters.get(i).add(judged.get(i).answer(output), judged.get(i).wanted(target));
                }
            }

            @Override
            public Map<String, Double> metrics() {
                Map<String, Double> metrics = new TreeMap<>();
                for (int i = 0; i < judged.size(); i++) {
                    String output = judged.get(i).name();
                    meters.get(i).metrics().forEach((name, value) -> {
                        metrics.merge(name, value / judged.size(), Double::sum);
                        if (judged.size() > 1) {
                            metrics.put(output + "." + name, value);
                        }
                    });
                }
                return metrics;
            }
        };
    }

    @Override
    public double divergence(float[] whole, float[] part) {
        return mean(one -> one.judge().divergence(one.answer(whole), one.answer(part)));
    }

    @Override
    public int[] decisions(float[] output) {
        return judged.stream().flatMapToInt(part -> IntStream.of(part.judge().decisions(part.answer(output)))).toArray();
    }

    /** Of an output that it is not about 0 and 1, which change nothing. */
    @Override
    public Optional<Moments> moments() {
        if (judged.stream().allMatch(part -> part.judge().moments().isEmpty())) {
            return Optional.empty();
        }
        double[] mean = new double[all.get(all.size() - 1).to()];
        double[] deviation = new double[mean.length];
        Arrays.fill(deviation, 1);
        for (Part part : judged) {
            part.judge().moments().ifPresent(own -> {
                System.arraycopy(own.mean(), 0, mean, part.from(), own.mean().length);
                System.arraycopy(own.deviation(), 0, deviation, part.from(), own.deviation().length);
            });
        }
        return Optional.of(new Moments(mean, deviation));
    }

    @Override
    public Optional<float[]> blind() {
        List<Optional<float[]>> each = judged.stream().map(part -> part.judge().blind()).toList();
        if (each.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        float[] answer = new float[all.get(all.size() - 1).to()];
        for (int i = 0; i < each.size(); i++) {
            System.arraycopy(each.get(i).get(), 0, answer, judged.get(i).from(), each.get(i).get().length);
        }
        return Optional.of(answer);
    }
}
