package io.fullynested.search;

import java.util.List;

/** Budgets that no submodel can meet. The message is shown to the user, a line for each of {@link #problems()}. */
public final class InfeasibleBudgetException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    InfeasibleBudgetException(List<String> problems) {
        super(String.join("\n", problems));
    }

    /** One sentence for each limit that cannot be met. */
    public List<String> problems() {
        return getMessage().lines().toList();
    }
}
