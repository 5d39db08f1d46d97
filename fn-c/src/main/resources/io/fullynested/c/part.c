/* A part of a signal, whose codes have a step of their own. */
struct part {
    const int32_t *factors;
    uint32_t count;
    int8_t bits;
};
