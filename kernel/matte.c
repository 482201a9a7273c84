/* From the model's confidence to an alpha that does not flicker. */
#include "steps.h"

/* How much of a new matte a still place takes; how much more for each level of luma that changed, beyond the levels
 * that change without motion. */
#define FLOOR .25f
#define GAIN .12f
#define NOISE 2.f

static Look current = {
#define VALUE(name, value, least, most, about) value,
    LOOK(VALUE)
#undef VALUE
};

Look *look(void) { return &current; }

static float largest(float a, float b) { return a > b ? a : b; }

/* 1 / (1 + e^-t). There is no libm: e^t is 2^(whole + part), the part by its series to the fifth power (relative error
 * below 3e-6). */
static float sigmoid(float t) {
    /* written so that what is no number becomes 0 */
    float z = t > -20 ? t < 20 ? t : 20 : -20;
    if (!(t == t)) return 0;
    float power = -z * 1.44269504f;
    int whole = (int)(power < 0 ? power - .5f : power + .5f);
    float part = (power - (float)whole) * .69314718f;
    float e = 1 + part * (1 + part * (.5f + part * (1 / 6.f + part * (1 / 24.f + part * (1 / 120.f)))));
    union {
        int32_t bits;
        float value;
    } two = {(whole + 127) << 23};
    return 1 / (1 + e * two.value);
}

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
    for (int i = 0; i < width * height; i++) {
        float gate = FLOOR + GAIN * largest(0, scratch[i] - NOISE);
        /* Not state + gate * (confidence - state): a gate of 1 shall give the confidence exactly. */
        gate = clampf(gate, FLOOR, 1);
        state[i] = gate * confidence[i] + (1 - gate) * state[i];
    }
}

Levels levels(void) {
    /* The middle is above a half: models are unsure on the room's side of an edge. */
    float half = clampf(current.softness * .6f, .02f, .6f);
    float high = clampf(.6f + half, 0, 1);
    return (Levels){.6f - half, high};
}

void coverage(const float *confidence, float *alpha, int count) {
    Levels range = levels();
    float gain = 1 / (range.high - range.low);
    for (int i = 0; i < count; i++) alpha[i] = clampf((confidence[i] - range.low) * gain, 0, 1);
}

void level(const float *confidence, int16_t *alpha, int count) {
    Levels range = levels();
    float gain = 4096 / (range.high - range.low);
    /* The cut at 0 and 1 comes after the matte is made larger: that keeps edges as sharp as levels can. */
    for (int i = 0; i < count; i++)
        alpha[i] = (int16_t)clampf((confidence[i] - range.low) * gain, -32768, 32767);
}

void confidence_of(const float *logits, float *confidence, int count) {
    for (int i = 0; i < count; i++, logits += 6) {
        float person = logits[1];
        for (int k = 2; k < 6; k++) person = largest(person, logits[k]);
        confidence[i] = sigmoid(1.5f * (person - logits[0]));
    }
}
