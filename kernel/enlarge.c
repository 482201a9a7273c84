/* A small plane at the size of the frame, row by row, bilinear. Rows are widened once for each row of the
 * small plane and only mixed for each row of the frame. */
#include "steps.h"

uint32_t enlarger_bytes(int width) { return (uint32_t)width * 10 + 16; }

void make_enlarger(Enlarger *enlarger, void *memory, int width, int small_width, int small_height,
                   float across, float down) {
    enlarger->small_width = small_width;
    enlarger->small_height = small_height;
    enlarger->width = width;
    enlarger->down = down;
    enlarger->first = memory;
    enlarger->above = (int16_t *)(enlarger->first + width);
    enlarger->below = enlarger->above + width;
    enlarger->part = (uint16_t *)(enlarger->below + width);
    for (int x = 0; x < width; x++) {
        float place = clampf(((float)x + .5f) * across - .5f, 0, (float)(small_width - 1));
        int first = clamp((int)place, 0, small_width - 2);
        enlarger->first[x] = first;
        enlarger->part[x] = (uint16_t)((place - (float)first) * 256 + .5f);
    }
}

static void widen(const Enlarger *enlarger, int y, int16_t *out) {
    const int16_t *row = enlarger->small + y * enlarger->small_width;
    const int32_t *first = enlarger->first;
    const uint16_t *part = enlarger->part;
    for (int x = 0; x < enlarger->width; x++) {
        const int16_t *sample = row + first[x];
        out[x] = (int16_t)(sample[0] + (((sample[1] - sample[0]) * part[x] + 128) >> 8));
    }
}

void enlarge(Enlarger *enlarger, const int16_t *small) {
    enlarger->small = small;
    enlarger->row = -2;
}

/* The row of the small plane above a row of the large one, and how far, in 256ths, that is from it to the next. */
typedef struct {
    int first, part;
} Place;

static Place place_of(const Enlarger *enlarger, int y) {
    float place = clampf(((float)y + .5f) * enlarger->down - .5f, 0, (float)(enlarger->small_height - 1));
    int first = clamp((int)place, 0, enlarger->small_height - 2);
    return (Place){first, (int)((place - (float)first) * 256 + .5f)};
}

int enlarged_from(const Enlarger *enlarger, int y) { return place_of(enlarger, y).first; }

void enlarged_span(const Enlarger *enlarger, const int16_t *small, int y, int from, int to, int16_t *line,
                   int16_t *span) {
    Place place = place_of(enlarger, y);
    const int16_t *restrict above = small + place.first * enlarger->small_width;
    const int16_t *restrict below = above + enlarger->small_width;
    int16_t *restrict mixed = line;
    for (int x = enlarger->first[from]; x < enlarger->first[to - 1] + 2; x++)
        mixed[x] = (int16_t)(above[x] + (((below[x] - above[x]) * place.part + 128) >> 8));
    for (int x = from; x < to; x++) {
        const int16_t *sample = line + enlarger->first[x];
        span[x - from] = (int16_t)(sample[0] + (((sample[1] - sample[0]) * enlarger->part[x] + 128) >> 8));
    }
}

void enlarged_row(Enlarger *enlarger, int y, int16_t *row) {
    Place place = place_of(enlarger, y);
    int first = place.first, part = place.part;
    if (first != enlarger->row) {
        if (first == enlarger->row + 1) {
            int16_t *spare = enlarger->above;
            enlarger->above = enlarger->below;
            enlarger->below = spare;
        } else {
            widen(enlarger, first, enlarger->above);
        }
        widen(enlarger, first + 1, enlarger->below);
        enlarger->row = first;
    }
    const int16_t *restrict above = enlarger->above, *restrict below = enlarger->below;
    int16_t *restrict out = row;
    for (int x = 0; x < enlarger->width; x++)
        out[x] = (int16_t)(above[x] + (((below[x] - above[x]) * part + 128) >> 8));
}
