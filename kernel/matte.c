/* From the model's confidence to an alpha that does not flicker. */
#include "steps.h"

/* How much of a new matte a still place takes; how much more for each level of luma that changed, beyond the levels
 * that change without motion. */
#define FLOOR .25f
#define GAIN .12f
#define NOISE 2.f
/* How much of the picture changes at a cut. */
#define CUT .6f
/* What counts as 0, and as 1: there is less to refine then. Half of what refining takes for 0 (TAIL) is not seen. */
#define NEARLY .05f

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

static float largest_of_5(float a, float b, float c, float d, float e) {
    return largest(largest(largest(a, b), largest(c, d)), e);
}

/* How much luma changed: the difference, blurred by 1 2 1 both ways against the camera's noise, and its
 * largest size within two pixels, because a moving edge uncovers pixels that have not changed yet. */
static void motion_of(const float *luma, const float *before, float *motion, float *spare, int width,
                      int height) {
    for (int y = 0; y < height; y++) {
        int up = (y > 0 ? y - 1 : y) * width, here = y * width, down = (y + 1 < height ? y + 1 : y) * width;
        float *restrict line = motion, *restrict out = spare + here;
        for (int x = 0; x < width; x++)
            line[x] = (luma[up + x] - before[up + x] + 2 * (luma[here + x] - before[here + x]) + luma[down + x] -
                       before[down + x]) *
                      .0625f;
        for (int x = 0; x < width; x++) {
            float sum = line[x > 0 ? x - 1 : 0] + 2 * line[x] + line[x + 1 < width ? x + 1 : x];
            out[x] = sum < 0 ? -sum : sum;
        }
    }
    for (int y = 0; y < height; y++) {
        const float *restrict row = spare + y * width;
        float *restrict out = motion + y * width;
        for (int x = 2; x < width - 2; x++)
            out[x] = largest_of_5(row[x - 2], row[x - 1], row[x], row[x + 1], row[x + 2]);
        for (int end = 0; end < 4; end++) {
            int x = clamp(end < 2 ? end : width - 4 + end, 0, width - 1), last = width - 1;
            out[x] = largest_of_5(row[clamp(x - 2, 0, last)], row[clamp(x - 1, 0, last)], row[x],
                                  row[clamp(x + 1, 0, last)], row[clamp(x + 2, 0, last)]);
        }
    }
    for (int y = 0; y < height; y++) {
        const float *rows[5];
        for (int i = 0; i < 5; i++) rows[i] = motion + clamp(y + i - 2, 0, height - 1) * width;
        const float *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2], *restrict d = rows[3],
                              *restrict e = rows[4];
        float *restrict out = spare + y * width;
        for (int x = 0; x < width; x++) out[x] = largest_of_5(a[x], b[x], c[x], d[x], e[x]);
    }
}

void steady(const float *confidence, const float *luma, const float *before, float *state, int width,
            int height, float *scratch) {
    int count = width * height, moved = 0;
    float *motion = scratch + count;
    motion_of(luma, before, scratch, motion, width, height);
    for (int i = 0; i < count; i++) moved += motion[i] > NOISE + (1 - FLOOR) / GAIN;
    /* Where everything has changed there was a cut, or the camera was moved: nothing of before is worth keeping. */
    float least = (float)moved > CUT * (float)count ? 1 : FLOOR;
    for (int i = 0; i < count; i++) {
        float gate = clampf(FLOOR + GAIN * largest(0, motion[i] - NOISE), least, 1);
        /* Not state + gate * (confidence - state): a gate of 1 shall give the confidence exactly. */
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

void level(const float *confidence, float *alpha, int count) {
    Levels range = levels();
    float gain = 1 / (range.high - range.low);
    for (int i = 0; i < count; i++) {
        float value = (confidence[i] - range.low) * gain;
        alpha[i] = value < NEARLY ? 0 : value > 1 - NEARLY ? 1 : value;
    }
}

void confidence_of(const float *logits, float *confidence, int count) {
    for (int i = 0; i < count; i++, logits += 6) {
        float person = logits[1];
        for (int k = 2; k < 6; k++) person = largest(person, logits[k]);
        confidence[i] = sigmoid(1.5f * (person - logits[0]));
    }
}
