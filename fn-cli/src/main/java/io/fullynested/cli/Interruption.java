package io.fullynested.cli;

import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ctrl-C, SIGTERM and a terminal that is closed, which are one for the whole process. Work that {@linkplain #listen() listens} finishes its step and keeps its state;
 * a second signal, or one while nothing listens, ends the process at once. Nothing is lost by that: files are there as a whole or not at all.
 */
final class Interruption {

    /** The exit code of a process that SIGTERM ended. */
    static final int TERMINATED = 143;

    private static final Logger LOG = LoggerFactory.getLogger(Interruption.class);
    private static final Map<String, Integer> CODES = Map.of("HUP", 129, "INT", 130, "TERM", TERMINATED);
    private static final AtomicInteger LISTENERS = new AtomicInteger();

    private static volatile int code;

    private Interruption() {
    }

    /** Work that asks {@link #requested} now and then. */
    interface Listening extends AutoCloseable {
        @Override
        void close();
    }

    static Listening listen() {
        LISTENERS.incrementAndGet();
        return LISTENERS::decrementAndGet;
    }

    /** Whether the work should stop. */
    static boolean requested() {
        return code != 0;
    }

    /** The exit code of a process that a signal ended. */
    static int code() {
        return code;
    }

    /**
     * Takes the signals from now on.
     *
     * @param err     is told that they were heard
     * @param goingOn how to go on
     */
    static void install(PrintWriter err, String goingOn) {
        CODES.forEach((name, exit) -> {
            try {
                // in the module jdk.unsupported, of which the compiler warns whatever one says
                Class<?> signal = Class.forName("sun.misc.Signal");
                Class<?> handler = Class.forName("sun.misc.SignalHandler");
                Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, (self, method, args) -> {
                    if (method.getName().equals("handle")) {
                        received(exit, err, goingOn);
                    }
                    return method.getName().equals("hashCode") ? (Object) name.hashCode() : method.getName().equals("equals") ? self == args[0] : name;
                });
                Object before = signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
                if (before != null && before.equals(handler.getField("SIG_IGN").get(null))) {
                    // as nohup wants
                    signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), before);
                }
            } catch (ReflectiveOperationException | RuntimeException e) {
                LOG.info("SIG{} ends the process at once here: {}", name, e.toString());
            }
        });
    }

    private static void received(int exit, PrintWriter err, String goingOn) {
        if (code == 0 && LISTENERS.get() > 0) {
            code = exit;
            err.println("Stopping after this step. Once more, and it stops at once");
        } else {
            err.println(goingOn);
            err.flush();
            Runtime.getRuntime().halt(exit);
        }
    }
}
