package io.fullynested.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fullynested.api.nesting.NestingLevel;
import io.fullynested.api.plugin.Option;
import io.fullynested.api.search.SearchStrategy;
import io.fullynested.core.plugin.PluginRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpecWriterTest {

    private static final PluginRegistry REGISTRY = Reading.REGISTRY;

    enum Set implements Preset {
        PLAIN, LARGE;

        @Override
        public String yaml() {
            return this == PLAIN ? "{}" : "{count: 9, inner: {depth: 7}, text: large}";
        }
    }

    record Inner(@Option(value = "", byDefault = "1") double depth, @Option(value = "", byDefault = "x") String name) {
    }

    record Whole(
            @Option(value = "", byDefault = "plain") Set set,
            @Option(value = "", byDefault = "3") int count,
            @Option(value = "", byDefault = "{}") Inner inner,
            @Option("") Optional<Inner> more,
            @Option("") String text,
            @Option(value = "", byDefault = "[]") List<Double> shares,
            @Option(value = "", byDefault = "{}") Map<String, Inner> byName,
            @Option(value = "", byDefault = "bits") NestingLevel level,
            @Option(value = "", unit = "B/s", byDefault = "8 GB/s") double speed,
            @Option(value = "", byDefault = "evolution") SearchStrategy search) {
    }

    private static String written(String yaml) {
        Whole read = read(yaml);
        String text = new SpecWriter(REGISTRY).write(read);
        assertThat(read(text)).as(text).isEqualTo(read);
        return text;
    }

    private static Whole read(String yaml) {
        return new SpecReader(REGISTRY).read(yaml, "whole.yaml", Whole.class).value();
    }

    @Test
    void whatIsSoByDefaultIsLeftOut() {
        assertThat(written("{text: a, count: 3, inner: {depth: 1.0}, speed: 8e9 B/s, search: {kind: evolution, population: 16}, level: bits}"))
                .isEqualTo("text: a\n");
        assertThat(written("{text: a, count: 4, level: paths, shares: [1/4, 1e-9], more: {}, search: {kind: evolution, own-seed: 5}, speed: 1 GB/s}"))
                .isEqualTo("""
                        count: 4
                        more: {}
                        text: a
                        shares: [0.25, 0.000000001]
                        level: paths
                        speed: 1000000000 B/s
                        search: {kind: evolution, own-seed: 5}
                        """);
        assertThat(written("{text: a, by-name: {one: {depth: 2}, two: {}}}")).isEqualTo("text: a\nby-name: {one: {depth: 2}, two: {}}\n");
    }

    @Test
    void whatAPresetSaysIsLeftOut() {
        assertThat(written("{set: large}")).isEqualTo("set: large\n");
        assertThat(written("{set: large, inner: {name: y}, count: 3}")).isEqualTo("set: large\ncount: 3\ninner: {name: y}\n");
        assertThat(written("{set: large, inner: {depth: 1}}")).isEqualTo("set: large\ninner: {depth: 1}\n");
    }

    @Property(tries = 300)
    void anyTextComesBack(@ForAll String text, @ForAll String key) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= ' ' && c < 0xd800 && c != 0x7f && (c < 0x80 || c > 0x9f))) {
            Whole whole = Options.of(Whole.class).set(Whole::text).to(text).set(Whole::byName).to(Map.of("k" + key.replaceAll("\\W", ""), new Inner(1, text)))
                    .make(REGISTRY);
            assertThat(read(new SpecWriter(REGISTRY).write(whole))).isEqualTo(whole);
        }
    }

    @Test
    void wordsThatYamlTakesForOthersAreQuoted() {
        for (String text : List.of("~", "null", "- a", "a: b", "a #b", "true", "1_000", "", "\t", "a,b", "{x}", "*x", "!x", "Null", " a")) {
            Whole whole = new Whole(Set.PLAIN, 3, new Inner(1, "x"), Optional.empty(), text, List.of(), Map.of(), NestingLevel.BITS, 8e9,
                    new SpecPlugin.Evolution(16, Optional.empty()));
            assertThat(read(new SpecWriter(REGISTRY).write(whole))).as(text).isEqualTo(whole);
        }
    }

    @Test
    void optionsInJavaAreThoseOfYaml() {
        assertThat(Options.of(Whole.class).set(Whole::text).to("a").set(Whole::count).to(4).set(Whole::shares).to(List.of(0.25))
                .set(Whole::more).to(Optional.of(new Inner(2, "y"))).within(Whole::inner, inner -> inner.set(Inner::name).to("z"))
                .set(Whole::level).to(NestingLevel.PATHS).make(REGISTRY))
                .isEqualTo(read("{text: a, count: 4, shares: [1/4], more: {depth: 2, name: y}, inner: {name: z}, level: paths}"));
        assertThat(Options.of(Whole.class).set(Whole::set).to(Set.LARGE).within(Whole::inner, inner -> inner.set(Inner::name).to("z")).make(REGISTRY))
                .isEqualTo(read("{set: large, inner: {name: z}}"));
    }

    @Test
    void optionsInJavaAreCheckedAsThoseOfYaml() {
        assertThatThrownBy(() -> Options.of(SpecPlugin.Conv.class).set(SpecPlugin.Conv::kernel).to(12).make(REGISTRY))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("Conv: channels: missing (output channels)\nConv: kernel: must be within 1..11, found 12. Maybe 11?");
        assertThatThrownBy(() -> Options.of(SpecPlugin.Conv.class).set(conv -> conv.kernel()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("method reference, such as Conv::channels");
    }

    @Test
    void whatNoPluginProvidesIsNamed() {
        SearchStrategy own = problem -> null;
        Whole whole = new Whole(Set.PLAIN, 3, new Inner(1, "x"), Optional.empty(), "", List.of(), Map.of(), NestingLevel.BITS, 8e9, own);
        assertThatThrownBy(() -> new SpecWriter(REGISTRY).write(whole)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no plugin on the path provides the search strategy " + own).hasMessageContaining("Settings.withPlugins");
    }
}
