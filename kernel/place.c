/* The person larger or smaller, moved, mirrored: the camera's picture as the look places it in the output. Its lower edge
 * stays where it is when it is scaled, because people do not float. */
#include "steps.h"

/* How much of the picture's size fades out at an edge that is inside the output. */
#define FADE .05f

static float size_of(float scale) { return clampf(scale, .2f, 3); }

/* To whole pairs of pixels, so that what is only moved is not resampled. */
static float whole_pairs(float move, int size) {
    int pairs = (int)(clampf(move, -1, 1) * (float)size * .5f + (move < 0 ? -.5f : .5f));
    return (float)(2 * pairs);
}

void placement_of(const Look *look, int width, int height, Placement *placement) {
    float size = size_of(look->scale), moved = whole_pairs(look->x, width) / (float)width;
    placement->across = 1 / (size * (float)width);
    placement->x = .5f + (-.5f - moved) / size;
    if (look->mirror >= .5f) {
        placement->x = 1 - placement->x;
        placement->across = -placement->across;
    }
    placement->down = 1 / (size * (float)height);
    placement->y = 1 + (-1 - whole_pairs(look->y, height) / (float)height) / size;
}

static uint32_t even(uint32_t bytes) { return (bytes + 15) & ~15u; }

/* The most that a look can ask for: five samples of the camera for one of the output. */
static uint32_t most_taps(int count) { return even(taps_bytes(count, 5.1f)); }

uint32_t placer_bytes(int width, int height) {
    return most_taps(width) + most_taps(height) + most_taps(chroma(width)) + most_taps(chroma(height)) +
           even((uint32_t)width * 2 + 4) + even((uint32_t)width * 2) + even((uint32_t)height * 2);
}

static void reverse(Taps *taps) {
    for (int i = 0, j = taps->count - 1; i < j; i++, j--) {
        int32_t first = taps->first[i];
        taps->first[i] = taps->first[j];
        taps->first[j] = first;
        for (int k = 0; k < taps->reach; k++) {
            uint16_t weight = taps->weight[i * taps->reach + k];
            taps->weight[i * taps->reach + k] = taps->weight[j * taps->reach + k];
            taps->weight[j * taps->reach + k] = weight;
        }
    }
}

/* Taps along a plane of `count` samples, each `part` of a pixel's number of them. */
static void taps_along(Taps *taps, void *memory, int count, float from, float along, int size, float part) {
    float span = along * (float)count * (float)size, start = from * (float)size * part;
    if (along < 0) {
        make_taps(taps, memory, count, start + span, -span, count);
        reverse(taps);
    } else {
        make_taps(taps, memory, count, start, span, count);
    }
}

/* An edge of the picture at the end of the output is cut by the output and stays hard. */
static void fades(uint16_t *fade, int count, float from, float along) {
    float end = from + along * (float)count, least = from < end ? from : end, most = from < end ? end : from;
    for (int i = 0; i < count; i++) {
        float place = from + along * ((float)i + .5f), left = 1;
        if (least < -1e-4f) left = clampf(place / FADE, 0, 1);
        if (most > 1 + 1e-4f) left *= clampf((1 - place) / FADE, 0, 1);
        fade[i] = (uint16_t)(left * 256 + .5f);
    }
}

void make_placer(Placer *placer, void *memory, const Look *look, int width, int height) {
    uint8_t *at = memory;
    Placement *p = &placer->placement;
    placement_of(look, width, height, p);
    placer->identity = look->mirror < .5f && size_of(look->scale) == 1 && whole_pairs(look->x, width) == 0 &&
                       whole_pairs(look->y, height) == 0;
    taps_along(&placer->luma_across, at, width, p->x, p->across, width, 1);
    at += most_taps(width);
    taps_along(&placer->luma_down, at, height, p->y, p->down, height, 1);
    at += most_taps(height);
    taps_along(&placer->chroma_across, at, chroma(width), p->x, p->across, width, .5f);
    at += most_taps(chroma(width));
    taps_along(&placer->chroma_down, at, chroma(height), p->y, p->down, height, .5f);
    at += most_taps(chroma(height));
    placer->line = (uint16_t *)at;
    at += even((uint32_t)width * 2 + 4);
    placer->fade_across = (uint16_t *)at;
    at += even((uint32_t)width * 2);
    placer->fade_down = (uint16_t *)at;
    fades(placer->fade_across, width, p->x, p->across);
    fades(placer->fade_down, height, p->y, p->down);
}

static void place_plane(const uint8_t *from, int from_stride, const Taps *across, const Taps *down, int step,
                        int samples, uint8_t *to, int stride, uint16_t *line) {
    for (int y = 0; y < down->count; y++, to += stride) {
        weigh_rows(from, from_stride, down, y, line, samples * step);
        weigh_line_to_bytes(line, step, across, to);
        if (step == 2) weigh_line_to_bytes(line + 1, 2, across, to + 1);
    }
}

void place_frame(const Placer *placer, const Picture *frame, const Picture *out) {
    int step = chroma_step(frame), samples = chroma(frame->width);
    const Taps *across = &placer->chroma_across, *down = &placer->chroma_down;
    place_plane(frame->y, frame->y_stride, &placer->luma_across, &placer->luma_down, 1, frame->width, out->y,
                out->y_stride, placer->line);
    place_plane(frame->u, frame->c_stride, across, down, step, samples, out->u, out->c_stride, placer->line);
    if (step == 1)
        place_plane(frame->v, frame->c_stride, across, down, 1, samples, out->v, out->c_stride, placer->line);
}

void place_row(const Placer *placer, int y, int16_t *row, int width) {
    if (placer->identity) return;
    const uint16_t *across = placer->fade_across;
    uint16_t down = placer->fade_down[y];
    for (int x = 0; x < width; x++) row[x] = (int16_t)((((row[x] * across[x]) >> 8) * down) >> 8);
}
