package io.fullynested.core.spec;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A file cannot be used as it is. The message has a line for each of the first problems, for the user. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** More problems at once help nobody. */
    private static final int TOLD = 20;

    private final transient List<Problem> problems;

    /** @param file its name, as the user knows it */
    public ConfigurationException(String file, List<Problem> problems) {
        super(message(file, sorted(problems)));
        this.problems = sorted(problems);
    }

    /** All that is wrong, from top to bottom. */
    public List<Problem> problems() {
        return problems;
    }

    private static String message(String file, List<Problem> problems) {
        String first = problems.stream().limit(TOLD).map(problem -> problem.in(file)).collect(Collectors.joining("\n"));
        return problems.size() <= TOLD ? first : first + "\n" + new Problem("", 0, 0, "and " + (problems.size() - TOLD) + " problems more").in(file);
    }

    private static List<Problem> sorted(List<Problem> problems) {
        Comparator<Problem> downwards = Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);
        return problems.stream().sorted(downwards).distinct().toList();
    }
}
