/* One run of blocks in which the same is to be seen. Where it is both, or light or shadow falls, the run is
 * worked on in floats; elsewhere it is copied, or matched in whole numbers. */
#include "steps.h"

/* A part of one row of one plane; pointers are to its first sample. */
typedef struct {
    const uint8_t *person, *behind;
    uint8_t *out;
    const int16_t *alpha, *weight; /* how much is the person's; how much of the person is shown */
    const int16_t *shine;          /* the camera's luma there */
    int plane, step, count;
    int black, gain, tint;
} Run;

static void load(const uint8_t *restrict from, int step, float *restrict to, int count) {
    if (step == 1)
        for (int x = 0; x < count; x++) to[x] = from[x];
    else
        for (int x = 0; x < count; x++) to[x] = from[2 * x];
}

static void store(const float *restrict from, uint8_t *restrict to, int step, int count) {
    if (step == 1)
        for (int x = 0; x < count; x++) to[x] = to_byte(from[x]);
    else
        for (int x = 0; x < count; x++) to[2 * x] = to_byte(from[x]);
}

/* The small planes along a run, once for the rows of a pair: a cell is many pixels high. */
static void look_nearby(Blender *blender, const Pair *pair, int flags, int from, int count) {
    int y = pair->y / 2, lit = flags & RIM && pair->scene->glow;
    int despilled = flags & PERSON && pair->scene->despill > 0;
    for (int plane = 0; plane < 3; plane++) {
        int first = plane ? from / 2 : from, end = first + (plane ? chroma(count) : count);
        if (despilled) {
            enlarged_span(&blender->person_colour[plane], y, first, end, blender->near[plane]);
            enlarged_span(&blender->room_colour[plane], y, first, end, blender->room[plane]);
        }
        if (lit) enlarged_span(&blender->glow[plane], y, first, end, blender->falling[plane]);
        if (flags & SHADED && plane < 2)
            enlarged_span(&blender->shadow[plane], y, first, end, blender->dark[plane]);
    }
    if (despilled && flags & RIM)
        enlarged_span(&blender->rim, y, from / 2, from / 2 + chroma(count), blender->open);
}

/* F = F' + a (C - a F' - (1 - a) R'), where F' and R' are what person and room look like nearby. */
static void despill(Blender *blender, const Run *run, float amount) {
    const int16_t *restrict near = blender->near[run->plane], *restrict room = blender->room[run->plane];
    const int16_t *restrict alpha = run->alpha;
    float *restrict person = blender->person;
    for (int x = 0; x < run->count; x++) {
        float a = (float)alpha[x] * (1.f / 256);
        float f = (float)near[x] * (1.f / 16), r = (float)room[x] * (1.f / 16);
        float pure = f + a * (person[x] - a * f - (1 - a) * r);
        person[x] += amount * (pure - person[x]);
    }
}

static void match(Blender *blender, const Run *run, int black) {
    float *restrict person = blender->person;
    const int16_t *restrict shine = run->shine;
    float gain = (float)run->gain * (1.f / 256), tint = (float)run->tint * (1.f / 256);
    for (int x = 0; x < run->count; x++)
        person[x] += (person[x] - (float)run->black) * gain + tint * (float)(shine[x] - black);
}

/* As two lights on one screen: what is bright already gains little. */
static void wrap(Blender *blender, const Run *run, int black, float range) {
    const int16_t *restrict glow = blender->falling[run->plane];
    float *restrict person = blender->person;
    const int16_t *restrict shine = run->shine;
    for (int x = 0; x < run->count; x++) {
        float dark = 1 - (float)(shine[x] - black) * range;
        person[x] += (float)glow[x] * (1.f / 16) * (dark > 0 ? dark : 0);
    }
}

static void darken(Blender *blender, const Run *run) {
    const int16_t *restrict shadow = blender->dark[run->plane > 0];
    float *restrict behind = blender->behind;
    for (int x = 0; x < run->count; x++)
        behind[x] -= (behind[x] - (float)run->black) * (float)shadow[x] * (1.f / ONE);
}

/* Beside the person nothing is mixed in, but where there is so little of them that the colour is a guess. */
#define SOME 16.f

static void mix(Blender *blender, const Run *run, float amount) {
    float *restrict person = blender->person;
    const float *restrict behind = blender->behind;
    const int16_t *restrict weight = run->weight;
    for (int x = 0; x < run->count; x++) {
        float share = (float)weight[x] * amount;
        person[x] = behind[x] + (share < 1 ? share : 1) * (person[x] - behind[x]);
    }
}

/* --- runs --- */

static void mixed_run(Blender *blender, const Run *run, const Scene *scene, int flags, int black,
                      float range) {
    float *result = blender->behind;
    if (flags & PERSON) {
        load(run->person, run->step, blender->person, run->count);
        if (scene->despill > 0) despill(blender, run, scene->despill);
        match(blender, run, black);
        if (flags & RIM && scene->glow) wrap(blender, run, black, range);
        result = blender->person;
    }
    if (flags & BEHIND) {
        load(run->behind, run->step, blender->behind, run->count);
        if (flags & SHADED) darken(blender, run);
        if (flags & PERSON) mix(blender, run, (scene->alpha ? SOME : 1) / 256);
    }
    store(result, run->out, run->step, run->count);
}

/* The same as `match`, in whole numbers. */
static void match_luma(const Run *run) {
    const uint8_t *restrict person = run->person;
    uint8_t *restrict out = run->out;
    int16_t gain = (int16_t)run->gain, black = (int16_t)run->black;
    for (int x = 0; x < run->count; x++) {
        int16_t change = (int16_t)((int16_t)((person[x] - black) * gain + 128) >> 8);
        out[x] = (uint8_t)clamp(person[x] + change, 0, 255);
    }
}

static inline uint8_t matched(int code, int gain, int light) {
    return (uint8_t)clamp(code + ((int16_t)((code - 128) * gain + light + 128) >> 8), 0, 255);
}

static void match_plane(const Run *run, int black) {
    const uint8_t *restrict person = run->person;
    const int16_t *restrict shine = run->shine;
    uint8_t *restrict out = run->out;
    for (int x = 0; x < run->count; x++)
        out[x] = matched(person[x], run->gain, (int16_t)((shine[x] - black) * run->tint));
}

static void match_pairs(const Run *run, int black, int blue, int red) {
    const uint8_t *restrict person = run->person;
    const int16_t *restrict shine = run->shine;
    uint8_t *restrict out = run->out;
    for (int x = 0; x < run->count; x++) {
        int16_t light = (int16_t)(shine[x] - black);
        out[2 * x] = matched(person[2 * x], run->gain, (int16_t)(light * blue));
        out[2 * x + 1] = matched(person[2 * x + 1], run->gain, (int16_t)(light * red));
    }
}

/* The mean of each 2x2; where a side is odd, its last row or column counts twice. */
static void halve(const int16_t *restrict above, const int16_t *restrict below, int count,
                  int16_t *restrict out) {
    int pairs = count / 2;
    for (int x = 0; x < pairs; x++)
        out[x] = (int16_t)((above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) >> 2);
    if (count & 1) out[pairs] = (int16_t)((above[count - 1] + below[count - 1] + 1) >> 1);
}

static void halve_bytes(const uint8_t *restrict above, const uint8_t *restrict below, int count,
                        int16_t *restrict out) {
    int pairs = count / 2;
    for (int x = 0; x < pairs; x++)
        out[x] = (int16_t)((above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1] + 2) >> 2);
    if (count & 1) out[pairs] = (int16_t)((above[count - 1] + below[count - 1] + 1) >> 1);
}

static void to_words(const uint8_t *restrict from, int16_t *restrict to, int count) {
    for (int x = 0; x < count; x++) to[x] = from[x];
}

/* Models are sure of more than the person: where a pixel has the room's colour rather than the person's, and
 * the room is near, it counts as less of the person than alpha says. U and V alone tell: luma differs within
 * both. */
#define ALIKE 400.f /* squared codes: colours that differ by less say little */

static void doubt(Blender *blender, const Pair *pair, int from, int count) {
    int half = chroma(count), step = chroma_step(pair->frame);
    float *restrict along = blender->person, *restrict apart = blender->behind;
    for (int x = 0; x < half; x++) along[x] = apart[x] = ALIKE;
    for (int plane = 1; plane <= 2; plane++) {
        const uint8_t *codes = (plane == 1 ? pair->frame->u : pair->frame->v) +
                               (intptr_t)(pair->y / 2) * pair->frame->c_stride + from / 2 * step;
        const int16_t *restrict near = blender->near[plane], *restrict room = blender->room[plane];
        int16_t *restrict here = blender->shine;
        if (step == 1)
            for (int x = 0; x < half; x++) here[x] = codes[x];
        else
            for (int x = 0; x < half; x++) here[x] = codes[2 * x];
        for (int x = 0; x < half; x++) {
            float way = (float)(near[x] - room[x]) * (1.f / 16);
            along[x] += ((float)here[x] - (float)room[x] * (1.f / 16)) * way;
            apart[x] += way * way;
        }
    }
    const int16_t *restrict rim = blender->open;
    int16_t *restrict most = blender->most;
    for (int x = 0; x < half; x++) {
        float part = clampf(along[x] / apart[x], 0, 1), near = clampf((float)rim[x] * (2.f / ONE), 0, 1);
        most[x] = (int16_t)(256 * (1 - near * (1 - part)) + .5f);
    }
}

static void limit(const int16_t *alpha, const int16_t *most, int count, int16_t *out) {
    for (int x = 0; x < count; x++) out[x] = alpha[x] < most[x] ? alpha[x] : most[x];
}

/* The same for rows of luma, which have two samples for each of `most`. */
static void limit_pairs(const int16_t *restrict alpha, const int16_t *restrict most, int count,
                        int16_t *restrict out) {
    for (int x = 0; x < count / 2; x++) {
        out[2 * x] = alpha[2 * x] < most[x] ? alpha[2 * x] : most[x];
        out[2 * x + 1] = alpha[2 * x + 1] < most[x] ? alpha[2 * x + 1] : most[x];
    }
    if (count & 1) limit(alpha + count - 1, most + count / 2, 1, out + count - 1);
}

static void luma_runs(Blender *blender, const Pair *pair, int flags, int from, int count) {
    for (int i = 0; i < pair->rows; i++) {
        intptr_t y = pair->y + i;
        Run run = {.person = pair->frame->y + y * pair->frame->y_stride + from,
                   .behind = pair->background->y + y * pair->background->y_stride + from,
                   .out = pair->out->y + y * pair->out->y_stride + from,
                   .alpha = blender->alpha[i] + from,
                   .weight = pair->weight[i] + from,
                   .shine = blender->shine,
                   .step = 1,
                   .count = count,
                   .black = pair->black,
                   .gain = pair->scene->match.gain};
        if (flags == BEHIND) {
            copy_row(run.behind, run.out, count);
        } else if (flags == PERSON && run.gain == 0) {
            copy_row(run.person, run.out, count);
        } else if (flags == PERSON) {
            match_luma(&run);
        } else {
            to_words(run.person, blender->shine, count);
            if (flags & RIM && pair->scene->despill > 0) {
                limit_pairs(run.alpha, blender->most, count, blender->sure);
                run.alpha = blender->sure;
            }
            mixed_run(blender, &run, pair->scene, flags, pair->black, pair->range);
        }
    }
}

static void chroma_runs(Blender *blender, const Pair *pair, int flags, int from, int count) {
    const Picture *frame = pair->frame;
    int step = chroma_step(frame), planes = step == 2 ? 1 : 2, half = chroma(count);
    intptr_t y = pair->y / 2, start = from / 2 * step;
    const Match *match = &pair->scene->match;
    const uint8_t *above = frame->y + (intptr_t)pair->y * frame->y_stride + from;
    const uint8_t *below = above + (pair->rows - 1) * (intptr_t)frame->y_stride;
    int as_it_is = flags == PERSON && match->gain == 0 && match->blue == 0 && match->red == 0;
    if (flags & PERSON && !as_it_is) halve_bytes(above, below, count, blender->shine);
    for (int plane = 1; plane <= 2; plane++) {
        const uint8_t *person = plane == 1 ? frame->u : frame->v;
        const uint8_t *behind = plane == 1 ? pair->background->u : pair->background->v;
        uint8_t *out = plane == 1 ? pair->out->u : pair->out->v;
        Run run = {.person = person + y * frame->c_stride + start,
                   .behind = behind + y * pair->background->c_stride + start,
                   .out = out + y * pair->out->c_stride + start,
                   .alpha = blender->half_alpha,
                   .weight = blender->half_weight,
                   .shine = blender->shine,
                   .plane = plane,
                   .step = step,
                   .count = half,
                   .black = 128,
                   .gain = match->gain,
                   .tint = plane == 1 ? match->blue : match->red};
        if (flags != BEHIND && flags != PERSON) {
            mixed_run(blender, &run, pair->scene, flags, pair->black, pair->range);
        } else if (plane <= planes) { /* interleaved planes go together */
            if (flags == BEHIND)
                copy_row(run.behind, run.out, half * step);
            else if (as_it_is)
                copy_row(run.person, run.out, half * step);
            else if (step == 1)
                match_plane(&run, pair->black);
            else
                match_pairs(&run, pair->black, match->blue, match->red);
        }
    }
}

void put_run(Blender *blender, const Pair *pair, int flags, int from, int count) {
    if (flags != PERSON && flags != BEHIND) look_nearby(blender, pair, flags, from, count);
    if (flags & PERSON && flags & (BEHIND | RIM)) {
        int last = pair->rows - 1;
        halve(pair->weight[0] + from, pair->weight[last] + from, count, blender->half_weight);
        halve(blender->alpha[0] + from, blender->alpha[last] + from, count, blender->half_alpha);
        if (flags & RIM && pair->scene->despill > 0) {
            doubt(blender, pair, from, count);
            limit(blender->half_alpha, blender->most, chroma(count), blender->half_alpha);
        }
    }
    luma_runs(blender, pair, flags, from, count);
    chroma_runs(blender, pair, flags, from, count);
}
