package io.fullynested.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdentityTest {

    private final Identity first = Identity.NONE.with("training images", "a").with("seed", "1");

    @Test
    void tellsWhatDiffers() {
        String text = first.toString();
        assertThat(text).matches("training images=[0-9a-f]{64}; seed=[0-9a-f]{64}");
        assertThat(Identity.differing(text, text)).isEmpty();
        assertThat(Identity.differing(text, first.with("seed", "2").toString())).containsExactly("seed");
        assertThat(Identity.differing(text, Identity.NONE.with("training images", "b").with("seed", "2").toString())).containsExactly("seed", "training images");
    }

    @Test
    void ofOtherKindsOrOlderVersionsItTellsNoParts() {
        for (String other : new String[] {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", first.with("more", "x").toString()}) {
            assertThat(Identity.differing(first.toString(), other)).containsExactly("command or version of this program");
        }
        assertThat(first.hex()).matches("[0-9a-f]{64}").isNotEqualTo(first.with("seed", "2").hex());
    }
}
