/* The room behind the person, out of focus. Pixels are weighted by how surely they are room, so the person
 * does not glow into it. */
#include "steps.h"

void blur(const float *y, const float *u, const float *v, const float *confidence, int width, int height,
          float sigma_x, float sigma_y, int16_t *out, float *scratch) {
    int count = width * height;
    Sample *a = (void *)scratch;
    Levels range = levels();
    float low = range.low, gain = 1 / (range.high - range.low);
    for (int i = 0; i < count; i++) {
        float room = confidence ? 1 - clampf((confidence[i] - low) * gain, 0, 1) : 1;
        /* A pixel that is half person is coloured by it: the fourth power counts it for little. Never 0, to
         * have a colour everywhere. */
        float weight = room * room * room * room + 1.f / 256;
        a[i] = (Sample){y[i], u[i], v[i], 1} * weight;
    }
    gaussian(a, width, height, sigma_x, sigma_y);
    for (int i = 0; i < count; i++) {
        Sample mean = a[i] * (16 / a[i][3]) + .5f;
        out[i] = (int16_t)mean[0];
        out[count + i] = (int16_t)mean[1];
        out[2 * count + i] = (int16_t)mean[2];
    }
}

static void put_row(const int16_t *restrict row, uint8_t *restrict line, int step, int count) {
    for (int x = 0; x < count; x++) line[x * step] = (uint8_t)clamp((row[x] + 8) >> 4, 0, 255);
}

static void put_plane(const int16_t *small, Enlarger *enlarger, uint8_t *plane, int stride, int step,
                      int height, int16_t *row) {
    enlarge(enlarger, small);
    for (int y = 0; y < height; y++) {
        enlarged_row(enlarger, y, row);
        uint8_t *line = plane + (intptr_t)y * stride;
        /* A step that is known is a loop that can be vectorised. */
        if (step == 1)
            put_row(row, line, 1, enlarger->width);
        else
            put_row(row, line, 2, enlarger->width);
    }
}

void put_enlarged(const int16_t *small, Enlarger *luma, Enlarger *colour, const Picture *out, int16_t *row) {
    int count = luma->small_width * luma->small_height, step = chroma_step(out);
    put_plane(small, luma, out->y, out->y_stride, 1, out->height, row);
    put_plane(small + count, colour, out->u, out->c_stride, step, chroma(out->height), row);
    put_plane(small + 2 * count, colour, out->v, out->c_stride, step, chroma(out->height), row);
}
