package io.fullynested.bundle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All of a bundle but codes and numbers; see {@link BundleFormat}.
 *
 * @param members   the members by name, in the order of the file
 * @param reference the reference text
 * @param readings  for each number of bits the integer of each code; {@code null} if no member has so many
 * @param planes    where the codes are
 * @param codes     where the planes are in the file
 */
record Head(Map<String, Entry> members, byte[] reference, byte[][] readings, CodePlanes planes, ByteRange codes) {

    /** Tiles in all tensors of all members; a network has some hundred in each. */
    private static final long MOST_VISITS = 10_000_000;

    /**
     * A member.
     *
     * @param member   what may be told of it
     * @param checksum that of its ONNX file
     * @param numbers  where its numbers are in the file
     * @param steps    how its ONNX file is made
     */
    record Entry(Member member, int checksum, ByteRange numbers, List<Step> steps) {
    }

    /** Where the file ends. */
    long end() {
        long end = codes.to();
        for (Entry entry : members.values()) {
            end = entry.numbers().to();
        }
        return end;
    }

    /**
     * Reads it, and holds everything that it claims against what there is.
     *
     * @param from where in the file the planes start
     * @throws RuntimeException if it is damaged; bytes that a checksum finds unaltered may be, too
     */
    static Head parse(byte[] head, long from) {
        Cursor in = new Cursor(head);
        List<Member> members = new ArrayList<>();
        List<Integer> checksums = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int left = in.number(); left > 0; left--) {
            String name = in.string();
            int bytes = in.number();
            checksums.add(ByteBuffer.wrap(in.take(Integer.BYTES)).getInt());
            numbers.add(in.number());
            Map<String, String> metadata = new LinkedHashMap<>();
            for (int entries = in.number(); entries > 0; entries--) {
                metadata.put(in.string(), in.string());
            }
            members.add(new Member(name, bytes, metadata));
        }
        byte[] reference = in.take(in.number());
        byte[][] readings = new byte[9][];
        for (int bits = 1; bits <= 8; bits++) {
            readings[bits] = in.number() == 0 ? null : in.take(1 << bits);
        }
        List<Master> masters = new ArrayList<>();
        for (int left = in.number(); left > 0; left--) {
            masters.add(new Master(in.numbers(), in.numbers(), in.number()));
        }
        int[] tiles = new int[3 * in.count(3)];
        for (int i = 0; i < tiles.length; i++) {
            tiles[i] = in.number();
        }
        CodePlanes planes = new CodePlanes(masters, tiles);
        ByteRange codes = new ByteRange(from, from + planes.bytes());
        long start = codes.to();
        long visits = 0;
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            ByteRange section = new ByteRange(start, start += numbers.get(i));
            List<Step> steps = Step.parse(in.take(in.number()), masters);
            visits += planes.visits(steps);
            if (visits > MOST_VISITS || Step.length(steps, reference.length, masters) != members.get(i).bytes()) {
                throw new IllegalArgumentException("The script of " + members.get(i).name() + " does not make its file");
            }
            if (entries.put(members.get(i).name(), new Entry(members.get(i), checksums.get(i), section, steps)) != null) {
                throw new IllegalArgumentException("Two members are named " + members.get(i).name());
            }
        }
        return new Head(entries, reference, readings, planes, codes);
    }
}
