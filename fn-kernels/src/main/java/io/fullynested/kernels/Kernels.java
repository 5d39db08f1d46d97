package io.fullynested.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;

/**
 * What a training computes between its convolutions, each in two passes over memory: batch norm, activation and rounding of a signal, sums of signals, and
 * their gradients; 3×3 convolutions; and the update of all numbers. C++, where it was compiled for this machine; whoever calls has something else where it was not.
 *
 * <p>Signals are float32 in memory of their own, by their addresses: {@code rows} times {@code channels} numbers, an image laid out channels last being a row
 * for each pixel. Functions are 0 for none, 1 for ReLU, 2 for ReLU6, 3 for hard-swish. Codes are 0 for none, 1 for signals clipped to
 * {@code least..greatest}, 2 for those rounded, half to even, to {@code min(⌊round(x / unit) · share⌋, last) · scale}. Nothing is checked.
 * Results do not depend on the number of threads.
 */
public final class Kernels {

    private static final String NAME = "fnkernels";
    private static final String SWITCH = "fullynested.kernels";
    private static Optional<String> reason;

    private Kernels() {
    }

    /**
     * Loads them, if they are not loaded yet. OpenMP's library has to be there, or loaded by somebody else before.
     *
     * @return why they cannot be used here; nothing if they can
     */
    public static synchronized Optional<String> missing() {
        if (reason == null) {
            reason = load();
        }
        return reason;
    }

    private static Optional<String> load() {
        if ("off".equals(System.getProperty(SWITCH))) {
            return Optional.of("-D" + SWITCH + "=off says so");
        }
        try (InputStream library = Kernels.class.getResourceAsStream(library())) {
            if (library == null) {
                return Optional.of("they were not compiled for " + machine());
            }
            Path folder = Files.createTempDirectory(NAME);
            Path file = folder.resolve(System.mapLibraryName(NAME));
            Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
            try {
                System.load(file.toString());
            } finally {
                folder.toFile().deleteOnExit();
                file.toFile().deleteOnExit();
            }
            return Optional.empty();
        } catch (IOException | UnsatisfiedLinkError e) {
            return Optional.of("they cannot be loaded: " + e.getMessage());
        }
    }

    /** Where the library for this machine lies beside this class, as the build puts it there: {@code linux-x86_64/libfnkernels.so}. */
    public static String library() {
        return machine() + "/" + System.mapLibraryName(NAME);
    }

    private static String machine() {
        return os() + "-" + arch();
    }

    private static String os() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("windows") ? "windows" : name.startsWith("mac") ? "macosx" : name.startsWith("linux") ? "linux" : "other";
    }

    private static String arch() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("amd64") || name.equals("x86-64") ? "x86_64" : name.equals("aarch64") ? "arm64" : name;
    }

    /**
     * {@code y = codes(function(gamma · (x − mean) / √(variance + epsilon) + beta))} with the statistics of the signal itself, the biased variance.
     *
     * @param x        {@code [rows, channels]}
     * @param y        the same shape; may be {@code x}
     * @param gamma    {@code [channels]}, as are beta, mean and inverse
     * @param mean     is written: the means
     * @param inverse  is written: {@code 1 / √(variance + epsilon)}
     * @param observed of how many rows, the first ones, the squares are looked at before they are clipped
     * @return the mean of these squares, each weighed by itself; no number if all are 0
     */
    public static native double normalize(long x, long y, long rows, long channels, long gamma, long beta, double epsilon, long mean, long inverse, int function,
                                          int codes, float least, float greatest, float unit, float share, float last, float scale, long observed, int threads);

    /**
     * The gradients of {@link #normalize}: rounding passes them on as they are, within what is clipped to, and nothing from without.
     *
     * @param dy            the gradient by y
     * @param dx            is written: that by x; may be {@code dy}, or 0 for none
     * @param gammaGradient is written
     * @param betaGradient  is written
     */
    public static native void normalizeBack(long dy, long x, long dx, long rows, long channels, long gamma, long beta, long mean, long inverse, int function,
                                            int codes, float least, float greatest, long gammaGradient, long betaGradient, int threads);

    /**
     * {@code y = codes(function(a + b))}, number by number; functions up to 2.
     *
     * @param b        0 for nothing to add
     * @param y        n numbers; may be {@code a} or {@code b}
     * @param passes   is written: n bytes, 1 where a gradient passes and 0 where none does
     * @param observed of how many numbers, the first ones, the squares are looked at before they are clipped
     * @return the mean of these squares, each weighed by itself; no number if all are 0
     */
    public static native double add(long a, long b, long y, long passes, long n, int function, int codes, float least, float greatest,
                                    float unit, float share, float last, float scale, long observed, int threads);

    /** The gradient of {@link #add}: {@code dx}, which may be {@code dy}, is dy where it passes and 0 elsewhere. */
    public static native void addBack(long dy, long passes, long dx, long n, int threads);

    /**
     * The scale of each output channel: {@code clip} times the root mean square of its weights, at least 1e-8.
     *
     * @param weights {@code [outputs, row]}
     * @param scales  is written: {@code [outputs]}
     */
    public static native void weightScales(long weights, long outputs, long row, double clip, long scales, int threads);

    /**
     * Weights as their codes of some bits read, by the nested mid-rise code.
     *
     * @param weights {@code [outputs, row]}
     * @param values  is written: the same shape
     * @param scales  {@code [outputs]}
     * @param bits    1..8
     */
    public static native void roundWeights(long weights, long values, long outputs, long row, long scales, int bits, int threads);

    /** {@code sum = (sum + other) / by}, n numbers each. */
    public static native void addUp(long sum, long other, long n, float by, int threads);

    /**
     * A step of stochastic gradient descent with Nesterov's momentum: {@code slope = gradient + decay · values}, {@code momentum = keep · momentum + slope},
     * {@code values −= rate · (slope + keep · momentum)}.
     *
     * @param values  n numbers, which are moved
     * @param decayed how many of them, the first ones, decay
     */
    public static native void descend(long values, long momentum, long gradient, long n, long decayed, float rate, float keep, float decay, int threads);

    /**
     * Whether {@link #convolve} and its gradients were seen to be faster here than a library's convolutions: on processors of x86-64 with vectors of eight floats or more.
     */
    public static native boolean convolves();

    /**
     * {@code y = x ∗ w}, 3×3, step 1, with a border of one pixel of zeros. By Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray, CVPR 2016): a quarter of the
     * multiplications, and sums in another order; errors are some 1e-5 of the greatest result.
     *
     * @param x       {@code [images, height, width, inputs]}
     * @param w       {@code [outputs, inputs / groups, 3, 3]}
     * @param y       is written: {@code [images, height, width, outputs]}
     * @param groups  of channels, each of which is convolved by itself
     */
    public static native void convolve(long x, long w, long y, long images, long height, long width, long inputs, long outputs, long groups, int threads);

    /** The gradient of {@link #convolve} by {@code x}, which is written. */
    public static native void convolveBack(long dy, long w, long dx, long images, long height, long width, long inputs, long outputs, long groups, int threads);

    /** The gradient of {@link #convolve} by {@code w}, which is written. */
    public static native void convolveWeights(long x, long dy, long dw, long images, long height, long width, long inputs, long outputs, long groups, int threads);
}
