/* Reads images of bytes, writes int32 outputs of what ./fn export --format c --out net.c wrote. */
#include "net.h"
#include <stdio.h>

int main(void) {
    static uint8_t pixels[NET_INPUT_BYTES];
    static int32_t outputs[NET_OUTPUTS];
    while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {
        net_run(pixels, outputs);
        fwrite(outputs, sizeof outputs[0], NET_OUTPUTS, stdout);
    }
    return 0;
}
