package io.fullynested.training;

import io.fullynested.core.spec.Preset;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Recipes by name, each a file {@code recipes/<name>.yaml} of the keys that differ from the standard ones. */
public enum Recipe implements Preset {
    /** The standard defaults. */
    DEFAULT,
    /** Cui et al., IJCAI 2020. */
    PAPER,
    /** Yu and Huang, Universally slimmable networks, ICCV 2019. */
    US_NET,
    /** Yu et al., Slimmable neural networks, ICLR 2019. */
    SLIMMABLE,
    /** Jin et al., AdaBits, CVPR 2020. */
    ADABITS,
    /** Kim et al., NestedNet, CVPR 2018. */
    NESTED_NET,
    /** Yu et al., Any-Precision deep neural networks, AAAI 2021. */
    ANY_PRECISION,
    /** For a network that is trained already: widths up to half first, then those above, with half left as it is. */
    IMPORT;

    @Override
    public String yaml() {
        String file = "recipes/" + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".yaml";
        try (InputStream stream = Recipe.class.getResourceAsStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
