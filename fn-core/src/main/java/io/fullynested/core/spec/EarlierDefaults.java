package io.fullynested.core.spec;

import io.fullynested.core.spec.YamlNode.Mapping;
import java.util.ArrayList;
import java.util.Map;

/** What descriptions left unsaid before a default became another one. */
public final class EarlierDefaults {

    /** Clips went by the bits of a signal in none. */
    private static final Map<String, String> CLIPS = Map.of("network.quantization.activation-clip", "3");

    private EarlierDefaults() {
    }

    /**
     * The description of a network, as it was written while all signals were clipped at three times their root mean square, in words of today.
     *
     * @return the same text if it needs no others, or is not YAML
     */
    public static String said(String yaml) {
        return YamlReader.read(yaml, new ArrayList<>()).filter(EarlierDefaults::leavesClipsUnsaid)
                .map(tree -> YamlText.of(new Overrides(CLIPS).over(tree, new ArrayList<>()))).orElse(yaml);
    }

    private static boolean leavesClipsUnsaid(YamlNode tree) {
        return tree instanceof Mapping root && root.entries().get("network") instanceof Mapping network
                && network.entries().get("quantization") instanceof Mapping codes && codes.given("activations").isPresent()
                && codes.given("activation-clip").isEmpty();
    }
}
