package io.fullynested.cli;

import io.fullynested.Settings;
import io.fullynested.training.GlooRanks;
import io.fullynested.training.Ranks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The processes that a training is shared out among: one; some of this machine, which rank 0 starts; or some that {@code torchrun}, Kubernetes or
 * Slurm have started, each told who it is by {@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and {@code MASTER_PORT}.
 */
final class Processes implements AutoCloseable {

    /** This process alone. */
    static final Processes ALONE = new Processes(Map.of(), List.of(), 0);

    private static final String RANK = "RANK";
    private static final String COUNT = "WORLD_SIZE";
    /** Options of which the processes that are started get others. */
    private static final List<String> OWN = List.of("--processes", "--threads");
    /** By its name, as it knows this class itself. */
    private static final String MAIN = Processes.class.getPackageName() + ".Main";
    private static final int MOST = 1024;
    /** Seconds that the others have to end after rank 0. */
    private static final int LAST = 20;

    private final Map<String, String> told;
    private final List<String> words;
    private final int startsBeside;
    private final List<Process> started = new ArrayList<>();
    private GlooRanks joined;

    private Processes(Map<String, String> told, List<String> words, int startsBeside) {
        this.told = told;
        this.words = words;
        this.startsBeside = startsBeside;
    }

    /**
     * What the command line and the environment say.
     *
     * @param wanted      how many to start here, this one included; null if nobody says
     * @param words       of the command line
     * @param environment of this process
     * @throws BadInputException if they contradict each other
     */
    static Processes of(Integer wanted, List<String> words, Map<String, String> environment) {
        boolean started = environment.containsKey(RANK) || environment.containsKey(COUNT);
        if (wanted == null) {
            return new Processes(started ? environment : Map.of(), words, 0);
        }
        if (started) {
            throw new BadInputException("--processes " + wanted + ": " + RANK + " or " + COUNT + " in the environment says that the processes are started "
                    + "already. Maybe without --processes?");
        }
        if (wanted < 1 || wanted > MOST) {
            throw new BadInputException("--processes " + wanted + ": 1 to " + MOST + " train together");
        }
        return new Processes(Map.of(), words, wanted - 1);
    }

    /** Whether this process follows another, which writes and tells what comes of it. */
    static boolean follows(Map<String, String> environment) {
        return !environment.getOrDefault(RANK, "0").strip().matches("0*");
    }

    /** Whether this process follows another. */
    boolean follows() {
        return follows(told);
    }

    /** The settings of one of them: of those that are started here, each has its share of the threads. */
    Settings shared(Settings all) {
        return all.withThreads(Math.max(1, all.threads() / (1 + startsBeside)));
    }

    /**
     * Joins the others, which are started first where that is to be done here.
     *
     * @param threads of each
     * @return empty if they have told that there is nothing to do
     * @throws BadInputException     if the environment does not tell who this is
     * @throws IllegalStateException if the others cannot be reached, or one ended before it had joined
     */
    Optional<Ranks> join(int threads) throws IOException {
        return join(true, threads);
    }

    /** Tells the others that there is nothing to do. */
    void dismiss() throws IOException {
        if (!told.isEmpty()) {
            join(false, 1);
        }
    }

    private Optional<Ranks> join(boolean work, int threads) throws IOException {
        if (told.isEmpty() && startsBeside == 0) {
            return Optional.of(Ranks.ALONE);
        }
        joined = told.isEmpty() ? start(threads) : told(told);
        if (joined.count() == 1) {
            return Optional.of(Ranks.ALONE);
        }
        float[] begins = {joined.rank() == 0 && work ? 1 : 0};
        joined.sum(begins);
        return begins[0] > 0 ? Optional.of(joined) : Optional.empty();
    }

    private static GlooRanks told(Map<String, String> who) {
        try {
            return GlooRanks.join(who);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage());
        }
    }

    private GlooRanks start(int threads) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        Map<String, String> who = new TreeMap<>(Map.of(COUNT, String.valueOf(1 + startsBeside), "MASTER_ADDR", here.getHostAddress()));
        try (ServerSocket free = new ServerSocket(0, 1, here)) {
            who.put("MASTER_PORT", String.valueOf(free.getLocalPort()));
        }
        List<CompletableFuture<?>> ends = new ArrayList<>();
        for (int rank = 1; rank <= startsBeside; rank++) {
            ProcessBuilder builder = new ProcessBuilder(command(threads)).redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(who);
            builder.environment().put(RANK, String.valueOf(rank));
            builder.environment().put("LOCAL_RANK", String.valueOf(rank));
            started.add(builder.start());
            int number = rank;
            ends.add(started.get(rank - 1).onExit().thenAccept(process -> {
                throw new IllegalStateException("Process " + number + " of " + (1 + startsBeside) + " ended before the training began, with exit code "
                        + process.exitValue());
            }));
        }
        who.put(RANK, "0");
        CompletableFuture<GlooRanks> joining = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                joining.complete(GlooRanks.join(who));
            } catch (RuntimeException | LinkageError e) {
                joining.completeExceptionally(e);
            }
        }, "joining");
        thread.setDaemon(true);
        thread.start();
        ends.add(joining);
        try {
            CompletableFuture.anyOf(ends.toArray(CompletableFuture[]::new)).get();
            return joining.join();
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted", e);
        }
    }

    /** This command line, for a process that has its share of the threads. */
    private List<String> command(int threads) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        for (int i = 0; i < words.size(); i++) {
            if (OWN.contains(words.get(i))) {
                i++;
            } else if (OWN.stream().noneMatch((words.get(i) + " ").replace('=', ' ').split(" ")[0]::equals)) {
                command.add(words.get(i));
            }
        }
        command.addAll(List.of("--threads", String.valueOf(threads)));
        return command;
    }

    /** Leaves the others, which end by themselves; those that were started here and do not are ended. */
    @Override
    public void close() {
        if (joined != null) {
            joined.close();
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST);
        for (Process process : started) {
            try {
                process.waitFor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            process.destroyForcibly();
        }
    }
}
