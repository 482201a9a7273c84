/* The person over the background. Most of a picture is one or the other, and costs little: it is looked through in
 * blocks, and each run of blocks in which the same is to be seen is put at once. */
#include "steps.h"

#define BLOCK 16
/* Rows over which the lower edge of the camera's picture fades, and the shadow below it: parts of the output's height. */
#define SOFT_EDGE 24
#define SOFT_SHADOW 12

static uint32_t even(uint32_t bytes) { return (bytes + 15) & ~15u; }

static int blocks_of(int width) { return (width + BLOCK - 1) / BLOCK; }

uint32_t blender_bytes(int width, int small_width, int small_height) {
    uint32_t row = even((uint32_t)width * 2), cells = (uint32_t)(small_width * small_height);
    return even(enlarger_bytes(width)) + even(enlarger_bytes(chroma(width))) + 8 * row +
           2 * even((uint32_t)width * 4) + even((uint32_t)small_width * 2) + even(cells) +
           even((uint32_t)blocks_of(width));
}

static void *take(uint8_t **memory, uint32_t bytes) {
    void *at = *memory;
    *memory += even(bytes);
    return at;
}

void make_blender(Blender *blender, void *memory, int width, int small_width, int small_height, float across,
                  float down) {
    uint8_t *at = memory;
    uint32_t row = (uint32_t)width * 2;
    blender->small_width = small_width;
    blender->small_height = small_height;
    make_enlarger(&blender->luma, take(&at, enlarger_bytes(width)), width, small_width, small_height, across, down);
    make_enlarger(&blender->colour, take(&at, enlarger_bytes(chroma(width))), chroma(width), small_width,
                  small_height, 2 * across, 2 * down);
    for (int i = 0; i < 2; i++) {
        blender->alpha[i] = take(&at, row);
        blender->faded[i] = take(&at, row);
    }
    blender->half_alpha = take(&at, row);
    blender->half_weight = take(&at, row);
    blender->shine = take(&at, row);
    blender->large = take(&at, row);
    blender->person = take(&at, (uint32_t)width * 4);
    blender->behind = take(&at, (uint32_t)width * 4);
    blender->line = take(&at, (uint32_t)small_width * 2);
    blender->falls = take(&at, (uint32_t)(small_width * small_height));
    blender->fallen = take(&at, (uint32_t)blocks_of(width));
}

static void see_where_light_falls(Blender *blender, const Scene *scene) {
    int cells = blender->small_width * blender->small_height;
    uint8_t *restrict falls = blender->falls;
    for (int i = 0; i < cells; i++) falls[i] = 0;
    if (scene->glow) {
        const int16_t *restrict y = scene->glow, *restrict u = y + cells, *restrict v = u + cells;
        for (int i = 0; i < cells; i++) falls[i] = y[i] | u[i] | v[i] ? LIT : 0;
    }
    if (scene->shadow) {
        const int16_t *restrict shadow = scene->shadow;
        for (int i = 0; i < cells; i++) falls[i] |= shadow[i] ? SHADED : 0;
    }
}

/* What falls on the blocks of the rows of a pair. */
static void look_at_cells(Blender *blender, int top, int bottom, int width) {
    for (int x = 0; x < width; x += BLOCK) {
        int last = x + BLOCK < width ? x + BLOCK - 1 : width - 1, found = 0;
        for (int row = top; row <= bottom; row++) {
            const uint8_t *cell = blender->falls + row * blender->small_width;
            for (int i = blender->luma.first[x]; i <= blender->luma.first[last] + 1; i++) found |= cell[i];
        }
        blender->fallen[x / BLOCK] = (uint8_t)found;
    }
}

static int flags_of(const int16_t *restrict above, const int16_t *restrict below, int count, int falls) {
    int16_t any = 0, all = 256;
    for (int x = 0; x < count; x++) {
        any |= above[x] | below[x];
        all &= above[x] & below[x];
    }
    if (!any) return BEHIND | (falls & SHADED);
    return all == 256 ? PERSON | (falls & LIT) : PERSON | BEHIND | falls;
}

/* How much of the camera's picture is shown in a row: 256 but near its lower edge, where that is seen. */
static int shown(int y, int bottom, int height) {
    if (bottom >= height) return 256;
    float part = clampf((float)(bottom - y) * SOFT_EDGE / (float)height, 0, 1);
    return (int)(part * part * (3 - 2 * part) * 256 + .5f);
}

static const int16_t *faded(Blender *blender, int i, int part, int width) {
    if (part == 256) return blender->alpha[i];
    const int16_t *restrict alpha = blender->alpha[i];
    int16_t *restrict out = blender->faded[i];
    for (int x = 0; x < width; x++) out[x] = (int16_t)((alpha[x] * part) >> 8);
    return out;
}

void blend(Blender *blender, const Scene *scene, const Picture *frame, const Picture *background, Refiner *matte,
           const Picture *out) {
    int width = frame->width, height = frame->height, full = frame->range == FULL;
    Pair pair = {.frame = frame, .background = background, .out = out, .scene = scene,
                 .black = full ? 0 : 16, .range = full ? 1 / 255.f : 1 / 219.f};
    int top = -1, bottom = -1;
    see_where_light_falls(blender, scene);
    for (int y = 0; y < height; y += 2) {
        pair.y = y;
        pair.rows = y + 1 < height ? 2 : 1;
        pair.shade = clampf(1 - (float)(y - scene->bottom) * SOFT_SHADOW / (float)height, 0, 1);
        for (int i = 0; i < pair.rows; i++) {
            refined_row(matte, frame, y + i, blender->alpha[i]);
            pair.weight[i] = faded(blender, i, shown(y + i, scene->bottom, height), width);
        }
        int first = enlarged_from(&blender->luma, y);
        int last = enlarged_from(&blender->luma, y + pair.rows - 1) + 1;
        if (first != top || last != bottom) look_at_cells(blender, first, last, width);
        top = first;
        bottom = last;
        int from = 0, flags = 0;
        for (int x = 0; x < width; x += BLOCK) {
            int here = flags_of(pair.weight[0] + x, pair.weight[pair.rows - 1] + x,
                                x + BLOCK < width ? BLOCK : width - x, blender->fallen[x / BLOCK]);
            if (x > 0 && here != flags) {
                put_run(blender, &pair, flags, from, x - from);
                from = x;
            }
            flags = here;
        }
        put_run(blender, &pair, flags, from, width - from);
    }
}
