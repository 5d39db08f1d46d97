package io.fullynested.training;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Ranks that are processes, here or on several machines, and add up by LibTorch's Gloo, or where they compute on GPUs by NCCL. They are told who they are by the variables that
 * {@code torchrun}, and what runs PyTorch on Kubernetes and Slurm, set: {@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR}, {@code MASTER_PORT},
 * and where a machine has several, {@code LOCAL_RANK}.
 */
public final class GlooRanks implements NativeRanks, AutoCloseable {

    /** How long one may keep the others waiting; a process that has ended is noticed at once. */
    private static final long PATIENCE = 10 * 60 * 1000L;

    private final int rank;
    private final int count;
    private final int local;
    private final TCPStore store;
    private final ProcessGroupGloo group;
    private NcclGroup gpus;

    private GlooRanks(int rank, int count, int local, TCPStore store, ProcessGroupGloo group) {
        this.rank = rank;
        this.count = count;
        this.local = local;
        this.store = store;
        this.group = group;
    }

    /**
     * Joins the others, and waits until all are there.
     *
     * @param environment the variables; MASTER_ADDR and MASTER_PORT are where rank 0 can be reached
     * @throws IllegalArgumentException if one of them is missing or none that it can be
     * @throws IllegalStateException    if the others cannot be reached, or LibTorch has no binary for this machine
     */
    public static GlooRanks join(Map<String, String> environment) {
        int count = number(environment, "WORLD_SIZE", 1, Integer.MAX_VALUE);
        int rank = number(environment, "RANK", 0, count - 1);
        int local = environment.containsKey("LOCAL_RANK") ? number(environment, "LOCAL_RANK", 0, count - 1) : 0;
        String host = text(environment, "MASTER_ADDR");
        int port = number(environment, "MASTER_PORT", 1, 65535);
        LibTorch.load(1);
        TCPStore store = null;
        try (TCPStoreOptions there = new TCPStoreOptions(); Milliseconds patience = new Milliseconds(PATIENCE);
             ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(patience)) {
            // torchrun may have opened the place where ranks meet itself
            boolean open = "True".equals(environment.get("TORCHELASTIC_USE_AGENT_STORE"));
            there.port((short) port).isServer(rank == 0 && !open).timeout(patience);
            store = new TCPStore(host, there);
            options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(ownAddress(host, port))));
            return new GlooRanks(rank, count, local, store, new ProcessGroupGloo(store, rank, count, options));
        } catch (IOException | RuntimeException e) {
            if (store != null) {
                store.close();
            }
            throw new IllegalStateException("Rank " + rank + " of " + count + " cannot reach the others by " + host + ":" + port + ": " + firstLine(e)
                    + ". Maybe a process listens there already, or rank 0 is not running?", e);
        }
    }

    /** The address by which this machine reaches another, and can be reached by it. */
    private static String ownAddress(String host, int port) throws IOException {
        InetSocketAddress other = new InetSocketAddress(host, port);
        if (other.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            // nothing is sent: this only asks for the route
            socket.connect(other);
            return socket.getLocalAddress().getHostAddress();
        }
    }

    private static String text(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(name + " is not set. Maybe start with torchrun, or set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT?");
        }
        return value.strip();
    }

    private static int number(Map<String, String> environment, String name, int from, int to) {
        String value = text(environment, name);
        try {
            int number = Integer.parseInt(value);
            if (number >= from && number <= to) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(name + " must be a whole number of " + from + (to < Integer.MAX_VALUE ? " to " + to : " or more")
                + ", found '" + value + "'");
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int local() {
        return local;
    }

    @Override
    @SuppressWarnings("try") // the scope works by being open
    public void sum(float[] numbers) {
        try (PointerScope scope = new PointerScope()) {
            Tensor sums = LibTorch.tensor(numbers, numbers.length);
            sum(sums);
            sums.data_ptr_float().get(numbers);
        }
    }

    /** By Gloo on processors, and among GPUs by NCCL. */
    @Override
    @SuppressWarnings("try")
    public void sum(Tensor numbers) {
        try (PointerScope scope = new PointerScope()) {
            if (numbers.is_cpu()) {
                group.allreduce(new TensorVector(numbers))._wait();
                return;
            }
            if (gpus == null) {
                gpus = new NcclGroup(store, rank, count);
            }
            gpus.sum(numbers);
        } catch (RuntimeException e) {
            throw new IllegalStateException("Rank " + rank + " of " + count + " has lost the others: " + firstLine(e)
                    + ". Maybe one was killed, or told why it ended? A training goes on from what it kept last, with any number of ranks", e);
        }
    }

    /** What LibTorch says, without the line of its code before it and the native stack trace below. */
    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("^\\[[^\\]]*\\] ", "");
    }

    /** Leaves; the others lose this rank. */
    @Override
    public void close() {
        if (gpus != null) {
            gpus.close();
        }
        group.close();
        store.close();
    }
}
