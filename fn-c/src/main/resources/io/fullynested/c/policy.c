/* The member of most work within parts of 256 of both limits; that of least work, if none is. */
static int within(int member, uint32_t ticks, uint32_t limit, uint32_t share, uint32_t part) {
    uint32_t most = 0;
    int best = 0, least = 0;
    for (int i = 0; i < %2$d; i++) {
        most = %3$s[i] > most ? %3$s[i] : most;
        least = %3$s[i] < %3$s[least] ? i : least;
    }
    best = least;
    for (int i = 0; i < %2$d; i++) {
        int allowed = share >= 256 || (uint64_t)%3$s[i] * 65536 <= (uint64_t)most * (share * part);
        if (allowed && (uint64_t)ticks * %3$s[i] / %3$s[member] * 256 <= (uint64_t)limit * part && %3$s[i] > %3$s[best]) {
            best = i;
        }
    }
    return best;
}

int %1$s_next(int member, uint8_t *waited, uint32_t ticks, uint32_t limit, uint32_t share) {
    int fits = within(member, ticks, limit, share, 256);
    if (%3$s[fits] < %3$s[member]) {
        *waited = 0;
        return fits;
    }
    int higher = within(member, ticks, limit, share, 230);
    *waited = %3$s[higher] > %3$s[member] ? *waited + 1 : 0;
    if (*waited < 3) {
        return member;
    }
    *waited = 0;
    return higher;
}
