package io.fullynested;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.fullynested.api.nesting.NestedAxis;
import io.fullynested.core.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** Writes results, which are records, as JSON: their components by name. */
public final class JsonFile {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
            .addMixIn(NestedAxis.class, AxisView.class);

    private JsonFile() {
    }

    /**
     * Writes a file, in the place of one of that name if there is one.
     *
     * @param results a record such as a {@link io.fullynested.api.search.SearchResult} or a {@link RunSummary}, or a list or map of records
     */
    public static void write(Object results, Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(JSON.writeValueAsBytes(results)));
    }

    private interface AxisView {
        @JsonIgnore
        boolean isOpen();
    }
}
