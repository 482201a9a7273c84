/* One picture to another, and a picture as it is. Weights are 0..256 of 256, so that both ends are exact. */
#include "steps.h"

static void mix_evenly(const uint8_t *restrict a, const uint8_t *restrict b, uint16_t w,
                       uint8_t *restrict out, int count) {
    for (int x = 0; x < count; x++) out[x] = (uint8_t)((uint16_t)(a[x] * w + b[x] * (256 - w) + 128) >> 8);
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
