package io.fullynested.core.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Files of one kind that hold many pictures each, with what is said of the class of each: tar archives, or whatever a data source unpacks. */
public interface ShardFormat {

    /** What names of such files end with, such as {@code .tar}. */
    String ending();

    /**
     * The pictures of a file, in the order in which they lie there.
     *
     * @param labelled whether classes are wanted
     * @throws IOException if it cannot be read, or, if classes are wanted, a picture has none
     */
    List<Sample> samples(Path shard, boolean labelled) throws IOException;

    /**
     * A picture.
     *
     * @param name  within its shard
     * @param file  that its bytes, of PNG, JPEG and so on, lie in
     * @param from  where they begin
     * @param size  how many they are
     * @param label its class, a number from 0 or a name; empty if none is wanted
     */
    record Sample(String name, Path file, long from, long size, String label) {
    }
}
