package io.fullynested.bundle;

import java.util.BitSet;

/**
 * The part of a master's codes that a tensor is made of.
 *
 * @param master  index of the master
 * @param bits    leading bits of the codes, 1..8
 * @param outputs the segments of output channels that are kept
 * @param inputs  the segments of inputs that are kept
 */
record Kept(int master, int bits, BitSet outputs, BitSet inputs) {
}
