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

typedef int16_t Words __attribute__((vector_size(16)));
typedef int32_t Sums __attribute__((vector_size(16)));

typedef float Floats __attribute__((vector_size(16), aligned(4)));
typedef int16_t Near __attribute__((vector_size(16), aligned(2)));

/* Sums over 8 samples. They are made signed; as weights add up to ONE, each result is ONE * 32768 less. */
static Sums of_eight(const uint16_t *line, const uint16_t *weight, Words wanted) {
    Words samples = *(const Near *)line ^ INT16_MIN, weights = *(const Near *)weight & wanted;
    return __builtin_wasm_dot_s_i32x4_i16x8(samples, weights);
}

/* Four results at once, of up to 16 samples each, that lie side by side; what is read beyond them counts for
 * nothing. Returns how many there are. */
static int weigh_fours(const uint16_t *line, const Taps *across, float *out) {
    int reach = across->reach, x = 0;
    Words count = {0, 1, 2, 3, 4, 5, 6, 7}, first = count < (int16_t)reach, last = count < (int16_t)(reach - 8);
    for (; x + 4 <= across->count; x += 4) {
        Sums of[4];
        for (int i = 0; i < 4; i++) {
            const uint16_t *samples = line + across->first[x + i], *weight = across->weight + (x + i) * reach;
            of[i] = of_eight(samples, weight, first);
            if (reach > 8) of[i] += of_eight(samples + 8, weight + 8, last);
        }
        Sums ab = __builtin_shufflevector(of[0], of[1], 0, 4, 1, 5) + __builtin_shufflevector(of[0], of[1], 2, 6, 3, 7);
        Sums cd = __builtin_shufflevector(of[2], of[3], 0, 4, 1, 5) + __builtin_shufflevector(of[2], of[3], 2, 6, 3, 7);
        Sums sum = __builtin_shufflevector(ab, cd, 0, 1, 4, 5) + __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
        sum += ONE * 32768;
        *(Floats *)(out + x) = __builtin_convertvector(sum, Floats) * (1.f / (ONE * 256.f));
    }
    return x;
}

void weigh_line(const uint16_t *line, int step, const Taps *across, float *out) {
    int reach = across->reach, x = step == 1 && reach <= 16 ? weigh_fours(line, across, out) : 0;
    const uint16_t *weight = across->weight + x * reach;
    for (; x < across->count; x++, weight += reach) {
        const uint16_t *sample = line + across->first[x] * step;
        uint32_t sum = 0;
        for (int k = 0; k < reach; k++) sum += (uint32_t)weight[k] * sample[k * step];
        out[x] = (float)sum * (1.f / (ONE * 256.f));
    }
}

/* Four results at once, of 2 samples each: no compiler sees this by itself. The samples are signed here, so they have
 * 7 bits below the byte. */
static Sums of_pairs(const uint16_t *line, const int32_t *first, const uint16_t *weight) {
    int32_t pair[4];
    Words weights;
    for (int i = 0; i < 4; i++) __builtin_memcpy(&pair[i], line + first[i], 4);
    __builtin_memcpy(&weights, weight, 16);
    Sums pairs = {pair[0], pair[1], pair[2], pair[3]};
    return __builtin_wasm_dot_s_i32x4_i16x8((Words)pairs, weights);
}

/* Of a reach that is known the compiler makes straight code. */
static inline __attribute__((always_inline)) void weigh(const uint16_t *line, const Taps *across, int reach,
                                                        int x, uint8_t *out) {
    const uint16_t *weight = across->weight + x * reach;
    for (; x < across->count; x++, weight += reach) {
        const uint16_t *sample = line + across->first[x];
        uint32_t sum = ONE * 64;
        for (int k = 0; k < reach; k++) sum += (uint32_t)weight[k] * sample[k];
        out[x] = (uint8_t)(sum >> 21);
    }
}

void weigh_bytes(uint16_t *line, int width, const Taps *across, uint8_t *out) {
    for (int i = 0; i < width; i++) line[i] >>= 1;
    int x = 0;
    if (across->reach == 2)
        for (; x + 4 <= across->count; x += 4) {
            Sums sums = of_pairs(line, across->first + x, across->weight + x * 2);
            for (int i = 0; i < 4; i++) out[x + i] = (uint8_t)((sums[i] + ONE * 64) >> 21);
        }
    if (across->reach == 4)
        weigh(line, across, 4, x, out);
    else
        weigh(line, across, across->reach, x, out);
}
