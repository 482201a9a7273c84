/* The matte at the size of the frame: alpha as a function of colour is made at the model's size, enlarged where alpha
 * is unsure, and applied to the frame's own pixels, row by row. */
#include "steps.h"

/* A regression flattens what it fits: alphas of up to a tenth are taken for 0, and likewise for 1. What is left is
 * stretched by 5 / 4; WHOLE is what 1 is before that. */
#define WHOLE (ALPHA << 8)

uint32_t refiner_bytes(int width, int small_width, int small_height) {
    uint32_t count = (uint32_t)(small_width * small_height), blocks = (uint32_t)(small_width + 3) / 4;
    return even(enlarger_bytes(width)) + guided_bytes(small_width, small_height) + even(count * 4) +
           even(count * 8) + 10 * even((uint32_t)width * 2 + 32) + even(blocks * 8) + even(blocks * 8);
}

void make_refiner(Refiner *refiner, void *memory, int width, int small_width, int small_height,
                  const Placement *placement) {
    uint8_t *at = memory;
    uint32_t count = (uint32_t)(small_width * small_height);
    Enlarger *larger = &refiner->larger;
    make_enlarger(larger, at, width, small_width, small_height, placement, 1);
    at += even(enlarger_bytes(width));
    make_guided(&refiner->guided, at, small_width, small_height);
    at += guided_bytes(small_width, small_height);
    refiner->alpha = (float *)at;
    at += even(count * 4);
    refiner->planes = (int16_t *)at;
    at += even(count * 8);
    int16_t **rows[] = {&refiner->above[0], &refiner->above[1], &refiner->above[2], &refiner->above[3],
                        &refiner->below[0], &refiner->below[1], &refiner->below[2], &refiner->below[3],
                        &refiner->u,        &refiner->v};
    for (int i = 0; i < 10; i++) {
        *rows[i] = (int16_t *)at;
        at += even((uint32_t)width * 2 + 32);
    }
    int blocks = refiner->guided.blocks;
    refiner->edge = (int32_t *)at;
    refiner->span = (int32_t *)(at + even((uint32_t)blocks * 8));
    /* Which pixels each block covers: from edge[2 * block] up to edge[2 * block + 1]. */
    for (int i = 0; i < 2 * blocks; i++) refiner->edge[i] = 0;
    for (int x = width - 1; x >= 0; x--) {
        int32_t *edge = refiner->edge + larger->first[x] / 4 * 2;
        if (edge[1] == 0) edge[1] = x + 1;
        edge[0] = x;
    }
    refiner->row = -1;
}

void refine(Refiner *refiner, const float *matte, const Thumbnail *picture) {
    level(matte, refiner->alpha, picture->width * picture->height);
    guide(&refiner->guided, refiner->alpha, picture->y, picture->u, picture->v, refiner->planes);
    refiner->row = -1;
}

/* Make ready for the rows of the frame between two rows of the small planes. */
static void between(Refiner *refiner, int row) {
    const Guided *guided = &refiner->guided;
    int blocks = guided->blocks, width = guided->width, plane = width * guided->height;
    const uint8_t *unsure = guided->unsure + row * blocks;
    int32_t *span = refiner->span;
    int spans = 0, open = 0;
    for (int block = 0; block < blocks; block++) {
        /* The last pixel of a block mixes with the first of the next. */
        int next = block + 1 < blocks ? block + 1 : block;
        int counts = unsure[block] | unsure[next] | unsure[blocks + block] | unsure[blocks + next];
        int from = refiner->edge[2 * block], to = refiner->edge[2 * block + 1];
        if (to == from) continue;
        if (counts && open) {
            /* A mirrored frame has its blocks from right to left. */
            if (from < span[2 * spans - 2]) span[2 * spans - 2] = from;
            if (to > span[2 * spans - 1]) span[2 * spans - 1] = to;
        } else if (counts) {
            span[2 * spans++] = from;
            span[2 * spans - 1] = to;
        }
        open = counts;
    }
    refiner->spans = spans;
    for (int i = 0; i < spans; i++)
        for (int k = 0; k < 4; k++) {
            const int16_t *small = refiner->planes + k * plane + row * width;
            widen(&refiner->larger, small, span[2 * i], span[2 * i + 1], refiner->above[k]);
            widen(&refiner->larger, small + width, span[2 * i], span[2 * i + 1], refiner->below[k]);
        }
    refiner->row = row;
}

typedef int16_t Eight __attribute__((vector_size(16), aligned(2)));
typedef int32_t Sums __attribute__((vector_size(16)));
typedef uint8_t Codes __attribute__((vector_size(8), aligned(1)));

static Eight at(const int16_t *samples) { return *(const Eight *)samples; }
static Eight low(Eight a, Eight b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
static Eight high(Eight a, Eight b) { return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
static Sums dot(Eight a, Eight b) { return __builtin_wasm_dot_s_i32x4_i16x8(a, b); }
static Eight narrow(Sums a, Sums b) { return __builtin_wasm_narrow_s_i16x8_i32x4(a, b); }

/* Chroma for pixels `from` to `to` and some after them, each sample for two. */
static void repeat(const uint8_t *samples, int step, int from, int to, int16_t *out) {
    for (int x = from / 2; x < (to + 1) / 2; x += 8) {
        Eight codes;
        if (step == 1)
            codes = __builtin_convertvector(*(const Codes *)(samples + x), Eight);
        else
            codes = at((const void *)(samples + 2 * x)) & 255;
        codes -= 128;
        *(Eight *)(out + 2 * x) = low(codes, codes);
        *(Eight *)(out + 2 * x + 8) = high(codes, codes);
    }
}

/* Between two rows. Coefficients have less than 15 bits: a regression's are below .5 / (2 * sqrt(FLATNESS)). */
static Eight between_rows(const int16_t *above, const int16_t *below, Eight parts) {
    Eight a = at(above), b = at(below);
    return narrow(dot(low(a, b), parts) >> 8, dot(high(a, b), parts) >> 8);
}

static Sums as_alpha(Sums rest, Sums colour) {
    Sums sum = rest + (colour << (8 - COEFFICIENT_BITS));
    return (sum + (sum >> 2) - WHOLE / 8 + WHOLE / 512) >> 11;
}

static void apply(const Refiner *refiner, const uint8_t *luma, int part, int from, int end, int16_t *row) {
    int16_t *const *above = refiner->above, *const *below = refiner->below;
    int16_t one = (int16_t)(256 - part), other = (int16_t)part;
    Eight parts = {one, other, one, other, one, other, one, other}, none = {0};
    for (int x = from; x < end; x += 8) {
        Eight of_y = between_rows(above[0] + x, below[0] + x, parts);
        Eight of_u = between_rows(above[1] + x, below[1] + x, parts);
        Eight of_v = between_rows(above[2] + x, below[2] + x, parts);
        Eight r0 = at(above[3] + x), r1 = at(below[3] + x);
        Eight y = __builtin_convertvector(*(const Codes *)(luma + x), Eight) - 128;
        Eight u = at(refiner->u + x), v = at(refiner->v + x);
        Sums first = dot(low(of_y, of_u), low(y, u)) + dot(low(of_v, none), low(v, none));
        Sums last = dot(high(of_y, of_u), high(y, u)) + dot(high(of_v, none), high(v, none));
        Eight alpha = narrow(as_alpha(dot(low(r0, r1), parts), first), as_alpha(dot(high(r0, r1), parts), last));
        alpha &= alpha > 0;
        alpha -= (alpha - 256) & (alpha > 256);
        if (x + 8 <= end)
            *(Eight *)(row + x) = alpha;
        else
            for (int i = 0; x + i < end; i++) row[x + i] = alpha[i];
    }
}

/* Where colour says nothing alpha is 0 or 1. Blocks that are alike are put at once. */
static void put_sure(const Refiner *refiner, const int16_t *rest, int16_t *row) {
    int blocks = refiner->guided.blocks;
    for (int block = 0; block < blocks;) {
        int person = rest[4 * block] > ALPHA / 2, from = INT32_MAX, to = 0;
        for (; block < blocks && (rest[4 * block] > ALPHA / 2) == person; block++) {
            const int32_t *edge = refiner->edge + 2 * block;
            if (edge[1] && edge[0] < from) from = edge[0];
            if (edge[1] > to) to = edge[1];
        }
        int16_t sure = person ? 256 : 0;
        for (int x = from; x < to; x++) row[x] = sure;
    }
}

void refined_row(Refiner *refiner, const Picture *camera, int y, int16_t *row) {
    int part, small = row_below(&refiner->larger, y, &part);
    if (small != refiner->row) between(refiner, small);
    const Guided *guided = &refiner->guided;
    put_sure(refiner, refiner->planes + (3 * guided->height + small) * guided->width, row);
    const uint8_t *luma = camera->y + (intptr_t)y * camera->y_stride;
    intptr_t start = (intptr_t)(y / 2) * camera->c_stride;
    int step = chroma_step(camera);
    for (int i = 0; i < refiner->spans; i++) {
        int from = refiner->span[2 * i], end = refiner->span[2 * i + 1];
        repeat(camera->u + start, step, from, end, refiner->u);
        repeat(camera->v + start, step, from, end, refiner->v);
        apply(refiner, luma, part, from, end, row);
    }
}
