package io.fullynested;

import io.fullynested.api.data.DataSource;
import io.fullynested.api.data.Dataset;
import io.fullynested.api.data.Target;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Shape;
import io.fullynested.api.task.Task;
import io.fullynested.core.checkpoint.Checkpoint;
import io.fullynested.core.data.DatasetDigest;
import io.fullynested.core.engine.Executable;
import io.fullynested.core.engine.TaughtDataset;
import io.fullynested.core.model.Model;
import io.fullynested.core.model.SubmodelExtractor;
import io.fullynested.core.model.Supernet;
import io.fullynested.core.spec.ConfigurationException;
import io.fullynested.core.spec.SpecFile;
import io.fullynested.core.task.TaskOutputs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of a network and their targets, which another network may have to tell; opened when they are asked for. */
final class NetworkData implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NetworkData.class);

    private final SpecFile<RunSpec> file;
    private final String task;
    private final Supernet supernet;
    private final Place place;
    private final Teachers teachers;
    private Target target = Target.nothing();
    private DataSource.Splits splits;
    private Digests digests;
    private RestingExecutable teaching;

    /**
     * Where they are.
     *
     * @param base  the folder that relative paths start from
     * @param given what is taken in the place of those of the description
     * @param saved whether the description is that of a checkpoint, which may have been moved away from its data
     */
    record Place(Path base, Optional<DataSource> given, boolean saved) {
    }

    /** How networks that tell the targets are had. */
    interface Teachers {

        /** The full network of a checkpoint, its batch norms not recalibrated yet where it does not bring their statistics. */
        Model read(Path checkpoint) throws IOException;

        /** With the statistics that its batch norms find in these images. */
        Model recalibrated(Model model, Dataset training);

        Executable bind(Model model);
    }

    /** @param task the kind of the task */
    NetworkData(SpecFile<RunSpec> file, String task, Supernet supernet, Place place, Teachers teachers) {
        this.file = file;
        this.task = task;
        this.supernet = supernet;
        this.place = place;
        this.teachers = teachers;
    }

    /** What the task says of the outputs of a network. */
    static TaskOutputs outputs(SpecFile<RunSpec> file, Supernet net) {
        try {
            return new TaskOutputs(file.value().task(), net.outputs());
        } catch (IllegalArgumentException e) {
            throw file.refuse("task", e.getMessage());
        }
    }

    /**
     * The images.
     *
     * @throws ConfigurationException if they cannot be read, or do not fit the network
     */
    DataSource.Splits splits() {
        if (splits == null) {
            Task wanted = file.value().task();
            DataSource.Splits opened;
            try {
                opened = place.given().orElse(file.value().data()).open(place.base(), wanted.target());
            } catch (IOException e) {
                throw file.refuse("data", e.getMessage() + (place.saved() ? " Or, if the checkpoint was moved, --base FOLDER that the paths in its description start "
                        + "from, or --data SPEC, a description of the same data?" : ""));
            }
            try {
                file.value().network().requireParts(opened.train());
            } catch (IllegalArgumentException e) {
                throw file.refuse(file.value().network().input().isPresent() ? "network.input" : "network.inputs", e.getMessage());
            }
            Target given = opened.train().target();
            if (wanted.target() != Target.Kind.NOTHING && wanted.target() != given.kind()) {
                throw file.refuse("data", "the task " + task + " needs " + wanted.target().noun() + ", the data give " + given.kind().noun());
            }
            if (wanted.target() == Target.Kind.CLASS && given.names().size() == 1) {
                throw file.refuse("data", "the data has one class, '" + given.names().get(0) + "', so there is nothing to tell apart. Maybe another label?");
            }
            if (wanted.teacher().isPresent()) {
                opened = taught(opened, wanted.teacher().get());
            }
            try {
                outputs(file, supernet).check(opened.train().target());
            } catch (IllegalArgumentException e) {
                throw file.refuse(supernet.outputs().size() > 1 ? "network.outputs" : "network.blocks[" + (file.value().network().blocks().size() - 1) + "]",
                        e.getMessage());
            }
            splits = opened;
            target = opened.train().target();
        }
        return splits;
    }

    /** Digests of all images of each set, with their targets. */
    record Digests(String train, String validation, String test) {
    }

    /** Those of the data; made once, as all bytes are looked at. */
    Digests digests() {
        if (digests == null) {
            DataSource.Splits all = splits();
            long start = System.nanoTime();
            digests = new Digests(DatasetDigest.of(all.train()), DatasetDigest.of(all.validation()), DatasetDigest.of(all.test()));
            LOG.info("Looked at all bytes of {} images in {} ms", all.train().size() + all.validation().size() + all.test().size(),
                    (System.nanoTime() - start) / 1_000_000);
        }
        return digests;
    }

    /** The same images with the outputs of a trained network as their targets. */
    private DataSource.Splits taught(DataSource.Splits images, Path checkpoint) {
        Taught taught = taughtBy(images, checkpoint);
        teaching = new RestingExecutable(bound(taught), () -> bound(taughtBy(images, checkpoint)));
        String identity = taught.identity();
        Shape output = taught.model().graph().output().shape();
        UnaryOperator<Dataset> asked = some -> new TaughtDataset(some, teaching, identity, output);
        return new DataSource.Splits(asked.apply(images.train()), asked.apply(images.validation()), asked.apply(images.test()), images.notes());
    }

    private Executable bound(Taught taught) {
        return teachers.bind(taught.model());
    }

    /**
     * The teacher of a task.
     *
     * @param model    extracted
     * @param identity a digest of what it was made of
     */
    private record Taught(Model model, String identity) {
    }

    private Taught taughtBy(DataSource.Splits images, Path checkpoint) {
        Model full;
        try {
            full = teachers.read(place.base().resolve(checkpoint));
        } catch (IOException e) {
            throw file.refuse("task", e.getMessage());
        }
        Shape takes = full.graph().sample();
        if (!takes.holdsAs(images.train().shape())) {
            throw file.refuse("task", "the teacher takes images of " + takes + ", the data has " + images.train().shape());
        }
        requireOutputs(full.graph().outputs().stream().map(Node::shape).toList());
        String identity = new Checkpoint(Map.of("graph", full.graph().toString()), full.parameters().tensors()).digest();
        return new Taught(SubmodelExtractor.extract(full.recalibrated() ? full : teachers.recalibrated(full, images.train())), identity);
    }

    /** Lets the teacher of the task, if it has one, give back its memory until it is asked again; what it said is kept. */
    void restTeacher() {
        if (teaching != null) {
            teaching.rest();
        }
    }

    private void requireOutputs(List<Shape> taught) {
        List<Shape> own = file.value().task().output().map(name -> List.of(supernet.outputs().get(name))).orElse(List.copyOf(supernet.outputs().values()));
        if (taught.size() != own.size() || own.size() > 1 && !taught.equals(own)) {
            throw file.refuse("task", "the teacher gives " + described(taught) + ", what is to imitate it " + described(own) + ". Maybe the outputs of the teacher?");
        }
    }

    private static String described(List<Shape> outputs) {
        return outputs.stream().map(Shape::described).collect(Collectors.joining(" and "));
    }

    /** What is to be told of an image, as far as it is known: nothing before the images were opened or somebody said. */
    Target target() {
        return target;
    }

    /** Tells what the classes or quantities are called, where there are no data to tell. */
    void name(Target named) {
        target = splits == null ? named : target;
    }

    @Override
    public void close() {
        if (teaching != null) {
            teaching.close();
        }
    }
}
