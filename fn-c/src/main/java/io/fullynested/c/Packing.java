package io.fullynested.c;

/** Codes side by side, the first one in the low bits of the first byte. */
final class Packing {

    private Packing() {
    }

    /**
     * Puts a code into its place, which must be empty.
     *
     * @param packed bytes, 0..255 each
     */
    static void put(long[] packed, int index, int bits, int code) {
        long at = (long) index * bits;
        int place = (int) (at / Byte.SIZE);
        int value = (code & (1 << bits) - 1) << (int) (at % Byte.SIZE);
        packed[place] |= value & 255;
        if (value > 255) {
            packed[place + 1] |= value >> Byte.SIZE;
        }
    }
}
