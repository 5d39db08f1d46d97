package io.fullynested.bundle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
            return new NestedBundle(source, Head.parse(inflate(head), BundleFormat.PREAMBLE + length));
        } catch (RuntimeException e) {
            throw damaged(source, "its head", e);
        }
    }

    /** The members, in the order of the file. */
    public List<Member> members() {
        return head.members().values().stream().map(Head.Entry::member).toList();
    }

    /**
     * Makes the ONNX file of a member.
     *
     * @throws NoSuchElementException if there is none of that name; the message lists those there are
     * @throws IOException            if what it needs cannot be read, or was cut short or altered
     */
    public byte[] onnx(String name) throws IOException {
        Head.Entry entry = entry(name);
        byte[] planes = new byte[head.planes().bytes() + 1];
        for (ByteRange range : codes(entry)) {
            byte[] some = source.read(head.codes().from() + range.from(), range.length());
            System.arraycopy(some, 0, planes, (int) range.from(), some.length);
        }
        byte[] numbers = source.read(entry.numbers().from(), entry.numbers().length());
        byte[] onnx;
        try {
            onnx = new Assembly(head, planes, inflate(numbers), entry.member().bytes()).run(entry.steps());
        } catch (IOException | RuntimeException e) {
            throw damaged(source, "what member '" + name + "' needs", e);
        }
        if (BundleFormat.checksum(onnx) != entry.checksum()) {
            throw damaged(source, "what member '" + name + "' needs", null);
        }
        return onnx;
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

    private static byte[] inflate(byte[] bytes) throws IOException {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static IOException damaged(ByteSource source, String what, Throwable cause) {
        return new IOException(source.name() + " was altered: " + what + " is not what was written", cause);
    }
}
