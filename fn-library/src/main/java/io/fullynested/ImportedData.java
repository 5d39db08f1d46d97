package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.SpecWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The data of an import, as its description names them. */
final class ImportedData {

    private ImportedData() {
    }

    private record Holder(@Option("where images come from") DataSource data) {
    }

    /**
     * A description's {@code data}, its paths relative to another folder.
     *
     * @param from   a folder of images, or a YAML file whose data are meant
     * @param folder that the description will lie in
     */
    static String yaml(Path from, Path folder, Settings settings) throws IOException {
        Path there = folder.toAbsolutePath().normalize();
        if (Files.isDirectory(from)) {
            return "data: {kind: image-folder, path: '" + relative(from.toAbsolutePath().normalize(), there).replace("'", "''") + "'}\n";
        }
        PluginRegistry registry = PluginRegistry.load(settings.pluginPath(), settings.plugins());
        try (registry) {
            DataSource data = new Costs(registry, settings.devices()).reader().read(from, RunSpec.class).value().data();
            Path base = settings.base().orElse(from.toAbsolutePath().getParent()).toAbsolutePath();
            return new SpecWriter(registry).write(new Holder(moved(data, base, there)));
        }
    }

    private static String relative(Path file, Path folder) {
        return (folder.getRoot().equals(file.getRoot()) ? folder.relativize(file) : file).toString().replace('\\', '/');
    }

    /** The same options, words that name files with the way from the other folder. */
    private static DataSource moved(DataSource data, Path base, Path folder) throws IOException {
        RecordComponent[] components = data.getClass().getRecordComponents();
        try {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                components[i].getAccessor().setAccessible(true);
                Object value = components[i].getAccessor().invoke(data);
                boolean file = (value instanceof String || value instanceof Path) && !value.toString().isEmpty() && Files.exists(base.resolve(value.toString()));
                String way = file ? relative(base.resolve(value.toString()).normalize(), folder) : "";
                values[i] = !file ? value : value instanceof Path ? Path.of(way) : way;
            }
            var constructor = data.getClass().getDeclaredConstructor(Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return (DataSource) constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IOException("the data source " + data.getClass().getName() + " cannot be moved", e);
        }
    }
}
