package io.fullynested.core.spec;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A file cannot be used as it is. The message has one line for every problem, for the user. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /** @param file its name, as the user knows it */
    public ConfigurationException(String file, List<Problem> problems) {
        super(sorted(problems).stream().map(problem -> problem.in(file)).collect(Collectors.joining("\n")));
        this.problems = sorted(problems);
    }

    /** All that is wrong, from top to bottom. */
    public List<Problem> problems() {
        return problems;
    }

    private static List<Problem> sorted(List<Problem> problems) {
        Comparator<Problem> downwards = Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);
        return problems.stream().sorted(downwards).distinct().toList();
    }
}
