package io.fullynested.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** A standalone Spark cluster of processes of this machine, made of the jars that Maven has. */
final class Cluster implements AutoCloseable {

    private static final Pattern ADDRESS = Pattern.compile("Starting Spark master at (spark://\\S+)");
    /** What of the class path no Spark has. */
    private static final Pattern OURS = Pattern.compile(".*/(io/fullynested|fn-[^/]+(/[^/]+)?/target|org/bytedeco|com/microsoft|org/tribuo|info/picocli|org/uma|org/ejml|org/knowm"
            + "|me/tongfei|com/twelvemonkeys|org/junit|org/assertj|org/apache/maven)/.*");

    private final Path home;
    private final String address;
    private final List<Process> processes = new ArrayList<>();

    /**
     * Starts a master, and workers of one core each.
     *
     * @param home an empty folder
     */
    Cluster(Path home, int workers) throws IOException, InterruptedException {
        this.home = home;
        Files.createDirectories(home.resolve("jars"));
        for (String entry : System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")).split(File.pathSeparator)) {
            if (entry.endsWith(".jar") && !OURS.matcher(entry.replace('\\', '/')).matches()) {
                Files.createLink(home.resolve("jars").resolve(Path.of(entry).getFileName()), Path.of(entry));
            }
        }
        start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
        address = find(home.resolve("master.log"), ADDRESS);
        for (int i = 0; i < workers; i++) {
            start("worker" + i, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0", "--cores", "1",
                    "--memory", "1500m", "--work-dir", home.resolve("work" + i).toString(), address);
        }
        for (int i = 0; i < workers; i++) {
            find(home.resolve("worker" + i + ".log"), Pattern.compile("(Successfully registered with master)"));
        }
    }

    private Process start(String name, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx1g"));
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
        command.addAll(List.of("-cp", home.resolve("jars") + File.separator + "*"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).redirectOutput(log(name).toFile());
        builder.environment().put("SPARK_HOME", home.toString());
        // said by a distribution's scripts, which are not there
        builder.environment().put("SPARK_SCALA_VERSION", "2.13");
        builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** What a process has written. */
    Path log(String name) {
        return home.resolve(name + ".log");
    }

    private static String find(Path log, Pattern what) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (System.nanoTime() < end) {
            Matcher found = what.matcher(Files.readString(log));
            if (found.find()) {
                return found.group(1);
            }
            Thread.sleep(50);
        }
        throw new IOException(what + " does not stand in\n" + Files.readString(log));
    }

    /** Hands an application in, as {@code spark-submit} does, with as much memory for an executor as a worker has. */
    Process submit(String name, String... words) throws IOException {
        return start(name, Stream.concat(Stream.of("org.apache.spark.deploy.SparkSubmit", "--master", address, "--conf", "spark.executor.memory=1g",
                "--conf", "spark.ui.enabled=false"), Stream.of(words)).toArray(String[]::new));
    }

    /** Kills a worker together with its executors, as a machine that loses its power. */
    void kill(int worker) {
        Process process = processes.get(1 + worker);
        List<ProcessHandle> executors = process.descendants().toList();
        process.destroyForcibly();
        executors.forEach(ProcessHandle::destroyForcibly);
    }

    /** Whether a worker has executors at work. */
    boolean works(int worker) {
        return processes.get(1 + worker).descendants().findAny().isPresent();
    }

    @Override
    public void close() {
        processes.forEach(process -> process.descendants().forEach(ProcessHandle::destroyForcibly));
        processes.forEach(process -> {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        });
    }
}
