package io.fullynested.cli;

import io.fullynested.api.cost.CostModel;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.Budget;
import io.fullynested.core.plugin.Kinds;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.plugin.Role;
import io.fullynested.core.spec.Named;
import io.fullynested.core.spec.NestingOptions;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.Normalization;
import io.fullynested.core.spec.OptionDescription;
import io.fullynested.core.spec.OtherKeys;
import io.fullynested.core.spec.Preset;
import io.fullynested.core.spec.SpecReader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Describes a record of options, all that is in it, and the kinds that plugins provide, as Markdown. */
final class SpecReference {

    private static final String INTRODUCTION = """
            # The YAML file

            Made from the code by `./fn reference --out docs/spec.md --overwrite`; `--plugin-path DIR` adds the kinds of other plugins.
            [quickstart.yaml](../examples/quickstart.yaml) is a file to start from.

            - **Numbers** may be written `200_000`, `200k`, `1.5M`, `1/4`, `50 %` or `1e-3`; k, M, G and T are powers of 1000.
            - **Quantities**, whose unit the tables show, need one of that kind: `8 GB/s`, `2 TOPS`, `100 MHz`, `0.2 pJ`. Limits of budgets may
              have one, `20 KiB`, `5 ms`, `1.5 mJ`, `6M BOPs`; a number alone is in the unit of the cost.
            - **`kind:`** chooses among what plugins provide; the other keys beside it are the kind's. A kind that needs none of them may stand
              alone: `strategy: greedy` is `strategy: {kind: greedy}`.
            - **Defaults** are as they would stand in the file; `{}` leaves every key in it at its own default, `[]` is an empty list.
            - **Errors** are told before anything is trained, all misspelt keys and wrong values at once; the exit code is 2:

              ```
              examples/quickstart.yaml:10: network.blocks[0].chanels: unknown key. Maybe 'channels'?
              ```

            """;

    /** The keys that stand beside those of every block's kind. */
    record BlockKeys(
            @Option("letters, digits, - and _; starts the names of its layers and axes; if absent, the last word of the kind and a number: stage1")
            Optional<String> name,
            @Option(value = "names of inputs or earlier blocks whose signals it takes, several only of a kind that joins them; [] for the block before it",
                    byDefault = "[]") List<String> of,
            @Option(value = "whether the network's quantization holds within it", byDefault = "true") boolean quantize,
            @Option("in the place of the network's") Optional<NestingOptions> nesting) {
    }

    private static final Map<Class<?>, String> SCALARS = Map.of(int.class, "whole number", Integer.class, "whole number",
            long.class, "whole number", Long.class, "whole number", float.class, "number", Float.class, "number",
            double.class, "number", Double.class, "number", String.class, "text", Path.class, "path");

    private final PluginRegistry registry;
    private final StringBuilder text = new StringBuilder(INTRODUCTION);
    private final Map<Class<?>, String> headings = new HashMap<>();

    private SpecReference(PluginRegistry registry) {
        this.registry = registry;
    }

    /** The reference of {@code root}, which is the whole file. */
    static String of(Class<? extends Record> root, PluginRegistry registry) {
        SpecReference reference = new SpecReference(registry);
        reference.record("", "##", root);
        return reference.text.toString().stripTrailing() + "\n";
    }

    /** A table of the record's keys, then a section for each of them that has keys itself; keys of one type share a section. */
    private void record(String prefix, String level, Class<? extends Record> type) {
        Map<Class<?>, List<OptionDescription>> parts = new LinkedHashMap<>();
        for (OptionDescription option : OptionDescription.of(type)) {
            Class<?> content = content(option.type());
            if (!headings.containsKey(content) && (content.isRecord() && content != OtherKeys.class || Role.of(content).isPresent())) {
                parts.computeIfAbsent(content, none -> new ArrayList<>()).add(option);
            }
        }
        parts.forEach((content, options) ->
                headings.put(content, prefix + options.stream().map(OptionDescription::key).collect(Collectors.joining(", "))));
        table(OptionDescription.of(type));
        OptionDescription.of(type).forEach(this::presets);
        parts.forEach((content, options) -> {
            line(level + " " + headings.get(content) + "\n");
            if (options.size() == 1) {
                line(sentence(options.get(0).meaning()) + "\n");
            }
            section(headings.get(content), level.equals("##") ? "###" : level, content);
        });
    }

    /** The keys that stand beside those of the kind of a cost model or device. */
    record NameKeys(@Option("letters, digits, - and _; what budgets call it") String name) {
    }

    private void presets(OptionDescription option) {
        if (option.type() instanceof Class<?> type && Preset.class.isAssignableFrom(type)) {
            List<String> names = OptionDescription.constants(type);
            for (int i = 0; i < names.size(); i++) {
                String yaml = ((Preset) type.getEnumConstants()[i]).yaml();
                line("`" + option.key() + ": " + names.get(i) + "` stands for:\n\n```yaml\n" + yaml.strip() + "\n```\n");
            }
        }
    }

    private void section(String heading, String level, Class<?> content) {
        if (content == NetworkSpec.Block.class) {
            line("Beside the keys of its kind, a block has:\n");
            table(OptionDescription.of(BlockKeys.class));
            kinds(Role.BLOCK);
        } else if (content == Budget.class) {
            costs();
        } else if (content.isRecord()) {
            record(heading + ".", level, content.asSubclass(Record.class));
        } else {
            Role<?> role = Role.of(content).orElseThrow();
            if (role.reserved().contains("name")) {
                line("Beside the keys of its kind, it has:\n");
                table(OptionDescription.of(NameKeys.class));
            }
            kinds(role);
        }
    }

    private void kinds(Role<?> role) {
        registry.kinds(role).all().forEach((kind, provided) -> {
            Factory<?> factory = provided.factory();
            line("#### kind: " + kind + "\n");
            line(sentence(factory.summary()) + "\n");
            record(kind + ".", "#####", factory.options());
        });
    }

    private void costs() {
        line("`name` names the submodel and its file. The other keys are cost models, at least one of them, and what each may say at most. They "
                + "are the names under `costs`, those of devices as `device.quantity`, and these kinds:\n");
        line("| key | unit | meaning |\n|---|---|---|");
        for (Map.Entry<String, Kinds.Provided<CostModel>> model : registry.kinds(Role.COST_MODEL).all().entrySet()) {
            if (OptionDescription.of(model.getValue().factory().options()).stream().noneMatch(OptionDescription::required)) {
                String unit = new SpecReader(registry).make(Role.COST_MODEL, model.getKey()).unit();
                line("| `" + model.getKey() + "` | " + unit + " | " + cell(model.getValue().factory().summary()) + " |");
            }
        }
        line("");
    }

    private void table(List<OptionDescription> options) {
        if (options.isEmpty()) {
            line("It has no keys.\n");
            return;
        }
        line("| key | type | default | range | meaning |\n|---|---|---|---|---|");
        for (OptionDescription option : options) {
            String standard = option.standard().map(value -> "`" + value + "`").orElse(option.required() ? "**required**" : "optional");
            line("| `" + option.key() + "` | " + type(option) + " | " + cell(standard) + " | " + option.range() + " | "
                    + cell(option.meaning()) + " |");
        }
        line("");
    }

    private String type(OptionDescription option) {
        String name = name(option.type(), "");
        return option.unit().isEmpty() ? name : name.replaceFirst("number", "amount") + ", " + option.unit();
    }

    /** What a value of a type is called; {@code plural} is put behind it. */
    private String name(Type type, String plural) {
        if (type instanceof ParameterizedType generic) {
            return generic.getRawType() == Optional.class || generic.getRawType() == Named.class ? name(last(generic), plural)
                    : (generic.getRawType() == List.class ? "list" + plural + " of " : "names and their ") + name(last(generic), "s");
        }
        Class<?> plain = (Class<?>) type;
        if (headings.containsKey(plain)) {
            String noun = Role.of(plain).map(Role::noun).orElse(plain == NetworkSpec.Block.class || plain == Budget.class
                    ? plain.getSimpleName().toLowerCase(Locale.ROOT) : "");
            return "[" + (noun.isEmpty() ? "keys" : noun + plural) + "](#" + anchor(headings.get(plain)) + ")";
        }
        if (plain.isEnum()) {
            return OptionDescription.constants(plain).stream().map(constant -> "`" + constant + "`").collect(Collectors.joining(", "));
        }
        if (plain == Normalization.class) {
            return "`data`, `none`, or `{mean: […], deviation: […]}`";
        }
        if (plain == OtherKeys.class) {
            return "number" + plural;
        }
        return SCALARS.containsKey(plain) ? SCALARS.get(plain) + plural : "true or false";
    }

    /** What is within an optional, a list or a map. */
    private static Class<?> content(Type type) {
        return type instanceof ParameterizedType generic ? content(last(generic)) : (Class<?>) type;
    }

    private static Type last(ParameterizedType generic) {
        Type[] within = generic.getActualTypeArguments();
        return within[within.length - 1];
    }

    /** How GitHub names the place of a heading. */
    static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", "").replace(' ', '-');
    }

    private static String sentence(String line) {
        return line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1) + ".";
    }

    private static String cell(String content) {
        return content.replace("|", "\\|");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
