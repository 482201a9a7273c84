/* Blurs of small planes. Three boxes are nearly a Gaussian; boxes with a part of a pixel at both ends reach
 * any width: P. Gwosdek et al., "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering",
 * SSVM 2011. */
#include "steps.h"

#define BOXES 3
#define MAX_SIGMA 64 /* far more than makes a difference; a box's radius is never larger */

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

uint32_t gaussian_bytes(int width, int height) {
    int longest = width > height ? width : height;
    return (uint32_t)(width * height + 2 * (longest + 2 * (MAX_SIGMA + 1))) * 16;
}

void gaussian(Sample *samples, int width, int height, float sigma_x, float sigma_y) {
    Sample *spare = samples + width * height;
    blur_lines(samples, height, width, width, 1, clampf(sigma_x, 0, MAX_SIGMA), spare);
    blur_lines(samples, width, 1, height, width, clampf(sigma_y, 0, MAX_SIGMA), spare);
}

void means(const Sample *samples, int count, int16_t *out) {
    for (int i = 0; i < count; i++) {
        Sample mean = samples[i] * (16 / samples[i][3]) + .5f;
        out[i] = (int16_t)mean[0];
        out[count + i] = (int16_t)mean[1];
        out[2 * count + i] = (int16_t)mean[2];
    }
}
