package io.fullynested.c;

import io.fullynested.api.graph.Graph;
import io.fullynested.api.graph.Node;
import io.fullynested.api.graph.Weight;
import io.fullynested.core.integer.NoIntegerFormException;
import io.fullynested.core.model.Parameters;
import io.fullynested.core.tensor.QuantizedTensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The weights of all members of a family: of each master tensor the channels that any member keeps, at the most bits that any reads, so that each reads its own
 * channels and leading bits of them.
 */
final class SharedWeights {

    private final Parameters masters;
    private final Map<String, Kept> kept = new TreeMap<>();
    private final Map<String, String> arrays = new HashMap<>();

    /** What members keep of a tensor: output channels, input channels of a group, and bits. */
    private record Kept(TreeSet<Integer> rows, TreeSet<Integer> columns, int[] bits) {
    }

    /**
     * How a layer of a member reads its weights.
     *
     * @param array      of the codes
     * @param storedBits of each
     * @param rows       C expression of where its output channels are in the array; 0 if they come first, in order
     * @param columns    the same of its input channels
     * @param taps       weights of an output channel in the array
     * @param drop       how many bits are left out
     * @param odd        whether a code c stands for 2c + 1
     * @param signs      of each output channel, as its batch norm may turn it round; 0 if it left nothing of it
     */
    record Read(String array, int storedBits, String rows, String columns, int taps, int drop, boolean odd, int[] signs) {

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return array + " of " + storedBits + " bits";
        }
    }

    /** @param members as they were compiled over the masters */
    SharedWeights(Parameters masters, List<Graph> members) {
        this.masters = masters;
        for (Graph graph : members) {
            graph.nodes().stream().flatMap(node -> node.weight().stream()).filter(Weight::quantized).forEach(weight -> {
                Kept all = kept.computeIfAbsent(weight.slice().parameter(), any -> new Kept(new TreeSet<>(), new TreeSet<>(), new int[1]));
                Arrays.stream(rows(weight)).forEach(all.rows()::add);
                Arrays.stream(columns(weight)).forEach(all.columns()::add);
                all.bits()[0] = Math.max(all.bits()[0], weight.bits());
            });
        }
    }

    private static int[] rows(Weight weight) {
        return weight.slice().ranges().get(0).indices();
    }

    private static int[] columns(Weight weight) {
        return weight.slice().ranges().get(1).indices();
    }

    /**
     * How a layer reads them.
     *
     * @param node  as it was compiled
     * @param found what extraction made of them
     * @throws NoIntegerFormException if these are not the codes of the master
     */
    Read read(Unit unit, Node node, QuantizedTensor found) {
        Weight weight = node.weight().orElseThrow();
        Kept all = kept.get(weight.slice().parameter());
        int[] keptRows = all.rows().stream().mapToInt(Integer::intValue).toArray();
        int[] keptColumns = all.columns().stream().mapToInt(Integer::intValue).toArray();
        int[] shape = masters.tensors().get(weight.slice().parameter()).shape();
        int square = Arrays.stream(shape).skip(2).reduce(1, (a, b) -> a * b);
        byte[] codes = masters.codes(weight.slice().parameter());
        int stored = all.bits()[0];
        String array = arrays.computeIfAbsent(weight.slice().parameter(), any -> unit.array("uint8_t", 1, "weights",
                packed(codes, keptRows, keptColumns, shape[1], square, stored)));
        int drop = stored - weight.bits();
        return new Read(array, stored, table(unit, rows(weight), keptRows), table(unit, columns(weight), keptColumns), keptColumns.length * square, drop,
                weight.bits() < Byte.SIZE, signs(node, weight, found, codes, shape[1], square));
    }

    private static String table(Unit unit, int[] own, int[] all) {
        int[] places = Arrays.stream(own).map(index -> Arrays.binarySearch(all, index)).toArray();
        return IntStream.range(0, places.length).allMatch(i -> places[i] == i) ? "0" : unit.table("places", places);
    }

    private static long[] packed(byte[] codes, int[] rows, int[] columns, int inner, int square, int bits) {
        long[] packed = new long[(int) (((long) rows.length * columns.length * square * bits + Byte.SIZE - 1) / Byte.SIZE)];
        int next = 0;
        for (int row : rows) {
            for (int column : columns) {
                for (int tap = 0; tap < square; tap++) {
                    int code = codes[(row * inner + column) * square + tap] >> Byte.SIZE - bits;
                    Packing.put(packed, next++, bits, bits == Byte.SIZE ? code : code + (1 << bits - 1));
                }
            }
        }
        return packed;
    }

    private static int[] signs(Node node, Weight weight, QuantizedTensor found, byte[] codes, int inner, int square) {
        int[] rows = rows(weight);
        int[] columns = columns(weight);
        int[] signs = new int[rows.length];
        int each = columns.length * square;
        for (int o = 0; o < rows.length; o++) {
            boolean zero = true;
            boolean same = true;
            boolean turned = true;
            for (int i = 0; i < each; i++) {
                int code = codes[(rows[o] * inner + columns[i / square]) * square + i % square] >> Byte.SIZE - weight.bits();
                int expected = weight.bits() < Byte.SIZE ? 2 * code + 1 : code;
                int integer = found.integers()[o * each + i];
                zero &= integer == 0;
                same &= integer == expected;
                turned &= integer == -expected;
            }
            if (!zero && !same && !turned) {
                throw NoIntegerFormException.of(node, "its weights are not the leading bits of those that all members share");
            }
            signs[o] = same && !zero ? 1 : turned && !zero ? -1 : 0;
        }
        return signs;
    }
}
