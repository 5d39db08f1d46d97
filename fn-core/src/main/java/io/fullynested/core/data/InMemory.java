package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import java.io.IOException;
import java.nio.file.Path;

/** Data that a program hands over beside the description, such as an {@link ArrayDataset}. */
public record InMemory() implements DataSource {

    @Override
    public Splits open(Path base) throws IOException {
        throw new IOException("the data were in the memory of a program, and are not in any file. Maybe hand them over again, with Settings.withData?");
    }
}
