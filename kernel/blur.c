/* The room behind the person, out of focus. Pixels are weighted by how surely they are room, so the person
 * does not glow into it. Three boxes are nearly a Gaussian; boxes with a part of a pixel at both ends reach
 * any width: P. Gwosdek et al., "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering",
 * SSVM 2011. */
#include "steps.h"

#define BOXES 3
#define MAX_SIGMA 64 /* far more than makes a difference; a box's radius is never larger */

/* Y, U and V, each times the weight, and the weight. */
typedef float Sample __attribute__((vector_size(16)));

typedef struct {
    int radius;
    float end, size; /* weight of the two end pixels; 1 / the box's width */
} Box;

static Box box_of(float sigma) {
    float variance = sigma * sigma / BOXES;
    int radius = (int)(.5f * __builtin_sqrtf(12 * variance + 1) - .5f);
    float r = (float)radius;
    float end = (2 * r + 1) * (r * (r + 1) - 3 * variance) / (6 * (variance - (r + 1) * (r + 1)));
    return (Box){radius, end, 1 / (2 * r + 1 + 2 * end)};
}

/* Beyond its ends a line goes on with its last samples. */
static void extend(Sample *line, int count, int reach) {
    for (int i = 1; i <= reach; i++) {
        line[-i] = line[0];
        line[count - 1 + i] = line[count - 1];
    }
}

static void box_line(const Sample *in, Sample *out, int count, Box box) {
    Sample sum = {0, 0, 0, 0};
    for (int i = -box.radius; i <= box.radius; i++) sum += in[i];
    for (int i = 0; i < count; i++) {
        Sample right = in[i + box.radius + 1];
        out[i] = (sum + box.end * (in[i - box.radius - 1] + right)) * box.size;
        sum += right - in[i - box.radius];
    }
}

/* All boxes along `lines` lines of `count` samples, which lie `step` apart; a line is worked on in the cache.
 */
static void blur_lines(Sample *samples, int lines, int apart, int count, int step, float sigma,
                       Sample *spare) {
    Box box = box_of(sigma);
    int reach = box.radius + 1;
    Sample *a = spare + reach, *b = a + count + 2 * reach;
    for (int line = 0; line < lines; line++) {
        Sample *first = samples + line * apart;
        for (int i = 0; i < count; i++) a[i] = first[i * step];
        for (int pass = 0; pass < BOXES; pass++) {
            extend(a, count, reach);
            box_line(a, b, count, box);
            Sample *swap = a;
            a = b;
            b = swap;
        }
        for (int i = 0; i < count; i++) first[i * step] = a[i];
    }
}

uint32_t blur_bytes(int width, int height) {
    int longest = width > height ? width : height;
    return (uint32_t)(width * height + 2 * (longest + 2 * (MAX_SIGMA + 1))) * 16;
}

void blur(const float *y, const float *u, const float *v, const float *confidence, int width, int height,
          float sigma_x, float sigma_y, int16_t *out, float *scratch) {
    int count = width * height;
    Sample *a = (void *)scratch, *spare = a + count;
    Levels range = levels();
    float low = range.low, gain = 1 / (range.high - range.low);
    for (int i = 0; i < count; i++) {
        float room = confidence ? 1 - clampf((confidence[i] - low) * gain, 0, 1) : 1;
        /* A pixel that is half person is coloured by it: the fourth power counts it for little. Never 0, to
         * have a colour everywhere. */
        float weight = room * room * room * room + 1.f / 256;
        a[i] = (Sample){y[i], u[i], v[i], 1} * weight;
    }
    blur_lines(a, height, width, width, 1, clampf(sigma_x, 0, MAX_SIGMA), spare);
    blur_lines(a, width, 1, height, width, clampf(sigma_y, 0, MAX_SIGMA), spare);
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
