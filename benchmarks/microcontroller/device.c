/*
 * What a program for a Cortex-M begins with, and a main function that runs a network on images, one after the other.
 *
 * With -DIMAGES=N it takes N images from the symbol images and writes, through semihosting, a line of ticks and outputs in hexadecimal for each. Without, it
 * classifies a picture that something else, a camera, leaves in memory: what a device needs at least.
 */
#include HEADER

#define JOIN(a, b) a##b
#define NAMED(prefix, name) JOIN(prefix, name)

extern uint32_t stack_top, data_from, data_start, data_end, bss_start, bss_end;

void reset(void);

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {&stack_top, (const void *)reset};

#ifdef IMAGES

#define SYST ((volatile uint32_t *)0xE000E010)

extern const uint8_t images[];

static void semihost(int operation, const void *argument) {
    register int r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
}

static void write_hex(uint32_t value, char end) {
    static char text[10];
    for (int i = 0; i < 8; i++) {
        text[i] = "0123456789abcdef"[value >> (28 - 4 * i) & 15];
    }
    text[8] = end;
    text[9] = 0;
    semihost(4, text);
}

static int work(void) {
    static int32_t outputs[NAMED(UPPER, _OUTPUTS)];
    SYST[1] = 0xFFFFFF;
    SYST[0] = 5;
    for (int i = 0; i < IMAGES; i++) {
        SYST[2] = 0;
        uint32_t before = SYST[2];
        NAMED(LOWER, _run)(images + i * NAMED(UPPER, _INPUT_BYTES), outputs);
        uint32_t after = SYST[2];
        write_hex((before - after) & 0xFFFFFF, ' ');
        for (unsigned k = 0; k < NAMED(UPPER, _OUTPUTS); k++) {
            write_hex((uint32_t)outputs[k], k + 1 < NAMED(UPPER, _OUTPUTS) ? ' ' : '\n');
        }
    }
    semihost(0x18, (const void *)0x20026);
    return 0;
}

#else

volatile uint8_t picture[NAMED(UPPER, _INPUT_BYTES)];
volatile int answer;

static int work(void) {
    for (;;) {
        answer = NAMED(LOWER, _classify)((const uint8_t *)picture);
    }
}

#endif

void reset(void) {
    for (uint32_t *from = &data_from, *to = &data_start; to < &data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &bss_start; to < &bss_end;) {
        *to++ = 0;
    }
    work();
    for (;;) {
    }
}
