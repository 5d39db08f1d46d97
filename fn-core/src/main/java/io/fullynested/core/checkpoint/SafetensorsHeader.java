package io.fullynested.core.checkpoint;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The words of a safetensors file (https://huggingface.co/docs/safetensors): the length of the header as 8 bytes, little end first;
 * the header, a JSON object of {@code name → {dtype, shape, data_offsets}} and one of strings named {@code __metadata__}; the tensors,
 * little end first, without gaps. Offsets count from the end of the header.
 */
final class SafetensorsHeader {

    static final String METADATA = "__metadata__";
    static final String DTYPE = "dtype";
    static final String SHAPE = "shape";
    static final String OFFSETS = "data_offsets";
    static final String FLOAT32 = "F32";

    /** Bytes of the number before the header; the header is padded with blanks so that the tensors start at a multiple of it. */
    static final int LENGTH_BYTES = 8;

    /** So many are read or written at a time, which is quick, and little beside the tensors. */
    static final int NUMBERS_AT_ONCE = 1 << 16;

    /** The longest header that the format's own reader takes. */
    static final long LONGEST = 100_000_000;

    static final JsonMapper JSON = JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private SafetensorsHeader() {
    }
}
