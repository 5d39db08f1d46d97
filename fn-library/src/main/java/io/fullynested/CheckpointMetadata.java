package io.fullynested;

import io.fullynested.core.io.UnreadableException;
import io.fullynested.core.spec.EarlierDefaults;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a checkpoint says about itself.
 *
 * @param name of the description
 * @param spec the description's text
 * @param base the folder that relative paths in it start from; written relative to the checkpoint's, so that the two may move together
 * @param seed of the training
 * @param tuned the selection that was tuned after it, if one was
 * @param training the key of the training, which tells all that its result depends on; empty if nobody knows
 * @param sample   of training images, as {@link TrainingSample#text} has it; none in files of before there was one
 */
record CheckpointMetadata(String name, String spec, Path base, long seed, Optional<String> tuned, Optional<String> training,
                          Optional<String> sample) {

    /** What all but the description takes at most in a file. */
    static final long MOST_BYTES = (1 << 20) + TrainingSample.MOST + TrainingSample.MOST_TARGETS;
    /** Where the key of the training stands. */
    static final String TRAINING = "training";
    private static final String FORMAT = "fully-nested checkpoint 2";
    /** Its description has the defaults of before. */
    private static final String EARLIER = "fully-nested checkpoint 1";

    /** @throws UnreadableException if they are not of a checkpoint of this program; the message names the file */
    static CheckpointMetadata read(Path file, Map<String, String> metadata) throws UnreadableException {
        boolean earlier = EARLIER.equals(metadata.get("format"));
        if (!earlier && !FORMAT.equals(metadata.get("format"))) {
            throw new UnreadableException(file, "no checkpoint of this program; its metadata lack 'format: " + FORMAT + "'");
        }
        for (String key : new String[] {"name", "spec", "base", "seed"}) {
            if (!metadata.containsKey(key)) {
                throw new UnreadableException(file, "damaged; its metadata lack '" + key + "'");
            }
        }
        try {
            String spec = metadata.get("spec");
            return new CheckpointMetadata(metadata.get("name"), earlier ? EarlierDefaults.said(spec) : spec, folder(file).resolve(metadata.get("base")).normalize(),
                    Long.parseLong(metadata.get("seed")), Optional.ofNullable(metadata.get("tuned")), Optional.ofNullable(metadata.get(TRAINING)),
                    Optional.ofNullable(metadata.get("sample")));
        } catch (NumberFormatException e) {
            throw new UnreadableException(file, "damaged; the seed in its metadata is '" + metadata.get("seed") + "', not a whole number", e);
        }
    }

    Map<String, String> write(Path file, String version) {
        Path folder = folder(file);
        boolean related = folder.getRoot().equals(base.getRoot());
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("format", FORMAT);
        metadata.put("version", version);
        metadata.put("name", name);
        metadata.put("spec", spec);
        metadata.put("base", (related ? folder.relativize(base) : base).toString().replace('\\', '/'));
        metadata.put("seed", String.valueOf(seed));
        tuned.ifPresent(selection -> metadata.put("tuned", selection));
        training.ifPresent(key -> metadata.put(TRAINING, key));
        sample.ifPresent(text -> metadata.put("sample", text));
        return metadata;
    }

    private static Path folder(Path file) {
        return file.toAbsolutePath().normalize().getParent();
    }
}
