/* A frame made smaller before anything else is done with it: by 1.5, 2 or 3 on each side, each new sample the mean of
 * the old ones that it covers. */
#include "steps.h"

/* Rows weighed together, as a line of 16 bits: times 2, or 3 where the ratio has thirds. */
static void weigh_three(const uint8_t *rows, int stride, int ratio, int y, int bytes, uint16_t *line) {
    const uint8_t *a = rows, *b = rows + stride, *c = rows + 2 * (intptr_t)stride;
    if (ratio == 4)
        for (int x = 0; x < bytes; x++) line[x] = (uint16_t)(a[x] + b[x]);
    else if (ratio == 6)
        for (int x = 0; x < bytes; x++) line[x] = (uint16_t)(a[x] + b[x] + c[x]);
    else if (y % 2 == 0)
        for (int x = 0; x < bytes; x++) line[x] = (uint16_t)(2 * a[x] + b[x]);
    else
        for (int x = 0; x < bytes; x++) line[x] = (uint16_t)(b[x] + 2 * c[x]);
}

static uint8_t ninth(int sum) { return (uint8_t)((sum * 7282 + 32768) >> 16); }

static void shrink_line(const uint16_t *line, int step, int ratio, int width, uint8_t *out) {
    if (ratio == 4)
        for (int x = 0; x < width; x++)
            out[x * step] = (uint8_t)((line[2 * x * step] + line[(2 * x + 1) * step] + 2) >> 2);
    else if (ratio == 6)
        for (int x = 0; x < width; x++) {
            const uint16_t *at = line + 3 * x * step;
            out[x * step] = ninth(at[0] + at[step] + at[2 * step]);
        }
    else
        for (int x = 0; x < width; x += 2) {
            const uint16_t *at = line + 3 * (x / 2) * step;
            out[x * step] = ninth(2 * at[0] + at[step]);
            if (x + 1 < width) out[(x + 1) * step] = ninth(at[step] + 2 * at[2 * step]);
        }
}

void shrink(const uint8_t *from, int stride, int step, int ratio, int width, int height, uint8_t *to,
            uint16_t *line) {
    int bytes = (width * ratio + 1) / 2 * step;
    for (int y = 0; y < height; y++) {
        int first = ratio == 3 ? y / 2 * 3 : y * ratio / 2;
        weigh_three(from + (intptr_t)first * stride, stride, ratio, y, bytes, line);
        for (int channel = 0; channel < step; channel++)
            shrink_line(line + channel, step, ratio, width, to + (intptr_t)y * width * step + channel);
    }
}
