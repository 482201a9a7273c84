/* The room behind the person, out of focus. Cells are weighted by how surely they are room, so the person
 * does not glow into it, and by their light: a lens adds up light, not codes, so that lamps stand out of the
 * blur as discs. */
#include "steps.h"

/* So little that it matters only where there is nothing but the person. */
#define LEAST (1.f / 1024)
/* How much more than black white counts with a whole bokeh. */
#define BRIGHT 24.f

static float larger(float a, float b) { return a > b ? a : b; }

/* The person and a cell around it, whose colour is in what is next to it: the largest of 3x3 alphas. */
static void widen_person(const Sample *cells, float *out, float *spare, int width, int height) {
    for (int y = 0; y < height; y++) {
        const Sample *row = cells + y * width;
        float *to = spare + y * width;
        for (int x = 0; x < width; x++)
            to[x] = larger(row[x][3], larger(row[x > 0 ? x - 1 : 0][3], row[x + 1 < width ? x + 1 : x][3]));
    }
    for (int y = 0; y < height; y++) {
        const float *restrict row = spare + y * width, *restrict above = y > 0 ? row - width : row,
                             *restrict below = y + 1 < height ? row + width : row;
        float *restrict to = out + y * width;
        for (int x = 0; x < width; x++) to[x] = larger(row[x], larger(above[x], below[x]));
    }
}

void blur(const Sample *cells, int width, int height, float bokeh, float black, float white, float sigma_x,
          float sigma_y, int16_t *out, Sample *scratch) {
    int count = width * height;
    float *person = (float *)(scratch + count), *spare = person + count;
    widen_person(cells, person, spare, width, height);
    float scale = 1 / (white - black);
    for (int i = 0; i < count; i++) {
        float room = 1 - person[i], light = clampf((cells[i][0] - black) * scale, 0, 1);
        Sample cell = cells[i];
        cell[3] = 1;
        light *= light;
        room *= room;
        scratch[i] = cell * ((room * room + LEAST) * (1 + BRIGHT * bokeh * light * light));
    }
    gaussian(scratch, width, height, sigma_x, sigma_y);
    means(scratch, count, out);
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
