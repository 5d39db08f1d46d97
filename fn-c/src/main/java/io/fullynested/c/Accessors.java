package io.fullynested.c;

/** C functions that read one code: {@code u4}, unsigned of 4 bits; {@code s4}, signed; {@code w4}, a weight, which a code c of so many bits stands for as 2c + 1. */
final class Accessors {

    private static final String HEAD = "static inline int32_t %s%d(const uint8_t *x, uint32_t i) {\n";

    private Accessors() {
    }

    static String text(char kind, int bits) {
        String head = HEAD.formatted(kind, bits);
        int mask = (1 << bits) - 1;
        return "\n" + switch (kind) {
            case 'u' -> head + unsigned(bits, mask);
            case 's' -> head + (bits == Byte.SIZE ? "    return ((const int8_t *)x)[i];\n}\n" : """
                        int32_t code = u%1$d(x, i);
                        return code < %2$d ? code : code - %3$d;
                    }
                    """.formatted(bits, 1 << bits - 1, 1 << bits));
            case 'w' -> head + "    return 2 * u%d(x, i) - %d;\n}\n".formatted(bits, mask);
            default -> throw new IllegalArgumentException(kind + " reads nothing");
        };
    }

    private static String unsigned(int bits, int mask) {
        if (bits == Byte.SIZE) {
            return "    return x[i];\n}\n";
        }
        if (Byte.SIZE % bits == 0) {
            int perByte = Byte.SIZE / bits;
            return "    return (x[i / %1$d] >> (i %% %1$d * %2$d)) & %3$d;\n}\n".formatted(perByte, bits, mask);
        }
        return """
                    uint32_t at = i * %1$d, code = x[at >> 3];
                    if ((at & 7) > %2$d) {
                        code |= (uint32_t)x[(at >> 3) + 1] << 8;
                    }
                    return (int32_t)((code >> (at & 7)) & %3$d);
                }
                """.formatted(bits, Byte.SIZE - bits, mask);
    }
}
