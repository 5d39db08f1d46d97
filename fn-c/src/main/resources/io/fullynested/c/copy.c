static void copy(const struct move *m, uint32_t count, const uint8_t *x, uint32_t first, uint8_t *y, uint32_t to) {
    for (uint32_t i = 0; i < count; i++) {
        put(y, to + i, moved(m, get(x, first + i, m->from)), m->to);
    }
}
