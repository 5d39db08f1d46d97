package io.fullynested.c;

/** The normal distribution. */
final class Normal {

    private Normal() {
    }

    /** The share of it that is below x: {@code Φ(x) = 1/2 + φ(x) Σ x²ⁿ⁺¹ / (2n+1)!!} (Abramowitz and Stegun, 26.2.11). */
    static double below(double x) {
        if (Math.abs(x) > 9) {
            return x > 0 ? 1 : 0;
        }
        double sum = 0;
        double term = x;
        for (int n = 1; sum + term != sum; n++) {
            sum += term;
            term *= x * x / (2 * n + 1);
        }
        return 0.5 + Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * sum;
    }
}
