package io.fullynested.c;

import io.fullynested.core.integer.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the results of steps lie: in as many bytes as are ever held at once. Where they would not lie beside each other, what is held is moved together
 * first.
 *
 * @param bytes   of all
 * @param offsets of the result of each step, when it is written
 * @param reads   of each step: where its inputs lie when it runs
 * @param moves   before each step, in order
 */
record Arena(int bytes, int[] offsets, List<List<Integer>> reads, List<List<Move>> moves) {

    /** By identity: it is made once for a network. */
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
        return bytes + " bytes for " + offsets.length + " steps";
    }

    /** A result that is brought nearer to the start. */
    record Move(int from, int to, int bytes) {
    }

    /** Bytes that are held while each step runs, and whose place each result takes. */
    private record Held(int[] lastUse, int[] replaced, int bytes) {

        static Held of(List<Step> steps) {
            int[] lastUse = IntStream.range(0, steps.size()).toArray();
            for (int i = 0; i < lastUse.length; i++) {
                for (int input : steps.get(i).inputs()) {
                    lastUse[input] = i;
                }
            }
            int[] replaced = new int[lastUse.length];
            int most = 0;
            for (int i = 0; i < lastUse.length; i++) {
                int step = i;
                replaced[i] = steps.get(i).inputs().stream().filter(input -> lastUse[input] == step && steps.get(step).mayReplace(steps.get(input).result()))
                        .findFirst().orElse(-1);
                int held = replaced[i] < 0 ? steps.get(i).result().bytes() : 0;
                for (int j = 0; j < i; j++) {
                    held += lastUse[j] >= i ? steps.get(j).result().bytes() : 0;
                }
                most = Math.max(most, held);
            }
            return new Held(lastUse, replaced, most);
        }
    }

    static Arena of(List<Step> steps) {
        Held held = Held.of(steps);
        return fixed(steps, held).map(offsets -> still(steps, held, offsets)).orElseGet(() -> moving(steps, held));
    }

    /** Places that nothing has to be moved for, the largest results first, if they can be found. */
    private static Optional<int[]> fixed(List<Step> steps, Held held) {
        int count = steps.size();
        int[] root = new int[count];
        int[] size = new int[count];
        int[] until = new int[count];
        for (int i = 0; i < count; i++) {
            root[i] = held.replaced()[i] < 0 ? i : root[held.replaced()[i]];
            size[root[i]] = Math.max(size[root[i]], steps.get(i).result().bytes());
            until[root[i]] = Math.max(until[root[i]], held.lastUse()[i]);
        }
        int[] offsets = new int[count];
        List<Integer> placed = new ArrayList<>();
        List<Integer> order = IntStream.range(0, count).filter(i -> root[i] == i && size[i] > 0).boxed()
                .sorted(Comparator.comparingInt((Integer i) -> -size[i])).toList();
        for (int one : order) {
            List<Integer> beside = placed.stream().filter(other -> other <= until[one] && one <= until[other])
                    .sorted(Comparator.comparingInt(other -> offsets[other])).toList();
            int offset = 0;
            for (int other : beside) {
                if (offset + size[one] <= offsets[other]) {
                    break;
                }
                offset = Math.max(offset, offsets[other] + size[other]);
            }
            if (offset + size[one] > held.bytes()) {
                return Optional.empty();
            }
            offsets[one] = offset;
            placed.add(one);
        }
        IntStream.range(0, count).forEach(i -> offsets[i] = offsets[root[i]]);
        return Optional.of(offsets);
    }

    private static Arena still(List<Step> steps, Held held, int[] offsets) {
        List<List<Integer>> reads = steps.stream().map(step -> step.inputs().stream().map(input -> offsets[input]).toList()).toList();
        return new Arena(held.bytes(), offsets, reads, steps.stream().map(step -> List.<Move>of()).toList());
    }

    private static Arena moving(List<Step> steps, Held held) {
        int[] now = new int[steps.size()];
        int[] offsets = new int[steps.size()];
        List<List<Integer>> reads = new ArrayList<>();
        List<List<Move>> moves = new ArrayList<>();
        for (int i = 0; i < now.length; i++) {
            int step = i;
            List<Integer> live = IntStream.range(0, i).filter(j -> held.lastUse()[j] >= step && steps.get(j).result().bytes() > 0).boxed()
                    .sorted(Comparator.comparingInt(j -> now[j])).toList();
            List<Move> made = new ArrayList<>();
            int need = steps.get(i).result().bytes();
            int place = held.replaced()[i] < 0 ? gap(steps, live, now, need, held.bytes()) : 0;
            if (place < 0) {
                place = 0;
                for (int j : live) {
                    int bytes = steps.get(j).result().bytes();
                    if (now[j] != place) {
                        made.add(new Move(now[j], place, bytes));
                        now[j] = place;
                    }
                    place += bytes;
                }
            }
            now[i] = held.replaced()[i] < 0 ? place : now[held.replaced()[i]];
            offsets[i] = now[i];
            moves.add(made);
            reads.add(steps.get(i).inputs().stream().map(input -> now[input]).toList());
        }
        return new Arena(held.bytes(), offsets, reads, moves);
    }

    /** The first place between what is held that is large enough, or −1. */
    private static int gap(List<Step> steps, List<Integer> live, int[] now, int need, int bytes) {
        int start = 0;
        for (int j : live) {
            if (now[j] - start >= need) {
                return start;
            }
            start = now[j] + steps.get(j).result().bytes();
        }
        return bytes - start >= need ? start : -1;
    }
}
