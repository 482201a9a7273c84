/* From the model's confidence to an alpha that does not flicker. */
#include "steps.h"

static Look current = {
#define VALUE(name, value) value,
    LOOK(VALUE)
#undef VALUE
};

Look *look(void) { return &current; }

static float largest(float a, float b) { return a > b ? a : b; }

/* How much luma changed: the difference, blurred by 1 2 1 both ways against the camera's noise, and its
 * largest size within two pixels, because a moving edge uncovers pixels that have not changed yet. */
static void motion_of(const float *luma, const float *before, float *motion, float *spare, int width,
                      int height) {
    for (int y = 0; y < height; y++) {
        const float *now = luma + y * width, *then = before + y * width;
        float *out = motion + y * width;
        for (int x = 0; x < width; x++) out[x] = now[x] - then[x];
    }
    for (int y = 0; y < height; y++) {
        const float *row = motion + y * width, *above = y > 0 ? row - width : row,
                    *below = y + 1 < height ? row + width : row;
        float *out = spare + y * width;
        for (int x = 0; x < width; x++) out[x] = (above[x] + 2 * row[x] + below[x]) * .0625f;
    }
    for (int y = 0; y < height; y++) {
        const float *row = spare + y * width;
        float *out = motion + y * width;
        for (int x = 0; x < width; x++) {
            float left = row[x > 0 ? x - 1 : 0], right = row[x + 1 < width ? x + 1 : x];
            float sum = left + 2 * row[x] + right;
            out[x] = sum < 0 ? -sum : sum;
        }
    }
    for (int y = 0; y < height; y++) {
        const float *row = motion + y * width;
        float *out = spare + y * width;
        for (int x = 0; x < width; x++) out[x] = row[x];
        for (int away = 1; away <= 2; away++) {
            for (int x = away; x < width; x++) out[x] = largest(out[x], row[x - away]);
            for (int x = 0; x < width - away; x++) out[x] = largest(out[x], row[x + away]);
        }
    }
    for (int y = 0; y < height; y++) {
        float *restrict out = motion + y * width;
        for (int x = 0; x < width; x++) out[x] = 0;
        for (int away = -2; away <= 2; away++) {
            const float *restrict row = spare + clamp(y + away, 0, height - 1) * width;
            for (int x = 0; x < width; x++) out[x] = largest(out[x], row[x]);
        }
    }
}

void steady(const float *confidence, const float *luma, const float *before, float *state, int width,
            int height, float *scratch) {
    motion_of(luma, before, scratch, scratch + width * height, width, height);
    Look look = current;
    for (int i = 0; i < width * height; i++) {
        float gate = look.floor + look.gain * largest(0, scratch[i] - look.noise);
        /* Not state + gate * (confidence - state): a gate of 1 shall give the confidence exactly. */
        gate = clampf(gate, look.floor, 1);
        state[i] = gate * confidence[i] + (1 - gate) * state[i];
    }
}

void level(const float *confidence, int16_t *alpha, int count) {
    float size = current.high - current.low;
    float gain = 4096 / (size > .001f ? size : .001f);
    float low = current.low;
    /* The cut at 0 and 1 comes after the matte is made larger: that keeps edges as sharp as levels can. */
    for (int i = 0; i < count; i++) alpha[i] = (int16_t)clampf((confidence[i] - low) * gain, -32768, 32767);
}
