/* Pictures made smaller, or larger: bilinear interpolation, averaged over as much of a new pixel's width as
 * exceeds one old pixel. At equal size that is the picture itself; at half size, the mean of each 2x2. */
#include "steps.h"

/* The integral of the tent max(0, 1 - |t|) up to t. */
static float tent_below(float t) {
    if (t <= -1) return 0;
    if (t >= 1) return 1;
    return t < 0 ? (1 + t) * (1 + t) / 2 : 1 - (1 - t) * (1 - t) / 2;
}

static float tent(float t) {
    float height = 1 - (t < 0 ? -t : t);
    return height > 0 ? height : 0;
}

static int reach_of(float scale) { return scale > 1 ? (int)scale + 3 : 2; }

static int floor_of(float value) {
    int whole = (int)value;
    return (float)whole > value ? whole - 1 : whole;
}

uint32_t taps_bytes(int count, float scale) { return (uint32_t)count * (4 + 2 * (uint32_t)reach_of(scale)); }

void make_taps(Taps *taps, void *memory, int count, float from, float span, int length) {
    float scale = span / (float)count;
    float excess = scale > 1.01f ? scale - 1 : 0;
    int reach = reach_of(scale);
    taps->count = count;
    taps->reach = reach < length ? reach : length;
    taps->first = memory;
    taps->weight = (uint16_t *)(taps->first + count);
    for (int i = 0; i < count; i++) {
        float centre = from + ((float)i + .5f) * scale - .5f;
        float low = centre - excess / 2, high = centre + excess / 2;
        int start = floor_of(low), first = clamp(start, 0, length - taps->reach);
        uint16_t *weight = taps->weight + i * taps->reach;
        taps->first[i] = first;
        for (int k = 0; k < taps->reach; k++) weight[k] = 0;
        /* Rounding the sums, not the weights, makes the weights add up. Beyond the edges the edge goes on. */
        float sum = 0;
        int given = 0, last = floor_of(high) + 1;
        for (int j = start; j <= last; j++) {
            sum += excess > 0 ? (tent_below(high - (float)j) - tent_below(low - (float)j)) / excess
                              : tent(centre - (float)j);
            int upto = j == last ? ONE : clamp((int)(sum * ONE + .5f), given, ONE);
            weight[clamp(j - first, 0, taps->reach - 1)] += (uint16_t)(upto - given);
            given = upto;
        }
    }
}

void weigh_rows(const uint8_t *rows, int stride, const Taps *down, int y, uint16_t *line, int width) {
    const uint16_t *weight = down->weight + y * down->reach;
    const uint8_t *row = rows + (intptr_t)down->first[y] * stride;
    int sum = 0, given = 0;
    int begun = 0;
    for (int k = 0; k < down->reach; k++, row += stride) {
        sum += weight[k];
        /* 8 bits of weight leave room for 8 bits of sample in 16. */
        uint16_t part = (uint16_t)(((sum + 32) >> 6) - given);
        given += part;
        if (part == 0) continue;
        if (begun)
            for (int x = 0; x < width; x++) line[x] = (uint16_t)(line[x] + row[x] * part);
        else
            for (int x = 0; x < width; x++) line[x] = (uint16_t)(row[x] * part);
        begun = 1;
    }
}

void weigh_line(const uint16_t *line, int step, const Taps *across, float *out) {
    int reach = across->reach;
    const uint16_t *weight = across->weight;
    for (int x = 0; x < across->count; x++, weight += reach) {
        const uint16_t *sample = line + across->first[x] * step;
        uint32_t sum = 0;
        for (int k = 0; k < reach; k++) sum += (uint32_t)weight[k] * sample[k * step];
        out[x] = (float)sum * (1.f / (ONE * 256.f));
    }
}
