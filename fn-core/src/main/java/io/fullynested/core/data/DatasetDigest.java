package io.fullynested.core.data;

import io.fullynested.api.data.Dataset;
import io.fullynested.core.io.Sha256;

/** Tells whether images are the ones that results were made of. */
public final class DatasetDigest {

    /** Of a larger set so many, evenly spread, stand for all. */
    static final int MOST = 1000;

    private DatasetDigest() {
    }

    /** A digest of how many images there are, what is said of them, and {@value #MOST} of them, with their targets. */
    public static String of(Dataset images) {
        Sha256 digest = new Sha256().add(images.size() + " " + images.parts() + " " + images.target());
        float[] image = new float[images.shape().elements()];
        float[] target = new float[images.target().size()];
        int count = Math.min(MOST, images.size());
        for (long i = 0; i < count; i++) {
            int index = (int) (i * images.size() / count);
            images.read(index, image, 0);
            images.readTarget(index, target, 0);
            digest.add(image).add(target);
        }
        return digest.hex();
    }
}
