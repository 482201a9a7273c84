/* One picture over another. Weights are 0..256 of 256, so that both ends are exact. */
#include "steps.h"

static void mix_row(const uint8_t *restrict a, const uint8_t *restrict b, const int16_t *restrict weight,
                    uint8_t *restrict out, int count) {
    for (int x = 0; x < count; x++) {
        uint16_t w = (uint16_t)weight[x];
        out[x] = (uint8_t)((uint16_t)(a[x] * w + b[x] * (256 - w) + 128) >> 8);
    }
}

static void mix_evenly(const uint8_t *restrict a, const uint8_t *restrict b, uint16_t w,
                       uint8_t *restrict out, int count) {
    for (int x = 0; x < count; x++) out[x] = (uint8_t)((uint16_t)(a[x] * w + b[x] * (256 - w) + 128) >> 8);
}

static void copy_row(const uint8_t *restrict from, uint8_t *restrict to, int count) {
    for (int x = 0; x < count; x++) to[x] = from[x];
}

/* The mean of each 2x2 weights; where a side is odd, its last row or column counts twice. */
static void halve(const int16_t *restrict above, const int16_t *restrict below, int width,
                  int16_t *restrict out) {
    int pairs = width / 2;
    for (int x = 0; x < pairs; x++)
        out[x] = (int16_t)((above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) >> 2);
    if (width & 1) out[pairs] = (int16_t)((above[width - 1] + below[width - 1] + 1) >> 1);
}

void blend(const Picture *frame, const Picture *background, Refiner *matte, const Screen *screen,
           const Placer *placer, const Picture *out, int16_t *rows) {
    int width = chroma(frame->width), pairs = frame->format == NV12;
    int16_t *row[2] = {rows, rows + frame->width}, *colour = rows + 2 * frame->width, *twice = colour + width;
    for (int y = 0; y < frame->height; y += 2) {
        int count = y + 1 < frame->height ? 2 : 1;
        for (int i = 0; i < count; i++) {
            if (screen)
                key_row(screen, frame->width, y + i, row[i]);
            else
                refined_row(matte, frame, y + i, row[i]);
            place_row(placer, y + i, row[i], frame->width);
            mix_row(frame->y + (intptr_t)(y + i) * frame->y_stride,
                    background->y + (intptr_t)(y + i) * background->y_stride, row[i],
                    out->y + (intptr_t)(y + i) * out->y_stride, frame->width);
        }
        intptr_t from = (intptr_t)(y / 2) * frame->c_stride, under = (intptr_t)(y / 2) * background->c_stride,
                 to = (intptr_t)(y / 2) * out->c_stride;
        halve(row[0], row[count - 1], frame->width, colour);
        if (pairs) {
            for (int x = 0; x < width; x++) twice[2 * x] = twice[2 * x + 1] = colour[x];
            mix_row(frame->u + from, background->u + under, twice, out->u + to, 2 * width);
        } else {
            mix_row(frame->u + from, background->u + under, colour, out->u + to, width);
            mix_row(frame->v + from, background->v + under, colour, out->v + to, width);
        }
    }
}

void crossfade(const Picture *a, const Picture *b, int mix, const Picture *out) {
    uint16_t weight = (uint16_t)(256 - clamp(mix, 0, 256));
    for (int y = 0; y < out->height; y++)
        mix_evenly(a->y + (intptr_t)y * a->y_stride, b->y + (intptr_t)y * b->y_stride, weight,
                   out->y + (intptr_t)y * out->y_stride, out->width);
    int pairs = out->format == NV12, width = chroma(out->width) * (pairs ? 2 : 1);
    for (int y = 0; y < chroma(out->height); y++) {
        intptr_t in_a = (intptr_t)y * a->c_stride, in_b = (intptr_t)y * b->c_stride,
                 to = (intptr_t)y * out->c_stride;
        mix_evenly(a->u + in_a, b->u + in_b, weight, out->u + to, width);
        if (!pairs) mix_evenly(a->v + in_a, b->v + in_b, weight, out->v + to, width);
    }
}

void copy(const Picture *from, const Picture *to) {
    for (int y = 0; y < to->height; y++)
        copy_row(from->y + (intptr_t)y * from->y_stride, to->y + (intptr_t)y * to->y_stride, to->width);
    int pairs = to->format == NV12, width = chroma(to->width) * (pairs ? 2 : 1);
    for (int y = 0; y < chroma(to->height); y++) {
        copy_row(from->u + (intptr_t)y * from->c_stride, to->u + (intptr_t)y * to->c_stride, width);
        if (!pairs)
            copy_row(from->v + (intptr_t)y * from->c_stride, to->v + (intptr_t)y * to->c_stride, width);
    }
}
