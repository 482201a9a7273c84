/* A matte carried to a later frame by motion, for a model that is slower than the camera.
 *
 * Where each patch of the frame was in the matte's frame is found from coarse to fine: a search over whole
 * pixels on the smallest picture, then gradient descent on each larger one (Lucas-Kanade, inverse
 * compositional; as in T. Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016).
 * Patches are compared without their means, so light that changes is no motion. The finest picture has
 * half the matte's size. Then each pixel asks the four patches around it, and those whose motion explains
 * its luma better count for more. */
#include "steps.h"

#define LEVELS 3
#define PAD 12    /* around each picture; a patch that moves out sees the border go on */
#define SIDE 8    /* of a patch */
#define CELL 4    /* from patch to patch */
#define SEARCH 3  /* whole pixels each way, on the smallest picture */
#define DESCENTS 3
#define STILL 2.f /* levels (RMS): what differs by less did not move */
#define DAMPING 40.f
#define EXPLAINED 4.f /* levels: a pixel's error at which a patch's word is worth half */
#define UNLIKE 8.f    /* levels: a patch's own error (RMS) at which it is */
#define STAYED .1f    /* how much not to have moved counts beside the four patches */

typedef float Four __attribute__((vector_size(16), aligned(4)));

/* Two pictures, padded, and for each cell of the first where its patch was in the second. */
typedef struct {
    int width, height, stride, across, down;
    float *now, *then;
    Motion *motions;
} Level;

static int padded(int size) { return size + 2 * PAD; }
static int cells(int size) { return (size + CELL - 1) / CELL; }

int flow_across(int width) { return cells(chroma(width)); }
int flow_down(int height) { return cells(chroma(height)); }

uint32_t flow_scratch(int width, int height) {
    uint32_t bytes = 0;
    for (int i = 0; i < LEVELS; i++) {
        width = chroma(width);
        height = chroma(height);
        bytes += (uint32_t)(padded(width) * padded(height)) * 8;
        if (i) bytes += (uint32_t)(cells(width) * cells(height)) * (uint32_t)sizeof(Motion);
    }
    return bytes;
}

/* The mean of each 2x2, into the middle of a padded picture. */
static void halve(const float *from, int stride, int width, int height, float *to, int to_stride) {
    for (int y = 0; y < chroma(height); y++) {
        const float *above = from + 2 * y * stride, *below = 2 * y + 1 < height ? above + stride : above;
        float *out = to + y * to_stride;
        for (int x = 0; x < width / 2; x++)
            out[x] = (above[2 * x] + above[2 * x + 1] + below[2 * x] + below[2 * x + 1]) * .25f;
        if (width & 1) out[width / 2] = (above[width - 1] + below[width - 1]) * .5f;
    }
}

static void pad(float *picture, int width, int height, int stride) {
    for (int y = 0; y < height; y++) {
        float *row = picture + y * stride;
        for (int x = 1; x <= PAD; x++) {
            row[-x] = row[0];
            row[width - 1 + x] = row[width - 1];
        }
    }
    for (int y = 1; y <= PAD; y++)
        for (int x = -PAD; x < width + PAD; x++) {
            picture[-y * stride + x] = picture[x];
            picture[(height - 1 + y) * stride + x] = picture[(height - 1) * stride + x];
        }
}

static float sum_of(Four v) { return (v[0] + v[1]) + (v[2] + v[3]); }

static int floor_of(float value) {
    int whole = (int)value;
    return (float)whole > value ? whole - 1 : whole;
}

/* How a patch differs from itself at another place, without the mean; sets the motion's error and light. */
static void compare(const Level *level, const float *patch, int x, int y, Motion *motion, Four *differences) {
    /* Patches stay within the padding. */
    motion->x = clampf(motion->x, (float)(-PAD + 2 - x), (float)(level->width + PAD - SIDE - 2 - x));
    motion->y = clampf(motion->y, (float)(-PAD + 2 - y), (float)(level->height + PAD - SIDE - 2 - y));
    int left = floor_of(motion->x), top = floor_of(motion->y);
    float across = motion->x - (float)left, down = motion->y - (float)top;
    float a = (1 - across) * (1 - down), b = across * (1 - down), c = (1 - across) * down, d = across * down;
    const float *row = level->then + (y + top) * level->stride + x + left;
    Four sum = {0, 0, 0, 0}, squares = {0, 0, 0, 0};
    for (int i = 0; i < SIDE; i++, row += level->stride, patch += level->stride)
        for (int half = 0; half < SIDE; half += 4) {
            const Four *here = (const Four *)(row + half), *right = (const Four *)(row + half + 1);
            const Four *below = (const Four *)(row + level->stride + half),
                       *aslant = (const Four *)(row + level->stride + half + 1);
            Four there = a * *here + b * *right + c * *below + d * *aslant;
            Four difference = there - *(const Four *)(patch + half);
            *differences++ = difference;
            sum += difference;
            squares += difference * difference;
        }
    float mean = sum_of(sum) / (SIDE * SIDE);
    float rest = sum_of(squares) / (SIDE * SIDE) - mean * mean;
    motion->light = mean;
    motion->error = __builtin_sqrtf(rest > 0 ? rest : 0);
}

/* Follow the gradient from the best motion known; keep what becomes better. */
static void descend(const Level *level, const float *patch, int x, int y, Motion *best, Four *differences) {
    Four gx[SIDE * SIDE / 4], gy[SIDE * SIDE / 4], sums[5] = {{0}};
    Four zero = {0, 0, 0, 0}, sum_x = zero, sum_y = zero;
    for (int i = 0; i < SIDE * SIDE / 4; i++) {
        const float *at = patch + i / 2 * level->stride + i % 2 * 4;
        gx[i] = (*(const Four *)(at + 1) - *(const Four *)(at - 1)) * .5f;
        gy[i] = (*(const Four *)(at + level->stride) - *(const Four *)(at - level->stride)) * .5f;
        sum_x += gx[i];
        sum_y += gy[i];
        sums[0] += gx[i] * gx[i];
        sums[1] += gx[i] * gy[i];
        sums[2] += gy[i] * gy[i];
    }
    float mean_x = sum_of(sum_x) / (SIDE * SIDE), mean_y = sum_of(sum_y) / (SIDE * SIDE);
    float xx = sum_of(sums[0]) - SIDE * SIDE * mean_x * mean_x + DAMPING;
    float xy = sum_of(sums[1]) - SIDE * SIDE * mean_x * mean_y;
    float yy = sum_of(sums[2]) - SIDE * SIDE * mean_y * mean_y + DAMPING;
    float whole = 1 / (xx * yy - xy * xy);
    Motion motion = *best;
    compare(level, patch, x, y, &motion, differences);
    for (int step = 0; step < DESCENTS; step++) {
        Four along = zero, aside = zero;
        for (int i = 0; i < SIDE * SIDE / 4; i++) {
            Four difference = differences[i] - motion.light;
            along += gx[i] * difference;
            aside += gy[i] * difference;
        }
        float bx = sum_of(along), by = sum_of(aside);
        motion.x -= (yy * bx - xy * by) * whole;
        motion.y -= (xx * by - xy * bx) * whole;
        compare(level, patch, x, y, &motion, differences);
        if (motion.error >= best->error) return;
        *best = motion;
    }
}

static void find(const Level *level, const Level *coarser) {
    Four differences[SIDE * SIDE / 4];
    for (int row = 0; row < level->down; row++)
        for (int column = 0; column < level->across; column++) {
            int x = column * CELL + CELL / 2 - SIDE / 2, y = row * CELL + CELL / 2 - SIDE / 2;
            const float *patch = level->now + y * level->stride + x;
            Motion best = {0}, other = {0};
            compare(level, patch, x, y, &best, differences);
            if (best.error > STILL) {
                if (coarser) {
                    for (int i = 0; i < 4; i++) {
                        int up = row / 2 + (i & 2 ? row & 1 ? 1 : -1 : 0);
                        int aside = column / 2 + (i & 1 ? column & 1 ? 1 : -1 : 0);
                        up = clamp(up, 0, coarser->down - 1);
                        aside = clamp(aside, 0, coarser->across - 1);
                        Motion from = coarser->motions[up * coarser->across + aside];
                        other.x = 2 * from.x;
                        other.y = 2 * from.y;
                        compare(level, patch, x, y, &other, differences);
                        if (other.error < best.error) best = other;
                    }
                } else {
                    for (int down = -SEARCH; down <= SEARCH; down++)
                        for (int across = -SEARCH; across <= SEARCH; across++) {
                            other.x = (float)across;
                            other.y = (float)down;
                            compare(level, patch, x, y, &other, differences);
                            if (other.error < best.error) best = other;
                        }
                }
                descend(level, patch, x, y, &best, differences);
            }
            level->motions[row * level->across + column] = best;
        }
}

float flow(const float *now, const float *then, int width, int height, Motion *motions, void *scratch) {
    Level levels[LEVELS];
    float *at = scratch;
    int stride = width;
    for (int i = 0; i < LEVELS; i++) {
        Level *level = levels + i;
        level->width = chroma(width);
        level->height = chroma(height);
        level->stride = padded(level->width);
        level->across = cells(level->width);
        level->down = cells(level->height);
        level->now = at + PAD * level->stride + PAD;
        at += level->stride * padded(level->height);
        level->then = at + PAD * level->stride + PAD;
        at += level->stride * padded(level->height);
        level->motions = motions;
        if (i) {
            level->motions = (Motion *)at;
            at += level->across * level->down * (int)(sizeof(Motion) / sizeof(float));
        }
        halve(now, stride, width, height, level->now, level->stride);
        halve(then, stride, width, height, level->then, level->stride);
        pad(level->now, level->width, level->height, level->stride);
        pad(level->then, level->width, level->height, level->stride);
        now = level->now;
        then = level->then;
        width = level->width;
        height = level->height;
        stride = level->stride;
    }
    for (int i = LEVELS - 1; i >= 0; i--) find(levels + i, i + 1 < LEVELS ? levels + i + 1 : 0);
    int count = levels[0].across * levels[0].down, unlike = 0;
    for (int i = 0; i < count; i++) {
        /* From pixels of the half picture to the matte's. */
        motions[i].x *= 2;
        motions[i].y *= 2;
        unlike += motions[i].error > UNLIKE;
    }
    return (float)unlike / (float)count;
}

static float sample(const float *plane, int width, int height, float x, float y) {
    x = clampf(x, 0, (float)(width - 1));
    y = clampf(y, 0, (float)(height - 1));
    int left = clamp((int)x, 0, width - 2), top = clamp((int)y, 0, height - 2);
    float across = x - (float)left, down = y - (float)top;
    const float *at = plane + top * width + left;
    float above = at[0] + (at[1] - at[0]) * across, below = at[width] + (at[width + 1] - at[width]) * across;
    return above + (below - above) * down;
}

/* Whether a square of the matte is even everywhere that these motions take it; its value. */
static int plain(const float *matte, int width, int height, int x, int y, const Motion *around[4],
                 float *value) {
    float least = 1, most = 0;
    for (int i = 0; i < 4; i++) {
        int left = floor_of(around[i]->x), top = floor_of(around[i]->y);
        for (int row = 0; row <= 2 * CELL; row++) {
            const float *line = matte + clamp(y + top + row, 0, height - 1) * width;
            for (int column = 0; column <= 2 * CELL; column++) {
                float here = line[clamp(x + left + column, 0, width - 1)];
                least = here < least ? here : least;
                most = here > most ? here : most;
            }
        }
    }
    *value = most;
    return most - least < 1.f / 512;
}

static float explained(float error) {
    error *= 1 / EXPLAINED;
    return 1 / (1 + error * error * error * error);
}

void carry(const float *matte, const float *then, const float *now, const Motion *motions, int width,
           int height, float *carried) {
    int across = flow_across(width), down = flow_down(height), side = 2 * CELL;
    for (int row = -1; row < down; row++)
        for (int column = -1; column < across; column++) {
            const Motion *around[4];
            float trust[4];
            int moved = 0;
            for (int i = 0; i < 4; i++) {
                int at = clamp(row + i / 2, 0, down - 1) * across + clamp(column + i % 2, 0, across - 1);
                around[i] = motions + at;
                float error = motions[at].error * (1 / UNLIKE);
                trust[i] = 1 / (1 + error * error);
                moved |= motions[at].x != 0 || motions[at].y != 0;
            }
            /* Between the middles of four patches. */
            int left = column * side + side / 2, top = row * side + side / 2;
            int from_x = clamp(left, 0, width), to_x = clamp(left + side, 0, width);
            int from_y = clamp(top, 0, height), to_y = clamp(top + side, 0, height);
            float same;
            int even = moved && plain(matte, width, height, left, top, around, &same);
            for (int y = from_y; y < to_y; y++)
                for (int x = from_x; x < to_x; x++) {
                    int at = y * width + x;
                    if (!moved || even) {
                        carried[at] = moved ? same : matte[at];
                        continue;
                    }
                    float right = ((float)(x - left) + .5f) / (float)side,
                          below = ((float)(y - top) + .5f) / (float)side;
                    /* What looks as it did has most often stayed where it was. */
                    float total = STAYED * explained(then[at] - now[at]), sum = total * matte[at];
                    for (int i = 0; i < 4; i++) {
                        float px = (float)x + around[i]->x, py = (float)y + around[i]->y;
                        float error = sample(then, width, height, px, py) - now[at] - around[i]->light;
                        float weight = (i & 1 ? right : 1 - right) * (i & 2 ? below : 1 - below);
                        weight *= explained(error) * trust[i];
                        total += weight;
                        sum += weight * sample(matte, width, height, px, py);
                    }
                    carried[at] = sum / total;
                }
        }
}
