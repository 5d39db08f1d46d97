package io.fullynested.bundle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.zip.InflaterInputStream;

/**
 * A family of submodels in one file: the bit planes of the codes once, and for each member its own scales and biases. Makes the ONNX
 * file of any member in memory, in milliseconds, the same bytes as those of its own export. Reads only what the member needs, so the
 * source may be a server. Immutable, so several threads may use it.
 *
 * <pre>{@code
 * NestedBundle bundle = NestedBundle.open(Path.of("family.fnb"));
 * options.addConfigEntry("session.x64quantprecision", "1");    // exact on x86-64 processors without VNNI, too
 * OrtSession session = environment.createSession(bundle.onnx("tiny"), options);
 * }</pre>
 */
public final class NestedBundle {

    /** Bytes of a head, inflated; that of a network has some hundred thousand. */
    private static final int LONGEST_HEAD = 1 << 26;

    private final ByteSource source;
    private final Head head;

    private NestedBundle(ByteSource source, Head head) {
        this.source = source;
        this.head = head;
    }

    /**
     * Opens a file and checks that all of it is there.
     *
     * @throws IOException if it cannot be read, is no bundle, or was cut short or altered; the message names it
     */
    public static NestedBundle open(Path file) throws IOException {
        NestedBundle bundle = open(ByteSource.of(file));
        long size = Files.size(file);
        if (size != bundle.head.end()) {
            throw new IOException(file + " has " + size + " bytes, not " + bundle.head.end() + (size < bundle.head.end() ? ": it was cut short"
                    : ": something was added to it"));
        }
        return bundle;
    }

    /**
     * Opens a bundle of which only the head is read now.
     *
     * @throws IOException if the head cannot be read, is of no bundle, or was cut short or altered; the message names the source
     */
    public static NestedBundle open(ByteSource source) throws IOException {
        ByteBuffer preamble = ByteBuffer.wrap(source.read(0, BundleFormat.PREAMBLE));
        byte[] magic = new byte[BundleFormat.MAGIC.length()];
        preamble.get(magic);
        if (!Arrays.equals(magic, BundleFormat.MAGIC.getBytes(StandardCharsets.US_ASCII))) {
            throw new IOException(source.name() + " is no bundle: it does not start with " + BundleFormat.MAGIC);
        }
        int version = preamble.getInt();
        if (version != BundleFormat.VERSION) {
            throw new IOException(source.name() + " is a bundle of version " + version + ", and this reader knows version "
                    + BundleFormat.VERSION + ". Maybe a newer reader?");
        }
        int length = preamble.getInt();
        byte[] head = source.read(BundleFormat.PREAMBLE, length);
        if (BundleFormat.checksum(head) != preamble.getInt()) {
            throw damaged(source, "its head", null);
        }
        try {
            return new NestedBundle(source, Head.parse(inflate(head, LONGEST_HEAD), BundleFormat.PREAMBLE + length));
        } catch (RuntimeException | IOException e) {
            throw damaged(source, "its head", e);
        } catch (OutOfMemoryError e) {
            throw tooLarge(source, e);
        }
    }

    /** The members, in the order of the file. */
    public List<Member> members() {
        return head.members().values().stream().map(Head.Entry::member).toList();
    }

    /**
     * Score against cost: the members that are worth their work, least first. Each has a better score than all that take less; of those that do not
     * tell their score none is left out, of those that do not tell their work all.
     */
    public List<Member> curve() {
        List<Member> curve = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        Comparator<Member> byWork = Comparator.comparingDouble(member -> member.work().orElseThrow());
        Comparator<Member> byScore = Comparator.comparingDouble(member -> member.score().orElse(Double.NEGATIVE_INFINITY));
        for (Member member : members().stream().filter(member -> member.work().isPresent()).sorted(byWork.thenComparing(byScore.reversed())).toList()) {
            double score = member.score().orElse(Double.NaN);
            if (!(score <= best)) {
                curve.add(member);
                best = Math.max(best, Double.isNaN(score) ? best : score);
            }
        }
        return List.copyOf(curve);
    }

    /**
     * Makes the ONNX file of a member.
     *
     * @throws NoSuchElementException if there is none of that name; the message lists those there are
     * @throws IOException            if what it needs cannot be read, or was cut short or altered
     */
    public byte[] onnx(String name) throws IOException {
        Head.Entry entry = entry(name);
        byte[] onnx;
        try {
            onnx = assemble(entry);
        } catch (RuntimeException e) {
            throw damaged(source, "what member '" + name + "' needs", e);
        } catch (OutOfMemoryError e) {
            throw tooLarge(source, e);
        }
        if (BundleFormat.checksum(onnx) != entry.checksum()) {
            throw damaged(source, "what member '" + name + "' needs", null);
        }
        return onnx;
    }

    private byte[] assemble(Head.Entry entry) throws IOException {
        byte[] planes = new byte[head.planes().bytes() + 1];
        for (ByteRange range : codes(entry)) {
            byte[] some = source.read(head.codes().from() + range.from(), range.length());
            System.arraycopy(some, 0, planes, (int) range.from(), some.length);
        }
        int taken = 0;
        for (Step step : entry.steps()) {
            taken += step instanceof Step.Numbers next ? next.count() : 0;
        }
        byte[] numbers = source.read(entry.numbers().from(), entry.numbers().length());
        byte[] inflated;
        try {
            inflated = inflate(numbers, taken);
        } catch (IOException e) {
            throw damaged(source, "what member '" + entry.member().name() + "' needs", e);
        }
        return new Assembly(head, planes, inflated, entry.member().bytes()).run(entry.steps());
    }

    /**
     * What {@link #onnx} reads of the source for a member, ascending: bit planes of codes, and numbers of its own.
     *
     * @throws NoSuchElementException if there is none of that name
     */
    public List<ByteRange> ranges(String name) {
        Head.Entry entry = entry(name);
        List<ByteRange> ranges = new ArrayList<>();
        for (ByteRange range : codes(entry)) {
            ranges.add(new ByteRange(head.codes().from() + range.from(), head.codes().from() + range.to()));
        }
        ranges.add(entry.numbers());
        return ranges;
    }

    /** What is read when a bundle is opened: all before the codes. */
    public ByteRange head() {
        return new ByteRange(0, head.codes().from());
    }

    private List<ByteRange> codes(Head.Entry entry) {
        List<Kept> tensors = new ArrayList<>();
        for (Step step : entry.steps()) {
            if (step instanceof Step.Weights weights) {
                tensors.add(weights.kept());
            }
        }
        return head.planes().ranges(tensors);
    }

    private Head.Entry entry(String name) {
        Head.Entry entry = head.members().get(name);
        if (entry == null) {
            throw new NoSuchElementException(source.name() + " has no member '" + name + "'. There are "
                    + String.join(", ", head.members().keySet()));
        }
        return entry;
    }

    /** @param most how long it may become: few bytes may hold gigabytes of zeros */
    private static byte[] inflate(byte[] bytes, int most) throws IOException {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
            byte[] inflated = in.readNBytes(most);
            if (in.read() >= 0) {
                throw new IOException("more than " + most + " bytes");
            }
            return inflated;
        }
    }

    private static IOException tooLarge(ByteSource source, OutOfMemoryError e) {
        return new IOException(source.name() + " needs more than the memory of " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB", e);
    }

    private static IOException damaged(ByteSource source, String what, Throwable cause) {
        return new IOException(source.name() + " was altered: " + what + " is not what was written", cause);
    }
}
