package io.fullynested.bundle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where the bits of the codes are; see {@link BundleFormat}. */
final class CodePlanes {

    private static final int PLANES = 8;

    private final List<Master> masters;
    /** Of each master by tile the position of the first bit in each plane, −1 where there is none. */
    private final List<Map<Integer, long[]>> starts;
    private final int bytes;

    /** @param tiles master, tile and bits of each tile, one after the other */
    CodePlanes(List<Master> masters, int[] tiles) {
        this.masters = masters;
        this.starts = new ArrayList<>();
        masters.forEach(master -> starts.add(new HashMap<>()));
        for (int i = 0; i < tiles.length; i += 3) {
            Master master = masters.get(tiles[i]);
            long[] none = new long[PLANES];
            Arrays.fill(none, -1);
            if (tiles[i + 1] >= (long) master.outputs().length * master.inputs().length || tiles[i + 2] < 1 || tiles[i + 2] > PLANES
                    || starts.get(tiles[i]).put(tiles[i + 1], none) != null) {
                throw new IllegalArgumentException("Tile " + tiles[i + 1] + " of master " + tiles[i] + " with " + tiles[i + 2] + " bits");
            }
        }
        long next = 0;
        for (int plane = 0; plane < PLANES; plane++) {
            for (int i = 0; i < tiles.length; i += 3) {
                if (tiles[i + 2] > plane) {
                    starts.get(tiles[i]).get(tiles[i + 1])[plane] = next;
                    next = Math.addExact(next, size(masters.get(tiles[i]), tiles[i + 1]));
                }
            }
        }
        this.bytes = Math.toIntExact((next + 7) / 8);
    }

    private static long size(Master master, int tile) {
        long pairs = (long) master.outputs()[tile / master.inputs().length] * master.inputs()[tile % master.inputs().length];
        return Math.multiplyExact(pairs, (long) master.inner());
    }

    /** How many bytes the planes take. */
    int bytes() {
        return bytes;
    }

    /**
     * How many tiles steps are made of.
     *
     * @throws RuntimeException if there is no such tile, or not with so many bits
     */
    long visits(List<Step> steps) {
        long visits = 0;
        for (Step step : steps) {
            if (step instanceof Step.Weights weights) {
                visits += tiles(weights.kept()).size();
            }
        }
        return visits;
    }

    /** The bytes that some tensors are made of, ascending, as few ranges as possible. */
    List<ByteRange> ranges(List<Kept> tensors) {
        BitSet wanted = new BitSet(bytes());
        for (Kept kept : tensors) {
            for (Tile tile : tiles(kept)) {
                for (int plane = 0; plane < kept.bits(); plane++) {
                    wanted.set((int) (tile.starts[plane] >> 3), (int) (tile.starts[plane] + (long) tile.height * tile.width + 7 >> 3));
                }
            }
        }
        List<ByteRange> ranges = new ArrayList<>();
        for (int from = wanted.nextSetBit(0); from >= 0; from = wanted.nextSetBit(wanted.nextClearBit(from))) {
            ranges.add(new ByteRange(from, wanted.nextClearBit(from)));
        }
        return ranges;
    }

    /**
     * The codes of a tensor, row by row, each the unsigned number that its kept bits make.
     *
     * @param planes the planes, at least those bytes that {@link #ranges} says, and one more byte
     */
    byte[] codes(Kept kept, byte[] planes) {
        Master master = masters.get(kept.master());
        int rows = Master.size(master.outputs(), kept.outputs());
        int row = Master.size(master.inputs(), kept.inputs()) * master.inner();
        ByteBuffer codes = ByteBuffer.allocate(Math.multiplyExact(rows, row));
        for (Tile tile : tiles(kept)) {
            for (int r = 0; r < tile.height; r++) {
                codes.position((tile.output + r) * row + tile.input * master.inner());
                for (int done = 0; done < tile.width; done += 8) {
                    long eight = eight(planes, tile.starts, (long) r * tile.width + done, kept.bits());
                    if (done + 8 <= tile.width) {
                        codes.putLong(eight);
                    } else {
                        for (int i = done; i < tile.width; i++, eight <<= 8) {
                            codes.put((byte) (eight >>> 56));
                        }
                    }
                }
            }
        }
        return codes.array();
    }

    /** Eight codes that follow each other in their planes, a byte each, the first of them in the highest. */
    private static long eight(byte[] planes, long[] starts, long offset, int bits) {
        long eight = 0;
        for (int plane = 0; plane < bits; plane++) {
            long bit = starts[plane] + offset;
            int at = (int) (bit >> 3);
            int plain = (planes[at] << 8 | planes[at + 1] & 255) >> 8 - (bit & 7) & 255;
            // each bit into a byte of its own, where the addition carries it to the top
            long spread = (plain * 0x0101010101010101L & 0x8040201008040201L) + 0x00406070787c7e7fL;
            eight = eight << 1 | spread >>> 7 & 0x0101010101010101L;
        }
        return eight;
    }

    /** A kept tile: where it starts in its planes and in the tensor, its output channels, and the weights of each of those. */
    private record Tile(long[] starts, int output, int input, int height, int width) {
    }

    private List<Tile> tiles(Kept kept) {
        Master master = masters.get(kept.master());
        List<Tile> tiles = new ArrayList<>();
        int output = 0;
        for (int o = kept.outputs().nextSetBit(0); o >= 0; o = kept.outputs().nextSetBit(o + 1)) {
            int input = 0;
            for (int i = kept.inputs().nextSetBit(0); i >= 0; i = kept.inputs().nextSetBit(i + 1)) {
                long[] planes = starts.get(kept.master()).get(o * master.inputs().length + i);
                if (planes == null || planes[kept.bits() - 1] < 0) {
                    throw new IllegalArgumentException("Master " + kept.master() + " has no " + kept.bits() + " bits at " + o + ", " + i);
                }
                tiles.add(new Tile(planes, output, input, master.outputs()[o], master.inputs()[i] * master.inner()));
                input += master.inputs()[i];
            }
            output += master.outputs()[o];
        }
        return tiles;
    }
}
