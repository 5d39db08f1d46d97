package io.fullynested.core.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest (FIPS 180-4) of texts and bytes, one after the other. */
public final class Sha256 {

    private final MessageDigest digest;

    /** Of nothing yet. */
    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Adds a text in UTF-8. */
    public Sha256 add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Adds the rest of a buffer. */
    public Sha256 add(ByteBuffer bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds numbers, 4 bytes each, little end first. */
    public Sha256 add(float[] numbers) {
        ByteBuffer some = ByteBuffer.allocate(Float.BYTES * Math.min(numbers.length, 1 << 14)).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < numbers.length; from += 1 << 14) {
            int count = Math.min(numbers.length - from, 1 << 14);
            some.asFloatBuffer().put(numbers, from, count);
            digest.update(some.array(), 0, Float.BYTES * count);
        }
        return this;
    }

    /** Adds the rest of a stream, which it does not close. */
    public Sha256 add(InputStream bytes) throws IOException {
        byte[] some = new byte[1 << 16];
        for (int count = bytes.read(some); count >= 0; count = bytes.read(some)) {
            digest.update(some, 0, count);
        }
        return this;
    }

    /** What was added so far as 64 hexadecimal digits; begins anew. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
