/* The light of the background on the person, and the person's shadow on the background. */
#include "steps.h"

#define BINS 64

static float at_least(float value, float least) { return value > least ? value : least; }

/* Above this part of the picture's height nobody touches what is behind them. */
#define SHADOW_TOP .4f
#define SHADOW_END (1.f / 32)

void shadow(const Sample *cells, int width, int height, float sigma_x, float sigma_y, int16_t *out,
            Sample *scratch) {
    int top = (int)((float)height * SHADOW_TOP), first = top * width, count = width * height;
    for (int i = first; i < count; i++) scratch[i - first] = cells[i];
    gaussian(scratch, width, height - top, sigma_x, sigma_y);
    for (int i = 0; i < first; i++) out[i] = 0;
    for (int row = top; row < height; row++) {
        float depth = at_least(((float)row + .5f) / (float)height - SHADOW_TOP, 0) / (1 - SHADOW_TOP);
        for (int i = row * width; i < (row + 1) * width; i++) {
            float dark = at_least(scratch[i - first][3] * depth * depth - SHADOW_END, 0);
            out[i] = (int16_t)(dark * (ONE / (1 - SHADOW_END)) + .5f);
        }
    }
}

/* Which of `count` cells of the output is at a cell of the camera's picture. */
static int cell_at(int cell, int count, float from, float along) {
    float place = (((float)cell + .5f) / (float)count - from) / along;
    return clamp((int)(place * (float)count), 0, count - 1);
}

void glow(const int16_t *rim, const float *light, int width, int height, const Placement *part, float amount,
          int16_t *out) {
    int count = width * height;
    float scale = amount * 16 / ONE / ONE;
    for (int i = 0; i < count; i++) {
        if (rim[i] == 0) {
            out[i] = out[count + i] = out[2 * count + i] = 0;
            continue;
        }
        int row = cell_at(i / width, height, part->y, part->down);
        const float *there = light + row * width + cell_at(i % width, width, part->x, part->across);
        float open = (float)rim[i] * (float)rim[i] * scale;
        for (int plane = 0; plane < 3; plane++) {
            float value = open * there[plane * count];
            out[plane * count + i] = (int16_t)(value < 0 ? value - .5f : value + .5f);
        }
    }
}

/* How much of the camera's picture a shadow fades in at an end that is seen. */
#define SHADOW_FADE .08f

static float kept(int cell, int count, float from, float along) {
    float place = (float)cell / (float)(count - 1), end = from + along;
    float least = from < end ? from : end, most = from < end ? end : from, left = 1;
    if (least < -1e-4f) left = clampf(place / SHADOW_FADE, 0, 1);
    if (most > 1 + 1e-4f) left *= clampf((1 - place) / SHADOW_FADE, 0, 1);
    return left;
}

void shade(const int16_t *shadow, int width, int height, const Placement *part, float amount, int16_t *out) {
    for (int row = 0; row < height; row++, shadow += width, out += width) {
        float there = amount * kept(row, height, part->y, part->down);
        for (int x = 0; x < width; x++)
            out[x] = (int16_t)((float)shadow[x] * there * kept(x, width, part->x, part->across) + .5f);
    }
}

/* A colour this far from grey, in codes of chroma for each code of luma, counts for a quarter. */
#define NEAR_GREY .1f

/* The mean of the middle half: neither windows nor black hair pull at it, and it moves smoothly. */
static float middle_of(const float *weight, float total) {
    float passed = 0, sum = 0;
    for (int bin = 0; bin < BINS; bin++) {
        float low = at_least(passed, total * .25f), high = passed + weight[bin];
        if (high > total * .75f) high = total * .75f;
        if (high > low) sum += (high - low) * ((float)bin + .5f);
        passed += weight[bin];
    }
    return sum / (total * .5f) * (256.f / BINS);
}

float light_of(const Sample *cells, int count, float black, Light *light) {
    float bins[BINS] = {0}, total = 0, tinted = 0, blue = 0, red = 0;
    for (int i = 0; i < count; i++) {
        float share = cells[i][3] * cells[i][3];
        if (share == 0) continue;
        float luma = clampf(cells[i][0] - black, 0, 255), b = cells[i][1] - 128, r = cells[i][2] - 128;
        bins[(int)luma * BINS / 256] += share;
        total += share;
        float grey = NEAR_GREY * luma + 1, away = 1 + (b * b + r * r) / (grey * grey);
        float weight = share * luma / (away * away);
        tinted += weight * luma;
        blue += weight * b;
        red += weight * r;
    }
    if (total < 1) return 0;
    light->luma = middle_of(bins, total);
    light->blue = blue / (tinted + 1);
    light->red = red / (tinted + 1);
    return total;
}

/* The most that a whole match does. */
#define DARKEST .6f
#define BRIGHTEST 1.2f
#define TINT .12f
/* How daylight and lamps differ: from amber to blue, in U and V. Across that, from green to magenta, no
 * light is: a third of it is taken. */
#define AMBER_U (-.82f)
#define AMBER_V .57f
#define ACROSS (1 / 3.f)

static int32_t in_256ths(float value) { return (int32_t)(value * 256 + (value < 0 ? -.5f : .5f)); }

void match_of(const Light *person, const Light *behind, float amount, Match *match) {
    /* The root: half way, as a light meter counts. */
    float ratio = __builtin_sqrtf(at_least(behind->luma, 1) / at_least(person->luma, 1));
    float gain = clampf(ratio, DARKEST, BRIGHTEST) - 1;
    float blue = behind->blue - person->blue, red = behind->red - person->red;
    float along = clampf(blue * AMBER_U + red * AMBER_V, -TINT, TINT);
    float across = clampf(red * AMBER_U - blue * AMBER_V, -TINT, TINT) * ACROSS;
    *match = (Match){in_256ths(gain * amount), in_256ths((along * AMBER_U - across * AMBER_V) * amount),
                     in_256ths((along * AMBER_V + across * AMBER_U) * amount)};
}
