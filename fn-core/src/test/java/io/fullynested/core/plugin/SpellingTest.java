package io.fullynested.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTest {

    private static final List<String> LEGAL = List.of("conv", "residual-stage", "max-pool", "global-average-pool", "macs", "size");

    @ParameterizedTest
    @CsvSource({"kernle,kernel,1", "abc,abc,0", "abc,ab,1", "'',abc,3", "ca,abc,3"})
    void countsEdits(String a, String b, int edits) {
        // a swap of neighbours is one edit
        assertThat(Spelling.edits(a, b)).isEqualTo(edits);
        assertThat(Spelling.edits(b, a)).isEqualTo(edits);
    }

    @ParameterizedTest
    @CsvSource({"cnov,conv", "residualstage,residual-stage", "residual,residual-stage", "MAX_POOL,max-pool", "mac,macs", "maxpol,max-pool"})
    void suggestsTheNearest(String word, String nearest) {
        assertThat(Spelling.nearest(word, LEGAL)).contains(nearest);
    }

    @ParameterizedTest
    @CsvSource({"latency", "x", "transformer"})
    void suggestsNothingFarAway(String word) {
        assertThat(Spelling.nearest(word, LEGAL)).isEmpty();
        assertThat(Spelling.maybe(word, LEGAL)).isEmpty();
    }
}
