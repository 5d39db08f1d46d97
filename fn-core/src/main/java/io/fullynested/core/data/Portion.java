package io.fullynested.core.data;

/**
 * How much of a set: a share of it below 1, or else a count.
 *
 * @param option what says so, for messages
 * @param amount above 0; from 1 on a whole number
 */
record Portion(String option, double amount) {

    /** @throws IllegalArgumentException if it is neither */
    Portion {
        if (!(amount > 0 && amount < 1 || amount >= 1 && amount <= Integer.MAX_VALUE && amount == Math.rint(amount))) {
            throw new IllegalArgumentException(option + " is a share such as 10 %, or a whole number, found " + amount);
        }
    }

    boolean share() {
        return amount < 1;
    }

    /** How many of so many. */
    int of(int whole) {
        return (int) Math.round(share() ? amount * whole : amount);
    }

    @Override
    public String toString() {
        return option + ": " + (share() ? String.valueOf(amount) : String.valueOf((int) amount));
    }
}
