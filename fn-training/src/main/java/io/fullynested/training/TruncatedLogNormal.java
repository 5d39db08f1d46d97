package io.fullynested.training;

/**
 * A log-normal distribution cut off to e⁻²⁰..1: log θ is normal with mean μ and deviation σ, within −20..0 (Neklyudov et al., Structured Bayesian
 * pruning via log-normal multiplicative noise, NIPS 2017, section 3.2). With α = (−20 − μ) / σ, β = −μ / σ and Z = Φ(β) − Φ(α),
 *
 * <pre>{@code
 * E θᵖ = exp(p μ + p² σ² / 2) (Φ(β − p σ) − Φ(α − p σ)) / Z
 * KL   = log 20 − log(σ √(2 π e)) − log Z − (α φ(α) − β φ(β)) / (2 Z)     from the log-uniform one of the same range
 * }</pre>
 *
 * @param mu    μ
 * @param sigma σ, above 0
 */
record TruncatedLogNormal(double mu, double sigma) {

    private static final double LEAST = -20;
    private static final double SQUARE_ROOT_OF_TWO_PI = Math.sqrt(2 * Math.PI);

    private double alpha() {
        return (LEAST - mu) / sigma;
    }

    private double beta() {
        return -mu / sigma;
    }

    private double mass() {
        return cumulative(beta()) - cumulative(alpha());
    }

    /** The logarithm of the θ that a share {@code u}, 0..1, of all is below. */
    double log(double u) {
        double least = cumulative(alpha());
        return Math.max(LEAST, Math.min(0, mu + sigma * quantile(least + u * (cumulative(beta()) - least))));
    }

    private double moment(int power) {
        return Math.exp(power * mu + power * power * sigma * sigma / 2) * (cumulative(beta() - power * sigma) - cumulative(alpha() - power * sigma)) / mass();
    }

    /** The mean of θ. */
    double mean() {
        return moment(1);
    }

    /** The mean of θ over its deviation: how little noise it is. */
    double signalToNoise() {
        double mean = mean();
        return mean / Math.sqrt(Math.max(1e-30, moment(2) - mean * mean));
    }

    /** The divergence from the log-uniform distribution, which prefers nothing: what it costs to be certain. */
    double divergence() {
        return Math.log(-LEAST) - Math.log(sigma * SQUARE_ROOT_OF_TWO_PI) - 0.5 - Math.log(mass())
                - (alpha() * density(alpha()) - beta() * density(beta())) / (2 * mass());
    }

    private static double density(double x) {
        return Math.exp(-x * x / 2) / SQUARE_ROOT_OF_TWO_PI;
    }

    /** Φ, to 1.2·10⁻⁷ of itself (Press et al., Numerical Recipes, 1992, erfcc). */
    static double cumulative(double x) {
        double z = Math.abs(x) / Math.sqrt(2);
        double t = 1 / (1 + z / 2);
        double tail = t * Math.exp(-z * z - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806 + t * (0.27886807
                + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277)))))))));
        return x < 0 ? tail / 2 : 1 - tail / 2;
    }

    /** The inverse of Φ, by halving: for ±9, beyond which a double has no more of it. */
    static double quantile(double share) {
        double below = -9;
        double above = 9;
        for (int i = 0; i < 50; i++) {
            double middle = (below + above) / 2;
            if (cumulative(middle) < share) {
                below = middle;
            } else {
                above = middle;
            }
        }
        return (below + above) / 2;
    }
}
