package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.plugin.Option;
import io.fullynested.core.data.ImageFolderSource;
import io.fullynested.core.data.ImageFolderSource.Colors;
import io.fullynested.core.data.NpySource;
import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.plugin.PluginRegistry;
import io.fullynested.core.spec.NetworkSpec;
import io.fullynested.core.spec.SpecWriter;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The data of an import.
 *
 * @param yaml   the description's {@code data}, its paths relative to the folder that it will lie in
 * @param splits the same, opened
 * @param lack   why there are no labels, if there are none
 * @param frozen whether what is behind the network is left as it is
 */
record ImportedData(String yaml, DataSource.Splits splits, Optional<String> lack, boolean frozen) {

    private record Holder(@Option("where images come from") DataSource data) {
    }

    /**
     * Opens data, with labels if there are any.
     *
     * @param from   a folder of images, a folder or an archive of NumPy arrays, one such array, or a YAML file whose data are meant
     * @param input  what the network takes; images of folders are resized to it
     * @param answers how many numbers the network gives; labels of other classes are none
     * @param folder  that the description will lie in
     * @param freezeFrom the node from which on the source is left as it is: what comes before has no labels
     * @throws IOException if they cannot be read, or are not what the network takes
     */
    static ImportedData open(Path from, NetworkSpec.Input input, int answers, Path folder, Settings settings, Optional<String> freezeFrom) throws IOException {
        Path there = folder.toAbsolutePath().normalize();
        Path here = from.toAbsolutePath().normalize();
        try (PluginRegistry registry = PluginRegistry.load(settings.pluginPath(), settings.plugins())) {
            boolean description = Files.isRegularFile(from) && !from.toString().matches(".*\\.np[yz]") || !Files.exists(from);
            Path base = !description ? here.getParent() : settings.base().orElse(here.getParent()).toAbsolutePath();
            DataSource data = description ? Costs.of(registry, settings.devices()).reader().read(from, RunSpec.class).value().data()
                    : source(here, input);
            Optional<String> lack = freezeFrom.map(node -> "of what node '" + node + "' takes, from which on the source is left as it is");
            DataSource.Splits splits = null;
            if (lack.isEmpty()) {
                try {
                    splits = data.open(base, Target.Kind.CLASS);
                    int classes = splits.train().classes().size();
                    lack = classes == answers ? Optional.empty()
                            : Optional.of("of the data's " + classes + " classes, as the network tells " + answers + " apart");
                } catch (IOException e) {
                    lack = Optional.of(e.getMessage());
                }
            }
            if (lack.isPresent()) {
                splits = data.open(base, Target.Kind.NOTHING);
            }
            Shape images = splits.train().shape();
            if (splits.train().parts().size() > 1 || !input.shape().holdsAs(images)) {
                throw new UnreadableException(from, "the images are " + images + ", but the network takes " + input.shape()
                        + ". Maybe other images, or --shape where the network leaves its input open?");
            }
            return new ImportedData(new SpecWriter(registry).write(new Holder(moved(data, base, there))), splits, lack, freezeFrom.isPresent());
        }
    }

    /** Arrays if there are any in a folder, else images in the size of the network's. */
    private static DataSource source(Path place, NetworkSpec.Input input) throws IOException {
        String name = place.getFileName().toString();
        boolean arrays = Files.isRegularFile(place);
        if (!arrays) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*.npy")) {
                arrays = files.iterator().hasNext();
            }
        }
        if (arrays) {
            return new NpySource(name, List.of("x_{set}"), "y_{set}", NpySource.Channels.FIRST, List.of(), .1, Optional.empty(), 1);
        }
        return new ImageFolderSource(name, input.channels().orElse(3) == 1 ? Colors.GRAY : Colors.RGB, input.height(), input.width(), .1, .15, true, 1, List.of());
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
