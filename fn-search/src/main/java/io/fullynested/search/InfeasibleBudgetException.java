package io.fullynested.search;

import io.fullynested.api.search.Budget;
import java.util.List;
import java.util.Map;

/** Budgets that no submodel can meet. The message is shown to the user, a line for each of {@link #problems()}. */
public final class InfeasibleBudgetException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    InfeasibleBudgetException(List<String> problems) {
        super(String.join("\n", problems));
    }

    /** Of a budget that was not met by anything on the way down to the smallest submodel. */
    static InfeasibleBudgetException of(Budget budget, Map<String, Double> smallest) {
        return new InfeasibleBudgetException(List.of("Budget " + budget.name() + " cannot be met: the smallest submodel costs " + smallest
                + ", the limits are " + budget.limits()));
    }

    /** One sentence for each limit that cannot be met. */
    public List<String> problems() {
        return getMessage().lines().toList();
    }
}
