package io.fullynested.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.fullynested.api.search.SearchResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PredictorDoubtTest {

    private static SearchResult result(Map<String, Double> figures) {
        return new SearchResult(List.of(), Map.of(), figures, List.of());
    }

    @Test
    void aPredictorThatRanksBadlyIsToldOf() {
        assertThat(PredictorSearch.doubt(result(Map.of(PredictorSearch.RANK_CORRELATION, .1)))).hasValueSatisfying(doubt ->
                assertThat(doubt).contains("ranks submodels badly (0.10"));
        assertThat(PredictorSearch.doubt(result(Map.of(PredictorSearch.RANK_CORRELATION, .9)))).isEmpty();
        assertThat(PredictorSearch.doubt(result(Map.of()))).isEmpty();
    }
}
