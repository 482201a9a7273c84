/* The person larger or smaller, moved, mirrored: the camera's picture as the look places it in the output. Its lower edge
 * stays where it is when it is scaled, because people do not float. */
#include "steps.h"

/* How much of the picture's size fades out at an edge that is inside the output. */
#define FADE .05f

/* The sample that has all of the weight, where there is one. */
static int source_of(const Taps *taps, int i) {
    const uint16_t *weight = taps->weight + i * taps->reach;
    int k = 0;
    while (k < taps->reach - 1 && weight[k] < 1 << 14) k++;
    return taps->first[i] + k;
}

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
    Extent seen = {0, width, 0, height};
    while (seen.left < width && placer->fade_across[seen.left] == 0) seen.left++;
    while (seen.right > seen.left && placer->fade_across[seen.right - 1] == 0) seen.right--;
    while (seen.top < height && placer->fade_down[seen.top] == 0) seen.top++;
    while (seen.bottom > seen.top && placer->fade_down[seen.bottom - 1] == 0) seen.bottom--;
    placer->seen = seen;
    /* A picture with an odd side, mirrored, has its chroma between two samples. */
    placer->moved = size_of(look->scale) == 1 && (look->mirror < .5f || width % 2 == 0);
}

/* Each sample a constant number of them: loops whose ends are known are short. */
static inline void weigh_some(const uint16_t *line, int step, const Taps *across, int reach, int from, int to,
                              uint8_t *out) {
    const uint16_t *weight = across->weight + from * reach;
    for (int x = from; x < to; x++, weight += reach) {
        const uint16_t *sample = line + across->first[x] * step;
        uint32_t sum = 1 << 21;
        for (int k = 0; k < reach; k++) sum += (uint32_t)weight[k] * sample[k * step];
        out[x * step] = (uint8_t)(sum >> 22);
    }
}

static void weigh_seen(const uint16_t *line, int step, const Taps *across, int from, int to, uint8_t *out) {
    if (across->reach == 2 && step == 1)
        weigh_some(line, 1, across, 2, from, to, out);
    else if (across->reach == 4 && step == 1)
        weigh_some(line, 1, across, 4, from, to, out);
    else
        weigh_some(line, step, across, across->reach, from, to, out);
}

static void resample_plane(const uint8_t *from, int from_stride, const Taps *across, const Taps *down, int step,
                           Extent seen, uint8_t *to, int stride, uint16_t *line) {
    int first = across->first[seen.left], last = across->first[seen.right - 1];
    if (last < first) {
        int spare = first;
        first = last;
        last = spare;
    }
    int samples = (last + across->reach - first) * step;
    for (int y = seen.top; y < seen.bottom; y++) {
        uint8_t *out = to + (intptr_t)y * stride;
        weigh_rows(from + first * step, from_stride, down, y, line + first * step, samples);
        weigh_seen(line, step, across, seen.left, seen.right, out);
        if (step == 2) weigh_seen(line + 1, 2, across, seen.left, seen.right, out + 1);
    }
}

static void reverse_row(const uint8_t *restrict from, uint8_t *restrict to, int count) {
    for (int x = 0; x < count; x++) to[x] = from[count - 1 - x];
}

static void reverse_pairs(const uint8_t *restrict from, uint8_t *restrict to, int count) {
    for (int x = 0; x < count; x++) {
        to[2 * x] = from[2 * (count - 1 - x)];
        to[2 * x + 1] = from[2 * (count - 1 - x) + 1];
    }
}

/* What is only moved and mirrored is copied. */
static void move_plane(const uint8_t *from, int from_stride, const Taps *across, const Taps *down, int step,
                       Extent seen, uint8_t *to, int stride, int mirrored) {
    int count = seen.right - seen.left;
    for (int y = seen.top; y < seen.bottom; y++) {
        const uint8_t *row = from + (intptr_t)source_of(down, y) * from_stride;
        uint8_t *out = to + (intptr_t)y * stride + seen.left * step;
        if (!mirrored)
            copy_row(row + source_of(across, seen.left) * step, out, count * step);
        else if (step == 1)
            reverse_row(row + source_of(across, seen.right - 1), out, count);
        else
            reverse_pairs(row + source_of(across, seen.right - 1) * 2, out, count);
    }
}

static void place_plane(const Placer *placer, const uint8_t *from, int from_stride, int is_chroma, int step,
                        uint8_t *to, int stride) {
    const Taps *across = is_chroma ? &placer->chroma_across : &placer->luma_across;
    const Taps *down = is_chroma ? &placer->chroma_down : &placer->luma_down;
    Extent seen = placer->seen;
    if (is_chroma) seen = (Extent){seen.left / 2, chroma(seen.right), seen.top / 2, chroma(seen.bottom)};
    if (placer->moved)
        move_plane(from, from_stride, across, down, step, seen, to, stride, placer->placement.across < 0);
    else
        resample_plane(from, from_stride, across, down, step, seen, to, stride, placer->line);
}

void place_frame(const Placer *placer, const Picture *frame, const Picture *out) {
    if (placer->seen.left >= placer->seen.right || placer->seen.top >= placer->seen.bottom) return;
    int step = chroma_step(frame);
    place_plane(placer, frame->y, frame->y_stride, 0, 1, out->y, out->y_stride);
    place_plane(placer, frame->u, frame->c_stride, 1, step, out->u, out->c_stride);
    if (step == 1) place_plane(placer, frame->v, frame->c_stride, 1, 1, out->v, out->c_stride);
}

void place_row(const Placer *placer, int y, int16_t *row, int width) {
    if (placer->identity) return;
    const uint16_t *across = placer->fade_across;
    uint16_t down = placer->fade_down[y];
    for (int x = 0; x < width; x++) row[x] = (int16_t)((((row[x] * across[x]) >> 8) * down) >> 8);
}
