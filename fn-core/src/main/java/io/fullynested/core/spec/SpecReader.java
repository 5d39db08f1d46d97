package io.fullynested.core.spec;

import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.plugin.Spelling;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads YAML files into records whose components carry {@link io.fullynested.api.plugin.Option}s. */
public final class SpecReader {

    /** Of a file in bytes; YAML itself ends at 3 million characters. */
    private static final long LONGEST = 1 << 24;

    private final PluginRegistry registry;
    private final CostNames costs;
    private final Overrides overrides;

    /** @param registry looks up what {@code kind} says */
    @Inject
    public SpecReader(PluginRegistry registry) {
        this(registry, CostNames.NONE, Overrides.NONE);
    }

    private SpecReader(PluginRegistry registry, CostNames costs, Overrides overrides) {
        this.registry = registry;
        this.costs = costs;
        this.overrides = overrides;
    }

    /** A reader of files whose budgets may call cost models by these names, too. */
    public SpecReader with(CostNames names) {
        return new SpecReader(registry, names, overrides);
    }

    /** A reader of files of which some values are others. */
    public SpecReader with(Overrides others) {
        return new SpecReader(registry, costs, others);
    }

    /**
     * Reads a file.
     *
     * @param root the record that the whole file is
     * @throws ConfigurationException with all problems of the file, or if it cannot be read
     */
    public <R extends Record> SpecFile<R> read(Path file, Class<R> root) {
        if (Files.isDirectory(file)) {
            throw unreadable(file, "it is a folder, not a YAML file");
        }
        try {
            if (Files.size(file) > LONGEST) {
                throw unreadable(file, "it is " + Files.size(file) + " bytes, and no description is so long");
            }
            return read(Files.readString(file), file.toString(), root);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file" + Spelling.maybe(file.getFileName().toString(), neighbours(file)));
        } catch (CharacterCodingException e) {
            throw unreadable(file, "it is not UTF-8 text");
        } catch (IOException e) {
            throw unreadable(file, "it cannot be read: " + e.getMessage());
        }
    }

    /**
     * Reads YAML.
     *
     * @param name names it in messages
     * @param root the record that the whole text is
     * @throws ConfigurationException with all problems of the text
     */
    public <R extends Record> SpecFile<R> read(String yaml, String name, Class<R> root) {
        List<Problem> problems = new ArrayList<>();
        Object value = YamlReader.read(yaml, problems).map(tree -> overrides.over(tree, problems))
                .map(tree -> new OptionsBinder(registry, costs, problems).bind(root, tree, null)).orElse(null);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(name, problems);
        }
        return new SpecFile<>(name, yaml, overrides, root.cast(value));
    }

    /**
     * Makes something of a kind with the defaults of all its options.
     *
     * @throws ConfigurationException if no plugin provides the kind, or if it has options that must be given
     */
    public <T> T make(Role<T> role, String kind) {
        List<Problem> problems = new ArrayList<>();
        T made = new OptionsBinder(registry, costs, problems).make(role, kind);
        if (!problems.isEmpty()) {
            throw new ConfigurationException(role.noun() + " '" + kind + "'", problems);
        }
        return made;
    }

    private static ConfigurationException unreadable(Path file, String message) {
        return new ConfigurationException(file.toString(), List.of(new Problem("", 0, 0, message)));
    }

    private static List<String> neighbours(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
