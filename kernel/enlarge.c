/* A small plane at the size of the frame, row by row, bilinear. Rows are widened once for each row of the
 * small plane and only mixed for each row of the frame. */
#include "steps.h"

typedef int16_t Eight __attribute__((vector_size(16), aligned(2)));
typedef int8_t Bytes __attribute__((vector_size(16), aligned(2)));
typedef int32_t Sums __attribute__((vector_size(16)));

static int eights(int width) { return (width + 7) / 8; }

uint32_t enlarger_bytes(int width) { return (uint32_t)eights(width) * 8 * 19; }

void make_enlarger(Enlarger *enlarger, void *memory, int width, int small_width, int small_height,
                   const Placement *placement, int step) {
    enlarger->small_width = small_width;
    enlarger->small_height = small_height;
    enlarger->width = width;
    float across = placement->across * (float)(step * small_width);
    float left = placement->x * (float)small_width;
    enlarger->top = placement->y * (float)small_height;
    enlarger->down = placement->down * (float)(step * small_height);
    int padded = 8 * eights(width);
    enlarger->bytes = memory;
    enlarger->weights = (int16_t *)(enlarger->bytes + 4 * padded);
    enlarger->first = (int32_t *)(enlarger->weights + 2 * padded);
    enlarger->start = enlarger->first + padded;
    enlarger->above = (int16_t *)(enlarger->start + padded / 4);
    enlarger->below = enlarger->above + padded;
    enlarger->part = (uint16_t *)(enlarger->below + padded);
    for (int x = 0; x < padded; x++) {
        float pixel = (float)(x < width ? x : width - 1) + .5f;
        float place = clampf(left + pixel * across - .5f, 0, (float)(small_width - 1));
        int first = clamp((int)place, 0, small_width - 2);
        enlarger->first[x] = first;
        enlarger->part[x] = (uint16_t)((place - (float)first) * 256 + .5f);
    }
    enlarger->together = 1;
    for (int x = 0; x < padded; x++) {
        const int32_t *first = enlarger->first + x / 4 * 4;
        int start = first[0] < first[3] ? first[0] : first[3], offset = 2 * (enlarger->first[x] - start);
        enlarger->start[x / 4] = start;
        if (offset > 12) enlarger->together = 0;
        for (int i = 0; i < 4; i++) enlarger->bytes[4 * x + i] = (uint8_t)(offset + i);
        enlarger->weights[2 * x] = (int16_t)(256 - enlarger->part[x]);
        enlarger->weights[2 * x + 1] = (int16_t)enlarger->part[x];
    }
}

static Sums four(const Enlarger *enlarger, const int16_t *small, int x) {
    Bytes sources = *(const Bytes *)(small + enlarger->start[x / 4]);
    Eight pairs = (Eight)__builtin_wasm_swizzle_i8x16(sources, *(const Bytes *)(enlarger->bytes + 4 * x));
    return (__builtin_wasm_dot_s_i32x4_i16x8(pairs, *(const Eight *)(enlarger->weights + 2 * x)) + 128) >> 8;
}

void widen(const Enlarger *enlarger, const int16_t *small, int from, int to, int16_t *out) {
    if (enlarger->together) {
        for (int x = from / 8 * 8; x < to; x += 8)
            *(Eight *)(out + x) =
                __builtin_wasm_narrow_s_i16x8_i32x4(four(enlarger, small, x), four(enlarger, small, x + 4));
        return;
    }
    const int32_t *first = enlarger->first;
    const uint16_t *part = enlarger->part;
    for (int x = from; x < to; x++) {
        const int16_t *sample = small + first[x];
        out[x] = (int16_t)(sample[0] + (((sample[1] - sample[0]) * part[x] + 128) >> 8));
    }
}

int row_below(const Enlarger *enlarger, int y, int *part) {
    float place = clampf(enlarger->top + ((float)y + .5f) * enlarger->down - .5f, 0,
                         (float)(enlarger->small_height - 1));
    int first = clamp((int)place, 0, enlarger->small_height - 2);
    *part = (int)((place - (float)first) * 256 + .5f);
    return first;
}

static void widen_all(const Enlarger *enlarger, int y, int16_t *out) {
    widen(enlarger, enlarger->small + y * enlarger->small_width, 0, enlarger->width, out);
}

void enlarge(Enlarger *enlarger, const int16_t *small) {
    enlarger->small = small;
    enlarger->row = -2;
}

static int blocks_of(int width) { return (width + BLOCK - 1) / BLOCK; }

uint32_t spans_bytes(int width) { return (uint32_t)blocks_of(width) * (BLOCK * 4 + 4) + 16; }

void make_spans(Spans *spans, void *memory, const Enlarger *enlarger) {
    int blocks = blocks_of(enlarger->width);
    spans->enlarger = enlarger;
    for (int i = 0; i < 2; i++) {
        spans->row[i] = (int16_t *)memory + i * blocks * BLOCK;
        spans->held[i] = (int16_t *)memory + 2 * blocks * BLOCK + i * blocks;
    }
}

void begin_spans(Spans *spans, const int16_t *small) {
    spans->small = small;
    for (int i = 0; i < blocks_of(spans->enlarger->width); i++) spans->held[0][i] = spans->held[1][i] = -1;
}

/* A row of the small plane is widened block by block, where a span wants it, and kept for the rows to come.
 * */
static const int16_t *widened(Spans *spans, int y, int from, int to) {
    const Enlarger *enlarger = spans->enlarger;
    int16_t *row = spans->row[y & 1], *held = spans->held[y & 1];
    for (int block = from / BLOCK; block <= (to - 1) / BLOCK; block++) {
        if (held[block] == y) continue;
        held[block] = (int16_t)y;
        int end = (block + 1) * BLOCK < enlarger->width ? (block + 1) * BLOCK : enlarger->width;
        widen(enlarger, spans->small + y * enlarger->small_width, block * BLOCK, end, row);
    }
    return row;
}

void enlarged_span(Spans *spans, int y, int from, int to, int16_t *span) {
    int whole, first = row_below(spans->enlarger, y, &whole);
    const int16_t *above = widened(spans, first, from, to) + from;
    const int16_t *below = widened(spans, first + 1, from, to) + from;
    if (whole == 256) above = below; /* a factor of 1 is more than 15 bits have */
    int16_t part = (int16_t)((whole & 255) << 7);
    for (int x = 0; x < to - from; x += 8) {
        Eight a = *(const Eight *)(above + x), b = *(const Eight *)(below + x), none = {0};
        *(Eight *)(span + x) = a + (Eight)__builtin_wasm_q15mulr_sat_s_i16x8(b - a, none + part);
    }
}

void enlarged_row(Enlarger *enlarger, int y, int16_t *row) {
    int part, first = row_below(enlarger, y, &part);
    if (first != enlarger->row) {
        if (first == enlarger->row + 1) {
            int16_t *spare = enlarger->above;
            enlarger->above = enlarger->below;
            enlarger->below = spare;
        } else {
            widen_all(enlarger, first, enlarger->above);
        }
        widen_all(enlarger, first + 1, enlarger->below);
        enlarger->row = first;
    }
    const int16_t *restrict above = enlarger->above, *restrict below = enlarger->below;
    int16_t *restrict out = row;
    for (int x = 0; x < enlarger->width; x++)
        out[x] = (int16_t)(above[x] + (((below[x] - above[x]) * part + 128) >> 8));
}
