package io.fullynested.cli;

import io.fullynested.training.UnfinishedTraining.Schedule;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** When a training is kept, so that one that is stopped goes on from there, and where else its curves are written. */
final class KeepingOptions {

    @Option(names = "--keep-every", paramLabel = "TIME|STEPS", defaultValue = "30s",
            description = "how often a training is kept, in case that it is stopped: 30s, 10min, or 500 steps (default: ${DEFAULT-VALUE})")
    private String every;

    @Option(names = "--keep-last", paramLabel = "N", defaultValue = "2",
            description = "how many of them are there, in case that the newest is damaged (default: ${DEFAULT-VALUE})")
    private int last;

    @Option(names = "--tensorboard", paramLabel = "DIR",
            description = "write the curves of the training for TensorBoard while it goes on, in a folder named as that of the results within this one")
    private Path tensorboard;

    /** Where curves are written for TensorBoard, if they are. */
    Optional<Path> tensorboard() {
        return Optional.ofNullable(tensorboard);
    }

    @Option(names = "--mlflow", paramLabel = "DIR",
            description = "write them as a run of MLflow too, in this folder: mlflow ui --backend-store-uri DIR")
    private Path mlflow;

    /** Where a run is written for MLflow, if one is. */
    Optional<Path> mlflow() {
        return Optional.ofNullable(mlflow);
    }

    Schedule schedule() {
        if (!every.matches("[1-9]\\d{0,8} ?(s|min|steps)?")) {
            throw new BadInputException("--keep-every " + every + ": neither a time nor a number of steps. Maybe 30s, 10min or 500?");
        }
        if (last < 1 || last > 100) {
            throw new BadInputException("--keep-last " + last + ": 1 to 100 are kept");
        }
        long number = Long.parseLong(every.replaceFirst("\\D.*", ""));
        boolean time = every.endsWith("s") && !every.endsWith("steps") || every.endsWith("min");
        return time ? new Schedule(every.endsWith("min") ? 60.0 * number : number, 0, last) : new Schedule(Double.POSITIVE_INFINITY, number, last);
    }
}
