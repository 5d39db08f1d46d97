package io.fullynested.onnx.bundle;

import io.fullynested.api.graph.IndexRanges;
import io.fullynested.bundle.BundleFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Cuts masters into tiles such that each member keeps whole tiles, and puts those first that most members keep. What no member keeps
 * is left out.
 */
final class Tiling {

    private final CodedWeights codes;
    private final Map<String, Cut> cuts = new LinkedHashMap<>();
    private final List<Tile> tiles = new ArrayList<>();

    /** Where the segments of a master start, and where the last one ends. */
    private record Cut(int index, String master, int[] outputs, int[] inputs, int inner) {
    }

    /** A tile of a master: which segments meet there, how many tensors keep it, and the bits that the finest of them reads. */
    private record Tile(Cut cut, int output, int input, int keepers, int bits) {
    }

    /** @param tensors all that the members are made of */
    Tiling(CodedWeights codes, List<Piece.Weights> tensors) {
        this.codes = codes;
        Map<String, List<Piece.Weights>> byMaster = new LinkedHashMap<>();
        tensors.forEach(tensor -> byMaster.computeIfAbsent(tensor.slice().parameter(), name -> new ArrayList<>()).add(tensor));
        byMaster.forEach((master, kept) -> {
            int[] shape = codes.shape(master);
            int inner = Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
            Cut cut = new Cut(cuts.size(), master, starts(kept, 0), starts(kept, 1), inner);
            cuts.put(master, cut);
            addTiles(cut, kept);
        });
        tiles.sort(Comparator.comparing(Tile::keepers).reversed());
    }

    private static int[] starts(List<Piece.Weights> kept, int dimension) {
        TreeSet<Integer> starts = new TreeSet<>(List.of(0));
        for (Piece.Weights tensor : kept) {
            for (IndexRanges.Range range : tensor.slice().ranges().get(dimension).ranges()) {
                starts.add(range.from());
                starts.add(range.to());
            }
        }
        return starts.stream().mapToInt(Integer::intValue).toArray();
    }

    private void addTiles(Cut cut, List<Piece.Weights> kept) {
        int[][] keepers = new int[cut.outputs().length - 1][cut.inputs().length - 1];
        int[][] bits = new int[cut.outputs().length - 1][cut.inputs().length - 1];
        for (Piece.Weights tensor : kept) {
            BitSet inputs = segments(cut.inputs(), tensor.slice().ranges().get(1));
            segments(cut.outputs(), tensor.slice().ranges().get(0)).stream().forEach(o -> inputs.stream().forEach(i -> {
                keepers[o][i]++;
                bits[o][i] = Math.max(bits[o][i], tensor.bits());
            }));
        }
        for (int o = 0; o < keepers.length; o++) {
            for (int i = 0; i < keepers[o].length; i++) {
                if (keepers[o][i] > 0) {
                    tiles.add(new Tile(cut, o, i, keepers[o][i], bits[o][i]));
                }
            }
        }
    }

    private static BitSet segments(int[] starts, IndexRanges kept) {
        BitSet segments = new BitSet();
        for (IndexRanges.Range range : kept.ranges()) {
            segments.set(Arrays.binarySearch(starts, range.from()), Arrays.binarySearch(starts, range.to()));
        }
        return segments;
    }

    /** Appends the step that makes a tensor. */
    void writeStep(Piece.Weights tensor, ByteSink script) {
        Cut cut = cuts.get(tensor.slice().parameter());
        script.step(cut.index(), BundleFormat.WEIGHTS).number(tensor.bits()).number(tensor.layout())
                .set(segments(cut.outputs(), tensor.slice().ranges().get(0)), cut.outputs().length - 1)
                .set(segments(cut.inputs(), tensor.slice().ranges().get(1)), cut.inputs().length - 1);
        for (byte sign : tensor.signs()) {
            script.write(sign + 1);
        }
    }

    /** Appends masters and tiles to a head. */
    void writeHead(ByteSink head) {
        head.number(cuts.size());
        for (Cut cut : cuts.values()) {
            for (int[] starts : List.of(cut.outputs(), cut.inputs())) {
                head.number(starts.length - 1);
                for (int i = 1; i < starts.length; i++) {
                    head.number(starts[i] - starts[i - 1]);
                }
            }
            head.number(cut.inner());
        }
        head.number(tiles.size());
        for (Tile tile : tiles) {
            head.number(tile.cut().index()).number(tile.output() * (tile.cut().inputs().length - 1) + tile.input()).number(tile.bits());
        }
    }

    /** The bit planes. */
    byte[] planes() {
        BitSet planes = new BitSet();
        int next = 0;
        for (int plane = 0; plane < 8; plane++) {
            for (Tile tile : tiles) {
                if (tile.bits() > plane) {
                    next = write(tile, plane, planes, next);
                }
            }
        }
        byte[] bytes = new byte[(next + 7) / 8];
        for (int bit = planes.nextSetBit(0); bit >= 0; bit = planes.nextSetBit(bit + 1)) {
            bytes[bit >> 3] |= (byte) (128 >> (bit & 7));
        }
        return bytes;
    }

    private int write(Tile tile, int plane, BitSet planes, int start) {
        Cut cut = tile.cut();
        byte[] full = codes.codes(cut.master());
        int row = codes.shape(cut.master())[1] * cut.inner();
        int next = start;
        for (int o = cut.outputs()[tile.output()]; o < cut.outputs()[tile.output() + 1]; o++) {
            int end = o * row + cut.inputs()[tile.input() + 1] * cut.inner();
            for (int at = o * row + cut.inputs()[tile.input()] * cut.inner(); at < end; at++, next++) {
                planes.set(next, (full[at] >> 7 - plane & 1) == 1);
            }
        }
        return next;
    }
}
