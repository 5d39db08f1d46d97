package io.fullynested.training;

/**
 * The processes that train one network together, as one of them sees them. Each is given the whole data set and the same seed, draws the same
 * submodels, and takes its share of the images of every step. All of them ask for the same sums in the same order, so a transport needs to
 * know nothing of what is in them.
 */
public interface Ranks {

    /** A process that trains alone. */
    Ranks ALONE = new Ranks() {
        @Override
        public int rank() {
            return 0;
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public void sum(float[] numbers) {
            // they are the sum
        }
    };

    /** Which of them this is, counted from 0. */
    int rank();

    /** How many there are. */
    int count();

    /** Which of those of its machine this is, counted from 0: it takes the GPU of that number. */
    default int local() {
        return 0;
    }

    /**
     * Puts the sum over all ranks in the place of the numbers; every rank gets the same bytes. Waits until all have given theirs.
     *
     * @throws IllegalStateException if a rank is lost
     */
    void sum(float[] numbers);

    /** What rank 0 has, on all ranks, to the bit: puts its numbers in the place of the others'. Waits as {@link #sum} does. */
    default void copyFirst(float[] numbers) {
        // halves of 16 bits are whole numbers that floats hold, so a sum of one of them and zeros is exact whatever the bits are
        float[] halves = new float[2 * numbers.length];
        for (int i = 0; i < numbers.length && rank() == 0; i++) {
            int bits = Float.floatToRawIntBits(numbers[i]);
            halves[2 * i] = bits >>> 16;
            halves[2 * i + 1] = bits & 0xffff;
        }
        sum(halves);
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.intBitsToFloat((int) halves[2 * i] << 16 | (int) halves[2 * i + 1]);
        }
    }

    /** Where the share of this rank begins of so many things in a row; it ends where that of the next one begins. */
    default int from(int all) {
        return (int) ((long) all * rank() / count());
    }

    /** How many of so many things this rank takes. */
    default int share(int all) {
        return (int) ((long) all * (rank() + 1) / count()) - from(all);
    }
}
