package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.io.Sha256;
import java.util.stream.IntStream;

/** Tells whether images are the ones that results were made of. */
public final class DatasetDigest {

    private DatasetDigest() {
    }

    /** A digest of how many images there are, what is said of them, and all of them, with their targets, as {@link Dataset#identify} has them. */
    public static String of(Dataset images) {
        return of(images, IntStream.range(0, images.size()).toArray());
    }

    /** The same of some of them. */
    public static String of(Dataset images, int[] positions) {
        Sha256 digest = new Sha256().add(images.size() + " " + images.parts() + " " + images.target());
        for (int position : positions) {
            images.identify(position, digest::add);
        }
        return digest.hex();
    }
}
