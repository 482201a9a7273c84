/* The room as a fixed camera shows it, learned where surely nobody is. Where the model is unsure, a pixel that looks
 * like the room there is room, and one that does not is not: the odds of the two are multiplied by how much likelier
 * one explains the pixel than the other. A mean that follows slowly is enough of a model for that; compare C. Wren et
 * al., "Pfinder: Real-Time Tracking of the Human Body", TPAMI 1997. */
#include "steps.h"

/* Below ROOM, with all neighbours, a pixel is room; SURE is what 0 and 1 the plate leaves alone. */
#define ROOM .2f
#define SURE .004f
/* How far codes of luma and of chroma may be from the plate's; farther is likelier a person. */
#define LUMA 14.f
#define CHROMA 6.f
/* The likelihoods' ratio stays within 1 / (LEAST * LEAST) and its inverse: a plate is no proof. */
#define LEAST .125f
/* How many frames make a colour known; the share of each further one; squared distance at which it is learned anew. */
#define KNOWN 3
#define FOLLOW .1f
#define OTHER 9.f
/* When so much of the known room is off by more than MOVED codes, the camera was moved: all is forgotten. */
#define FORGET .25f
#define MOVED 12.f
/* The part of all pixels without which neither that nor a change of light is found. */
#define ENOUGH 128

uint32_t plate_bytes(int width, int height) {
    uint32_t count = (uint32_t)(width * height);
    return 6 * even(count * 4);
}

void make_plate(Plate *plate, void *memory, int width, int height) {
    uint8_t *at = memory;
    uint32_t count = (uint32_t)(width * height);
    plate->width = width;
    plate->height = height;
    float **planes[] = {&plate->colour[0], &plate->colour[1], &plate->colour[2],
                        &plate->seen,      &plate->room,      &plate->spare};
    for (int i = 0; i < 6; i++, at += even(count * 4)) *planes[i] = (float *)at;
    forget_plate(plate);
}

void forget_plate(Plate *plate) {
    for (int i = 0; i < plate->width * plate->height; i++) {
        plate->seen[i] = 0;
        for (int k = 0; k < 3; k++) plate->colour[k][i] = 0;
    }
}

static float larger(float a, float b) { return a > b ? a : b; }

/* 1 where nobody is near, else 0. */
static void find_room(Plate *plate, const float *confidence) {
    int width = plate->width, height = plate->height;
    for (int y = 0; y < height; y++) {
        const float *restrict row = confidence + y * width;
        float *restrict out = plate->spare + y * width;
        for (int x = 1; x < width - 1; x++) out[x] = larger(larger(row[x - 1], row[x]), row[x + 1]);
        int last = width - 1;
        out[0] = larger(row[0], row[width > 1 ? 1 : 0]);
        out[last] = larger(row[last], row[width > 1 ? last - 1 : 0]);
    }
    for (int y = 0; y < height; y++) {
        const float *row = plate->spare + y * width, *above = y > 0 ? row - width : row,
                    *below = y + 1 < height ? row + width : row;
        float *restrict out = plate->room + y * width;
        for (int x = 0; x < width; x++) out[x] = larger(larger(above[x], row[x]), below[x]) < ROOM ? 1 : 0;
    }
}

/* How much lighter the room is than the plate; 0 when it is another room. */
static float light(const Plate *plate, const float *luma) {
    int count = plate->width * plate->height, found = 0, off = 0;
    int now = 0, then = 0;
    const float *restrict room = plate->room, *restrict seen = plate->seen, *restrict known = plate->colour[0];
    for (int i = 0; i < count; i++) {
        int counts = (room[i] > 0) & (seen[i] >= KNOWN);
        found += counts;
        now += counts ? (int)(luma[i] * 16) : 0;
        then += counts ? (int)(known[i] * 16) : 0;
    }
    if (found * ENOUGH < count || then == 0) return 1;
    float gain = (float)now / (float)then;
    for (int i = 0; i < count; i++) {
        float away = luma[i] - known[i] * gain;
        off += (room[i] > 0) & (seen[i] >= KNOWN) & (away * away > MOVED * MOVED);
    }
    return (float)off > FORGET * (float)found ? 0 : gain;
}

void decide(Plate *plate, const float *y, const float *u, const float *v, float *confidence) {
    int count = plate->width * plate->height;
    find_room(plate, confidence);
    float gain = light(plate, y);
    if (gain == 0) forget_plate(plate);
    float *restrict of_y = plate->colour[0], *restrict of_u = plate->colour[1], *restrict of_v = plate->colour[2],
                    *restrict times = plate->seen, *restrict answer = confidence;
    const float *restrict room = plate->room;
    for (int i = 0; i < count; i++) {
        float seen = times[i], p = answer[i], known = of_y[i] * gain;
        float by_y = y[i] - known, by_u = u[i] - of_u[i], by_v = v[i] - of_v[i];
        float away = by_y * by_y * (1 / (LUMA * LUMA)) + (by_u * by_u + by_v * by_v) * (1 / (CHROMA * CHROMA));
        float likelier = (away + LEAST) / (1 + LEAST * away);
        float person = p * likelier * likelier, fused = person / (person + 1 - p);
        int counts = (seen >= KNOWN) & (p > SURE) & (p < 1 - SURE);
        answer[i] = counts ? fused : p;

        int anew = (seen < 1) | ((seen >= KNOWN) & (away > OTHER));
        float share = anew ? 1 : larger(FOLLOW, 1 / (seen + 1)), more = anew ? 1 : seen + 1;
        share *= room[i];
        of_y[i] = known + share * by_y;
        of_u[i] += share * by_u;
        of_v[i] += share * by_v;
        times[i] = room[i] > 0 ? more : seen;
    }
}
