package io.fullynested.fidelity;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.SpecReader;
import io.fullynested.training.TrainingOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmark. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Trains nested networks and their twins, and writes how accurate each is. Goes on where it was stopped.")
public final class Main implements Callable<Integer> {

    @CommandLine.Option(names = "--table", split = ",", paramLabel = "TABLE",
            description = "bits, bits-and-activations, channels, neurons, paths, layers, joint, levels, ablation; several with commas between")
    private List<String> tables = List.of();

    @CommandLine.Option(names = "--recipes", split = ",", paramLabel = "NAME", defaultValue = "nested,twin",
            description = "files in the folder recipes, without their ending (default: ${DEFAULT-VALUE})")
    private List<String> recipes;

    @CommandLine.Option(names = "--tuning", description = "measure on the 5,000 images that are held out of training, not on the test images: "
            + "options are chosen by these. Writes tuning.csv unless told otherwise")
    private boolean tuning;

    @CommandLine.Option(names = "--data", paramLabel = "DIR", defaultValue = "/usr/share/datasets/fashion-mnist",
            description = "folder of the images (default: where Debian's dataset-fashion-mnist installs them)")
    private Path data;

    @CommandLine.Option(names = "--seeds", split = ",", paramLabel = "N", defaultValue = "1,2,3", description = "default: ${DEFAULT-VALUE}")
    private List<Long> seeds;

    @CommandLine.Option(names = "--epochs", paramLabel = "N", defaultValue = "15",
            description = "how long a network is trained alone (default: ${DEFAULT-VALUE})")
    private int epochs;

    @CommandLine.Option(names = "--cost", paramLabel = "X", defaultValue = "2",
            description = "a nested network is trained for as long as costs X times the MACs of training the full one alone "
                    + "(default: ${DEFAULT-VALUE})")
    private double cost;

    @CommandLine.Option(names = "--backwards", description = "begin with the last piece; another process that began with the first shares the work")
    private boolean backwards;

    @CommandLine.Option(names = "--limit-minutes", paramLabel = "M", description = "begin no piece that would end later")
    private double limit = Double.POSITIVE_INFINITY;

    @CommandLine.Option(names = "--network", paramLabel = "YAML", description = "another network than the one that is written for the table")
    private Path network;

    @CommandLine.Option(names = "--threads", paramLabel = "N", description = "default: all processors")
    private int threads = Runtime.getRuntime().availableProcessors();

    @CommandLine.Option(names = "--out", paramLabel = "CSV", description = "default: results.csv beside this program")
    private Path out;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec command;

    private String line = "";

    /** A file with data and network; other keys are a run's. */
    record Description(@Option("where images come from") DataSource data, @Option("the network, all levels open") NetworkSpec network) {
    }

    public static void main(String[] args) {
        System.exit(run(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
    }

    static int run(PrintWriter console, String... args) {
        Main main = new Main();
        main.line = withoutPaths(args);
        return new CommandLine(main).addSubcommand("report", new ReportCommand()).addSubcommand("default", new DefaultRecipe()).setOut(console).setErr(console)
                .setExecutionExceptionHandler((e, commandLine, parsed) -> {
                    if (e instanceof IOException || e instanceof UncheckedIOException || e instanceof ConfigurationException
                            || e instanceof IllegalArgumentException || e instanceof IllegalStateException) {
                        console.println(e.getMessage());
                        return 2;
                    }
                    throw e;
                }).execute(args);
    }

    /** A command without the paths of one machine: results do not depend on them. */
    private static String withoutPaths(String... args) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            String option = args[i].replaceFirst("=.*", "");
            if (option.equals("--data") || option.equals("--out")) {
                i += args[i].equals(option) ? 1 : 0;
            } else {
                kept.add(args[i]);
            }
        }
        return String.join(" ", kept);
    }

    static Path home() {
        return Path.of(System.getProperty("fidelity.home", "."));
    }

    @Override
    public Integer call() throws IOException {
        if (epochs < 1 || threads < 1 || !(cost > 0)) {
            throw new IllegalArgumentException("--epochs " + epochs + ", --threads " + threads + ", --cost " + cost + ": each must be above 0");
        }
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("--table says which of " + Arrays.stream(Table.values()).map(Table::id).toList()
                    + " to run; or 'report'?");
        }
        if (!Files.isDirectory(data)) {
            throw new IOException("--data " + data + ": there is no such folder. Maybe install dataset-fashion-mnist, or --data DIR?");
        }
        List<Table> chosen = tables.stream().map(Main::table).toList();
        List<Recipe> used = recipes.stream().map(name -> recipe(name, chosen)).toList();
        Path file = out == null ? home().resolve(tuning ? "tuning.csv" : "results.csv") : out;
        PrintWriter console = command.commandLine().getOut();
        Trainings trainings = new Trainings(file.resolveSibling("trainings"));
        boolean all = true;
        long start = System.nanoTime();
        try (PluginRegistry registry = PluginRegistry.load(List.of())) {
            SpecReader reader = new SpecReader(registry);
            for (Table table : inOrder(chosen)) {
                Path yaml = network == null ? home().resolve(table.network()) : network;
                Description description = reader.read(yaml, Description.class).value();
                DataSource.Splits splits = description.data().open(data);
                DataSource.Splits images = tuning ? new DataSource.Splits(splits.train(), splits.test(), splits.validation()) : splits;
                for (NetworkSpec opened : inOrder(table.open(description.network()))) {
                    Supernet supernet = new Supernet(opened);
                    Setting setting = new Setting(table, supernet, table.selections(supernet), images.train().size(), epochs, cost,
                            (recipe, count) -> options(reader, table, recipe, count));
                    Benchmark benchmark = new Benchmark(setting, images, threads, trainings, new Results(file), new Display(console));
                    all &= benchmark.run(used, seeds, backwards, 60 * limit - (System.nanoTime() - start) / 1e9,
                            () -> new RunLog(file).note(line, images.train().size(), images.test().size()));
                }
            }
        }
        return all ? 0 : 3;
    }

    private <T> List<T> inOrder(List<T> all) {
        List<T> order = new ArrayList<>(all);
        if (backwards) {
            Collections.reverse(order);
        }
        return order;
    }

    /** The options of a recipe; those in the table's own folder go before those for all tables. */
    private static TrainingOptions options(SpecReader reader, Table table, String recipe, int epochs) {
        Path own = file(table.recipes() + "/" + recipe);
        Path file = Files.isRegularFile(own) ? own : file(recipe);
        try {
            return reader.read(Files.readString(file) + "epochs: " + epochs + "\n", file.toString(), TrainingOptions.class).value();
        } catch (IOException e) {
            throw new UncheckedIOException("The recipe's options cannot be read: " + file, e);
        }
    }

    private static Table table(String id) {
        return Arrays.stream(Table.values()).filter(table -> table.id().equals(id)).findFirst().orElseThrow(() -> new IllegalArgumentException(
                "There is no table '" + id + "'; there are " + Arrays.stream(Table.values()).map(Table::id).toList()));
    }

    private static Path file(String recipe) {
        return home().resolve("recipes").resolve(recipe + ".yaml");
    }

    private static Recipe recipe(String name, List<Table> tables) {
        // what is tuned has the options of what it begins with
        boolean tuned = name.equals(Tuned.NAME) || name.equals(Tuned.WEIGHTS);
        String options = tuned ? TableReport.NESTED : name;
        for (Table table : tables) {
            if (!Files.isRegularFile(file(options)) && !Files.isRegularFile(file(table.recipes() + "/" + options))) {
                throw new IllegalArgumentException("There is no file " + name + ".yaml in the folder recipes, nor in " + table.recipes()
                        + " there. Maybe nested or twin?");
            }
        }
        return switch (name) {
            case Twins.NAME -> new Twins();
            case DoReFaTwins.NAME -> new DoReFaTwins();
            case Tuned.NAME -> new Tuned(false);
            case Tuned.WEIGHTS -> new Tuned(true);
            default -> new Supernets(name);
        };
    }
}
