/* The person over the background. Most of a picture is one or the other, and costs little: it is looked
 * through in blocks, and each run of blocks in which the same is to be seen is put at once. */
#include "steps.h"

#define SPANS 12

static void *take(uint8_t **memory, uint32_t bytes) {
    void *at = *memory;
    *memory += even(bytes);
    return at;
}

/* Where everything lies; gives the end. */
static uint8_t *arrange(Blender *blender, void *memory, int width, int small_width, int small_height) {
    uint8_t *at = memory;
    uint32_t row = (uint32_t)width * 2;
    for (int i = 0; i < 2; i++) {
        blender->alpha[i] = take(&at, row);
        blender->faded[i] = take(&at, row);
    }
    blender->half_alpha = take(&at, row);
    blender->half_weight = take(&at, row);
    blender->shine = take(&at, row);
    for (int i = 0; i < 3; i++) {
        blender->near[i] = take(&at, row);
        blender->room[i] = take(&at, row);
        blender->falling[i] = take(&at, row);
        if (i < 2) blender->dark[i] = take(&at, row);
    }
    blender->open = take(&at, row);
    blender->most = take(&at, row);
    blender->sure = take(&at, row);
    blender->person = take(&at, (uint32_t)width * 4);
    blender->behind = take(&at, (uint32_t)width * 4);
    blender->falls = take(&at, (uint32_t)(small_width * small_height));
    blender->fallen = take(&at, (uint32_t)(width + BLOCK - 1) / BLOCK);
    return at;
}

/* Of luma at first, then of chroma. */
static int all_spans(Blender *blender, Spans *all[]) {
    int count = 0;
    for (int plane = 0; plane < 3; plane++) {
        all[count++] = &blender->person_colour[plane];
        all[count++] = &blender->room_colour[plane];
        all[count++] = &blender->glow[plane];
        if (plane < 2) all[count++] = &blender->shadow[plane];
    }
    all[count++] = &blender->rim;
    return count;
}

uint32_t blender_bytes(int width, int small_width, int small_height) {
    Blender none;
    return (uint32_t)(uintptr_t)arrange(&none, 0, width, small_width, small_height) +
           even(enlarger_bytes(width)) + even(enlarger_bytes(chroma(width))) + SPANS * even(spans_bytes(width));
}

void make_blender(Blender *blender, void *memory, int width, int small_width, int small_height,
                  const Placement *placement) {
    uint8_t *at = arrange(blender, memory, width, small_width, small_height);
    blender->small_width = small_width;
    blender->small_height = small_height;
    make_enlarger(&blender->luma, take(&at, enlarger_bytes(width)), width, small_width, small_height, placement,
                  1);
    make_enlarger(&blender->colour, take(&at, enlarger_bytes(chroma(width))), chroma(width), small_width,
                  small_height, placement, 2);
    /* Rows of it are pairs of rows too. */
    blender->luma.top = blender->colour.top;
    blender->luma.down = blender->colour.down;
    Spans *all[SPANS];
    int count = all_spans(blender, all);
    for (int i = 0; i < count; i++)
        make_spans(all[i], take(&at, spans_bytes(width)), i < 4 ? &blender->luma : &blender->colour);
}

static void begin(Blender *blender, const Scene *scene) {
    int cells = blender->small_width * blender->small_height;
    begin_spans(&blender->rim, scene->rim);
    for (int i = 0; i < 3; i++) {
        begin_spans(&blender->person_colour[i], scene->colours + i * cells);
        begin_spans(&blender->room_colour[i], scene->colours + (3 + i) * cells);
        if (scene->glow) begin_spans(&blender->glow[i], scene->glow + i * cells);
        if (scene->shadow && i < 2) begin_spans(&blender->shadow[i], scene->shadow);
    }
}

static void see_where_light_falls(Blender *blender, const Scene *scene) {
    int cells = blender->small_width * blender->small_height;
    int rim = scene->glow || scene->despill > 0 ? RIM : 0;
    uint8_t *restrict falls = blender->falls;
    for (int i = 0; i < cells; i++) falls[i] = (uint8_t)(scene->rim[i] ? rim : 0);
    if (!scene->shadow) return;
    for (int i = 0; i < cells; i++) falls[i] |= scene->shadow[i] ? SHADED : 0;
}

/* What falls on the blocks of the rows of a pair. */
static void look_at_cells(Blender *blender, int top, int bottom, int width) {
    for (int x = 0; x < width; x += BLOCK) {
        int end = x + BLOCK < width ? x + BLOCK - 1 : width - 1;
        int left = blender->luma.first[x], right = blender->luma.first[end];
        int first = left < right ? left : right, last = left < right ? right : left, found = 0;
        for (int row = top; row <= bottom; row++) {
            const uint8_t *cell = blender->falls + row * blender->small_width;
            for (int i = first; i <= last + 1; i++) found |= cell[i];
        }
        blender->fallen[x / BLOCK] = (uint8_t)found;
    }
}

typedef int16_t Eight __attribute__((vector_size(16), aligned(2)));

static int flags_of(const int16_t *above, const int16_t *below, int count, int falls) {
    int any = 0, all = 256;
    if (count == BLOCK) {
        const Eight *a = (const void *)above, *b = (const void *)below;
        Eight most = a[0] | a[1] | b[0] | b[1], least = a[0] & a[1] & b[0] & b[1];
        typedef int64_t Two __attribute__((vector_size(16)));
        Two seen = (Two)most, full = (Two)(least == 256);
        any = (seen[0] | seen[1]) != 0;
        all = (full[0] & full[1]) == -1 ? 256 : 0;
    } else {
        for (int x = 0; x < count; x++) {
            any |= above[x] | below[x];
            all &= above[x] & below[x];
        }
    }
    if (!any) return BEHIND | (falls & SHADED);
    return all == 256 ? PERSON | (falls & RIM) : PERSON | BEHIND | falls;
}

/* Alpha where the camera's picture is, softly. */
static const int16_t *placed(Blender *blender, const Placer *placer, int y, int i, int width) {
    if (placer->identity) return blender->alpha[i];
    for (int x = 0; x < width; x++) blender->faded[i][x] = blender->alpha[i][x];
    place_row(placer, y, blender->faded[i], width);
    return blender->faded[i];
}

static void alpha_row(const int16_t *restrict weight, uint8_t *restrict out, int width) {
    for (int x = 0; x < width; x++) out[x] = (uint8_t)((uint16_t)(weight[x] * 255 + 128) >> 8);
}

/* What is done for one block of a run is done for all: fewer and longer runs cost less. */
static int blended(int flags) { return flags & PERSON && flags != PERSON; }

void blend(Blender *blender, const Scene *scene, const Picture *frame, const Picture *background,
           Refiner *matte, const Picture *out) {
    int width = frame->width, height = frame->height, full = frame->range == FULL;
    Pair pair = {.frame = frame, .background = background, .out = out, .scene = scene,
                 .black = full ? 0 : 16, .range = full ? 1 / 255.f : 1 / 219.f};
    int top = -1;
    begin(blender, scene);
    see_where_light_falls(blender, scene);
    for (int y = 0; y < height; y += 2) {
        pair.y = y;
        pair.rows = y + 1 < height ? 2 : 1;
        for (int i = 0; i < pair.rows; i++) {
            if (scene->screen)
                key_row(scene->screen, width, y + i, blender->alpha[i]);
            else
                refined_row(matte, frame, y + i, blender->alpha[i]);
            pair.weight[i] = placed(blender, scene->placer, y + i, i, width);
            if (scene->alpha) alpha_row(pair.weight[i], scene->alpha + (intptr_t)(y + i) * width, width);
        }
        int part, first = row_below(&blender->luma, y / 2, &part);
        if (first != top) look_at_cells(blender, first, first + 1, width);
        top = first;
        int from = 0, flags = 0;
        for (int x = 0; x < width; x += BLOCK) {
            const int16_t *above = pair.weight[0] + x, *below = pair.weight[pair.rows - 1] + x;
            int falls = blender->fallen[x / BLOCK];
            /* A count that is known is a loop that can be vectorised. */
            int here = x + BLOCK <= width ? flags_of(above, below, BLOCK, falls)
                                          : flags_of(above, below, width - x, falls);
            if (x == 0 || (blended(flags) && blended(here))) {
                flags |= here;
            } else if (here != flags) {
                put_run(blender, &pair, flags, from, x - from);
                from = x;
                flags = here;
            }
        }
        put_run(blender, &pair, flags, from, width - from);
    }
}
