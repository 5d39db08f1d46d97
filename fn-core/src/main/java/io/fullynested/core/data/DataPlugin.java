package io.fullynested.core.data;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** The built-in data sources. */
public final class DataPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "data";
    }

    @Override
    public List<Factory<DataSource>> dataSources() {
        return List.of(Factory.of("idx", "a folder of IDX files, as MNIST and Fashion-MNIST come", IdxSource.class, DataSource.class));
    }
}
