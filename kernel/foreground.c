/* What the person and the room look like near each other: each one's colour is blurred with the matte as its
 * weight (M. Forte, "Approximate Fast Foreground Colour Estimation", ICIP 2021). */
#include "steps.h"

/* So little that it matters only where there is nothing else: every place has a colour. */
#define LEAST (1.f / 1024)
/* How steeply the person's colours end in black beside them, and how much of the person still counts as none. */
#define FALL 8.f
#define NOBODY (1.f / 32)
/* Where the light of the room ends, as a part of what is seen from a place: what comes further inside is
 * none. */
#define RIM_END (1.f / 8)

void foreground(const Sample *cells, int width, int height, float sigma_x, float sigma_y, int16_t *colours,
                int16_t *rim, Sample *scratch) {
    int count = width * height;
    for (int person = 1; person >= 0; person--, colours += 3 * count) {
        for (int i = 0; i < count; i++) {
            float share = person ? cells[i][3] : 1 - cells[i][3];
            Sample cell = cells[i];
            cell[3] = 1;
            /* Squared: what is half the other one's colour counts for little. */
            scratch[i] = cell * (share * share + LEAST);
        }
        gaussian(scratch, width, height, sigma_x, sigma_y);
        means(scratch, count, colours);
        for (int i = 0; i < count && !person; i++) {
            float open = (scratch[i][3] - RIM_END) * (ONE / (1 - RIM_END));
            rim[i] = (int16_t)(open > 0 ? open + .5f : 0);
        }
    }
}

void beyond(const int16_t *colours, const int16_t *rim, int count, float black, int16_t *out) {
    for (int i = 0; i < count; i++) {
        float near = clampf((1 - (float)rim[i] * (1.f / ONE) - NOBODY) * FALL, 0, 1);
        for (int plane = 0; plane < 3; plane++) {
            float dark = 16 * (plane ? 128 : black);
            out[plane * count + i] = (int16_t)(dark + ((float)colours[plane * count + i] - dark) * near + .5f);
        }
    }
}
