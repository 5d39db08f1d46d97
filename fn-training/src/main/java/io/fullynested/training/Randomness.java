package io.fullynested.training;

import java.util.SplittableRandom;

/**
 * Randomness as a function: what is drawn depends on (seed, stream, step) and nothing else, so that there is no generator state to
 * save, and leaving out one draw changes no other.
 *
 * @param seed the seed of the run
 */
record Randomness(long seed) {

    /** A fresh generator for one step of one stream. */
    SplittableRandom at(String stream, long step) {
        return new SplittableRandom(mix(mix(mix(seed) ^ stream.hashCode()) ^ step));
    }

    /** The finaliser of SplitMix64 (Steele et al., OOPSLA 2014) after one step of its Weyl sequence. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
