package io.fullynested.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.nio.file.Path;

/**
 * Opens files in onnxruntime such that integers are multiplied exactly on every processor. On x86-64 processors without VNNI its products of
 * uint8 signals and int8 weights add up two in 16 bits, which 8-bit weights can exceed; told not to, it makes such weights uint8
 * there, and does nothing elsewhere (onnxruntime_session_options_config_keys.h). Where it multiplies them wrongly whatever it is told
 * ({@link IntegerProducts}), a graph is rewritten only as far as it is still computed in floats.
 */
final class ExactSession {

    static final String PRECISION = "session.x64quantprecision";

    private ExactSession() {
    }

    /** @param profile where to write a profile; null for none */
    static OrtSession open(byte[] file, OptLevel level, int threads, Path profile) throws OrtException {
        try {
            return open(file, level, threads, profile, true);
        } catch (OrtException e) {
            // onnxruntime 1.23 cannot do this to files whose weights share their zero points, as those of others and our older ones
            return open(file, level, threads, profile, false);
        }
    }

    /** A file that onnxruntime reads for itself, so that it is in memory once; nor does it keep memory for signals between runs. */
    static OrtSession open(Path file, OptLevel level, int threads) throws OrtException {
        Opening opening = (environment, options) -> {
            options.setCPUArenaAllocator(false);
            return environment.createSession(file.toString(), options);
        };
        try {
            return open(opening, level, threads, null, true);
        } catch (OrtException e) {
            return open(opening, level, threads, null, false);
        }
    }

    private interface Opening {
        OrtSession open(OrtEnvironment environment, OrtSession.SessionOptions options) throws OrtException;
    }

    /** @param exact false for onnxruntime as it is without options */
    static OrtSession open(byte[] file, OptLevel level, int threads, Path profile, boolean exact) throws OrtException {
        return open((environment, options) -> environment.createSession(file, options), level, threads, profile, exact);
    }

    private static OrtSession open(Opening opening, OptLevel level, int threads, Path profile, boolean exact) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(exact ? allowed(level, IntegerProducts.areRight()) : level);
            options.setIntraOpNumThreads(threads);
            options.setSessionLogLevel(exact ? OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL : OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            if (exact) {
                options.addConfigEntry(PRECISION, "1");
            }
            if (profile != null) {
                options.enableProfiling(profile.toString());
            }
            return opening.open(OrtEnvironment.getEnvironment(), options);
        }
    }

    /** The most of a level that does not fuse quantised layers into integer ones, if those would be wrong. */
    static OptLevel allowed(OptLevel level, boolean integersAreRight) {
        return integersAreRight || level == OptLevel.NO_OPT ? level : OptLevel.BASIC_OPT;
    }
}
