/* Everybody but the main person is taken out of a confidence. What is surely a person falls into connected
 * components; one of them is the main person: at first the largest and most central, from then on the one
 * that is where the main person was during the last second. Small components near it, a hand or a lock of
 * hair, belong to it; so does, with its rim, whatever is close to it.
 *
 * Whoever touches the main person is in one component with it. Of somebody who was seen apart before, each
 * pixel goes to whom it was nearest to in the matte before, for some seconds: long enough to walk past.
 * Nothing here can tell apart two who touch from the beginning, or what comes out from behind the main
 * person.
 *
 * All of it is done at half size. */
#include "steps.h"

#define SURE .5f
#define SPECK 3  /* fewer pixels are no component; like the unsure, they go with the nearest one */
#define MOST 255 /* components; a label has 8 bits */
#define STEP 3   /* distances are in thirds of a pixel: 3 across, 4 aslant (Borgefors, 1986) */
#define FAR 0x3fffff00
#define LOOKED_AT (FAR + 1)

#define FOLLOW (1 / 30.f) /* how fast the place of the main person is learnt, a frame */
#define SAME .25f         /* less than this part of the place covered: the main person is not there */
#define GONE .35f         /* the place has been left for about a second */

/* Of the square root of the main person's area: how far away a speck still belongs to it. The larger a
 * component the nearer it has to be; with LARGE of the area it belongs to nobody else. */
#define REACH .4f
#define LARGE .4f
#define RIM .3f      /* how far the unsure reaches out of what is sure */
#define STRANGE .25f /* of the reach, for what was not seen near the main person before */

/* Who has been seen apart is told from the main person when they touch, if larger than this part of it,
 * for so long. */
#define KNOWN .1f
#define FORGET (1 / 120.f) /* a frame */

#define FADE_OUT .25f /* a frame */
#define FADE_IN .1f   /* only for what was hidden before: a hand is there at once */

typedef struct {
    int32_t area, aside;
    float central, followed, known, weight;
} Component;

uint32_t person_bytes(int width, int height) { return (uint32_t)(chroma(width) * chroma(height)) * 16; }

uint32_t person_scratch(int width, int height) {
    return (uint32_t)(chroma(width) * chroma(height)) * 12 + (MOST + 1) * (uint32_t)sizeof(Component);
}

void reset_person(float *state, int width, int height) {
    for (uint32_t i = 0; i < person_bytes(width, height) / 4; i++) state[i] = 0;
}

static float larger(float a, float b) { return a > b ? a : b; }

static void largest_of_four(const float *confidence, int width, int height, float *small) {
    int across = chroma(width);
    for (int y = 0; y < chroma(height); y++, small += across) {
        const float *above = confidence + 2 * y * width,
                    *below = 2 * y + 1 < height ? above + width : above;
        for (int x = 0; x < width / 2; x++)
            small[x] = larger(larger(above[2 * x], above[2 * x + 1]), larger(below[2 * x], below[2 * x + 1]));
        if (width & 1) small[across - 1] = larger(above[width - 1], below[width - 1]);
    }
}

static int32_t nearer(int32_t a, int32_t b) { return a < b ? a : b; }

/* Write each sure pixel's label, 1 and up in the order of reading, and FAR elsewhere; return how many. */
static int label(const float *small, int width, int height, int32_t *nearest, int32_t *queue) {
    int count = width * height, labels = 0;
    for (int i = 0; i < count; i++) nearest[i] = FAR;
    for (int start = 0; start < count && labels < MOST; start++) {
        if (small[start] <= SURE || nearest[start] != FAR) continue;
        int end = 1;
        queue[0] = start;
        nearest[start] = ++labels;
        for (int next = 0; next < end; next++) {
            int at = queue[next], x = at % width;
            int beside[4] = {x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at,
                             at >= width ? at - width : at, at + width < count ? at + width : at};
            for (int i = 0; i < 4; i++) {
                if (small[beside[i]] <= SURE || nearest[beside[i]] != FAR) continue;
                nearest[beside[i]] = labels;
                queue[end++] = beside[i];
            }
        }
        if (end < SPECK) {
            labels--;
            for (int i = 0; i < end; i++) nearest[queue[i]] = LOOKED_AT;
        }
    }
    for (int i = 0; i < count; i++) nearest[i] = nearer(nearest[i], FAR);
    return labels;
}

/* What a row learns from the one above or below it. */
static void from_row(const int32_t *restrict beside, int32_t *restrict row, int width) {
    int aside = STEP << 8, aslant = (STEP + 1) << 8;
    for (int x = 0; x < width; x++) row[x] = nearer(row[x], beside[x] + aside);
    for (int x = 1; x < width; x++) row[x] = nearer(row[x], beside[x - 1] + aslant);
    for (int x = 0; x < width - 1; x++) row[x] = nearer(row[x], beside[x + 1] + aslant);
}

/* Give each pixel the nearest component: its distance, times 256, and its label; of two as near, the
 * first. */
static void spread(int32_t *nearest, int width, int height) {
    int aside = STEP << 8;
    for (int y = 0; y < height; y++) {
        int32_t *row = nearest + y * width;
        if (y > 0) from_row(row - width, row, width);
        for (int x = 1; x < width; x++) row[x] = nearer(row[x], row[x - 1] + aside);
    }
    for (int y = height - 1; y >= 0; y--) {
        int32_t *row = nearest + y * width;
        if (y + 1 < height) from_row(row + width, row, width);
        for (int x = width - 2; x >= 0; x--) row[x] = nearer(row[x], row[x + 1] + aside);
    }
}

/* Where somebody who was seen apart has come to touch the main person, give those pixels a label of their
 * own, and return it; else return MOST + 1. claim: below 0 where the main person was, above 0 where
 * somebody else was; that becomes less while they touch, and `left` is what is left of it. */
static int part(int32_t *nearest, int labels, const float *claim, float forget, int width, int height,
                int32_t *seeds, float *left) {
    int count = width * height, both = 0;
    int32_t main[MOST + 1], others[MOST + 1];
    float sum[MOST + 1];
    for (int k = 0; k <= labels; k++) main[k] = others[k] = 0, sum[k] = 0;
    for (int i = 0; i < count; i++) {
        if (claim[i] == 0 || nearest[i] > MOST) continue;
        int k = nearest[i];
        main[k] += claim[i] < 0;
        others[k] += claim[i] > 0;
        sum[k] += claim[i] > 0 ? claim[i] : 0;
    }
    for (int k = 1; k <= labels; k++)
        if (main[k] > others[k] / 16 && others[k] > main[k] / 16) both = k;
    *left = both ? sum[both] / (float)others[both] - forget : 0;
    if (*left <= 0 || labels == MOST) return MOST + 1;
    for (int i = 0; i < count; i++)
        seeds[i] = nearest[i] == both && claim[i] != 0 ? claim[i] < 0 ? 1 : 2 : FAR;
    spread(seeds, width, height);
    for (int i = 0; i < count; i++)
        if (nearest[i] == both && (seeds[i] & 255) == 2) nearest[i] = labels + 1;
    return labels + 1;
}

static void describe(Component *components, int labels, const int32_t *nearest, const float *place,
                     const float *weight, int width, int height) {
    for (int k = 0; k <= labels; k++) components[k] = (Component){0};
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int at = y * width + x;
            if (nearest[at] > MOST) continue;
            Component *component = components + nearest[at];
            float off = ((float)x + .5f) * 2 / (float)width - 1;
            component->area++;
            component->central += 1 - .75f * (off < 0 ? -off : off);
            component->followed += place[at];
            component->known += weight[at];
            if (x == 0 || x + 1 == width || y == 0) component->aside = 1;
        }
}

/* The label of the main person, 0 where there is none. follow: how much of its place is learnt from this
 * one. */
static int choose(const Component *components, int labels, const float *place, int count, float *follow) {
    float total = 0, strongest = 0;
    for (int i = 0; i < count; i++) {
        total += place[i];
        strongest = larger(strongest, place[i]);
    }
    int followed = 0, best = 0;
    for (int k = 1; k <= labels; k++) {
        if (!followed || components[k].followed > components[followed].followed) followed = k;
        if (!best || components[k].central > components[best].central) best = k;
    }
    if (strongest < GONE) {
        *follow = 1;
        return best;
    }
    return followed && components[followed].followed >= SAME * total ? followed : 0;
}

/* How far each component is from those that are 0 away, by way of others if that is nearer: where the
 * areas that are nearest to two components meet, the distances to both add up. */
static void measure(int32_t *away, const int32_t *nearest, int width, int height) {
    for (int pass = 0; pass < 2; pass++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                int32_t here = nearest[y * width + x];
                for (int side = 0; side < 2; side++) {
                    if (side ? y + 1 == height : x + 1 == width) continue;
                    int32_t there = nearest[y * width + x + (side ? width : 1)];
                    int a = here & 255, b = there & 255;
                    if (a == b) continue;
                    int32_t gap = (here >> 8) + (there >> 8) + STEP;
                    away[a] = nearer(away[a], away[b] + gap);
                    away[b] = nearer(away[b], away[a] + gap);
                }
            }
}

static void weigh(Component *components, int labels, int main, int parted, int anew, float size,
                  const int32_t *nearest, int width, int height) {
    int32_t away[MOST + 1], strange[MOST + 1];
    for (int k = 0; k <= labels; k++) away[k] = k == main ? 0 : FAR;
    if (labels > 1) measure(away, nearest, width, height);
    int strangers = 0;
    strange[0] = FAR;
    for (int k = 1; k <= labels; k++) {
        Component *component = components + k;
        float part = (float)component->area / (float)components[main].area;
        float reach = size * REACH * (1 - part / LARGE);
        /* What is there at the beginning has no past; over the sides and the top come others than hands. */
        float known = component->known / (float)component->area;
        if (!anew || component->aside) reach *= STRANGE + (1 - STRANGE) * known;
        component->weight = reach > 0 ? clampf(3 - 2 * (float)away[k] / STEP / reach, 0, 1) : 0;
        if (k == main || k == parted) component->weight = k == main;
        strange[k] = component->weight < .5f ? 0 : FAR;
        strangers += strange[k] == 0;
    }
    if (strangers == 0 || strangers + 1 == labels) return;
    /* What is much nearer to a stranger than to the main person is the stranger's. */
    measure(strange, nearest, width, height);
    for (int k = 1; k <= labels; k++)
        if (k != main && strange[k] > 0)
            components[k].weight *= clampf(2 * (float)strange[k] / (float)away[k], 0, 1);
}

/* Weights at half size, seen at full size and multiplied into confidence. line: as many as a row of
 * weights. */
static void apply(const float *weight, float *confidence, int width, int height, float *restrict line) {
    int across = chroma(width), down = chroma(height);
    for (int y = 0; y < height; y++, confidence += width) {
        const float *restrict near = weight + y / 2 * across,
                              *restrict far = weight + clamp(y / 2 + (y & 1 ? 1 : -1), 0, down - 1) * across;
        int whole = 1;
        for (int x = 0; x < across; x++) {
            line[x] = .75f * near[x] + .25f * far[x];
            whole &= line[x] == 1;
        }
        if (whole) continue;
        for (int x = 0; x < width; x++)
            confidence[x] *= .75f * line[x / 2] + .25f * line[clamp(x / 2 + (x & 1 ? 1 : -1), 0, across - 1)];
    }
}

void main_person(float *confidence, int width, int height, int frames, float *state, void *scratch) {
    int across = chroma(width), down = chroma(height), count = across * down;
    float *place = state, *weight = place + count, *hidden = weight + count, *claim = hidden + count;
    float *small = scratch;
    int32_t *nearest = (int32_t *)(small + count), *queue = nearest + count;
    Component *components = (Component *)(queue + count);

    largest_of_four(confidence, width, height, small);
    int labels = label(small, across, down, nearest, queue);
    float left;
    int parted = part(nearest, labels, claim, (float)frames * FORGET, across, down, queue, &left);
    if (parted <= MOST) labels = parted;
    describe(components, labels, nearest, place, weight, across, down);
    float follow = clampf((float)frames * FOLLOW, 0, 1);
    int main = choose(components, labels, place, count, &follow);
    for (int i = 0; i < count; i++) place[i] += follow * ((float)(main && nearest[i] == main) - place[i]);

    spread(nearest, across, down);
    float size = __builtin_sqrtf((float)components[main].area);
    if (main) weigh(components, labels, main, parted, follow == 1, size, nearest, across, down);
    /* With no main person all weights are 0. */
    float rim = 1 / (RIM * STEP * (size + 1));
    float in = clampf((float)frames * FADE_IN, 0, 1), out = clampf((float)frames * FADE_OUT, 0, 1);
    for (int i = 0; i < count; i++) {
        int k = nearest[i] & 255;
        float away = (float)(nearest[i] >> 8);
        float wanted = components[k].weight * clampf(2 - away * rim, 0, 1);
        float most = hidden[i] > 0 ? weight[i] + in : 1, least = weight[i] - out;
        float value = wanted < most ? wanted : most;
        value = value > least ? value : least;
        int stranger = k && components[k].weight < .5f && away <= 4 * STEP;
        hidden[i] = stranger || (hidden[i] > 0 && value < wanted) ? 1 : 0;
        weight[i] = value;
        int apart = (float)components[k].area > KNOWN * (float)components[main].area;
        claim[i] = away > 0 || !main ? 0 : k == parted ? left : !stranger ? -1 : apart ? 1 : 0;
    }
    apply(weight, confidence, width, height, small);
}
