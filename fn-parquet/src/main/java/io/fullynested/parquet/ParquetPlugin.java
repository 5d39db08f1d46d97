package io.fullynested.parquet;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Factory;
import io.fullynested.api.plugin.FullyNestedPlugin;
import java.util.List;

/** Images in Parquet files. */
public final class ParquetPlugin implements FullyNestedPlugin {

    @Override
    public String name() {
        return "parquet";
    }

    @Override
    public List<Factory<DataSource>> dataSources() {
        return List.of(Factory.of("parquet", "images and their classes in .parquet files, their bytes in a column", ParquetSource.class, DataSource.class));
    }
}
