package io.fullynested.c;

/** What a layer sums up, before it is known what comes of the sums. */
interface Sums {

    /** A magnitude that none of them exceeds. */
    double bound();

    /** The greatest step of an output channel. */
    double coarsest();

    /** @param shared whether the weights are shared with others, which need those that do not count here */
    LayerData finished(Finish finish, boolean shared);

    /**
     * Sums of which nothing but the size is known.
     *
     * @param outputs channels
     * @param weights of all channels
     * @param bits    of each
     */
    record Sized(int outputs, int weights, int bits) implements Sums {

        @Override
        public double bound() {
            return 1;
        }

        @Override
        public double coarsest() {
            return 1;
        }

        @Override
        public LayerData finished(Finish finish, boolean shared) {
            return new LayerData(bits, new long[(int) (((long) weights * bits + Byte.SIZE - 1) / Byte.SIZE)], new long[outputs], new long[outputs]);
        }
    }
}
