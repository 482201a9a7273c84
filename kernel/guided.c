/* The guided filter: around each pixel alpha is the linear function of colour that fits it best, so that it has its
 * edges where colour has them. K. He, J. Sun, X. Tang, "Guided Image Filtering", TPAMI 2013, with a colour guide
 * (equations 19 to 21); computed at the model's size and applied at the frame's, as in K. He, J. Sun, "Fast Guided
 * Filter", 2015. Only where alpha is not the same all around is there anything to compute. */
#include "steps.h"

#define RADIUS 2
#define TAPS (2 * RADIUS + 1)
#define FLATNESS 40 /* variance of colour, in codes squared, below which colour says little: epsilon */
#define MARGIN 8    /* floats to each side of a row */

/* Four neighbours in a row, anywhere in it. */
typedef float Four __attribute__((vector_size(16), aligned(4)));

enum { P, Y, U, V, PY, PU, PV, YY, YU, YV, UU, UV, VV, SUMS };

static uint32_t even(uint32_t bytes) { return (bytes + 15) & ~15u; }
static int stride_of(int width) { return ((width + 3) & ~3) + 2 * MARGIN; }
static int blocks_of(int width) { return (width + 3) / 4; }
static uint32_t plane_bytes(int width, int height) {
    return (uint32_t)(stride_of(width) * (height + 2 * RADIUS)) * 4;
}

uint32_t guided_bytes(int width, int height) {
    return 8 * plane_bytes(width, height) + (uint32_t)stride_of(width) * SUMS * 4 +
           3 * even((uint32_t)(blocks_of(width) * height));
}

void make_guided(Guided *guided, void *memory, int width, int height) {
    uint8_t *at = memory;
    guided->width = width;
    guided->height = height;
    guided->blocks = blocks_of(width);
    guided->stride = stride_of(width);
    float **planes[] = {&guided->guide[0],       &guided->guide[1],       &guided->guide[2],       &guided->alpha,
                        &guided->coefficient[0], &guided->coefficient[1], &guided->coefficient[2], &guided->coefficient[3]};
    for (int i = 0; i < 8; i++) {
        *planes[i] = (float *)at + RADIUS * guided->stride + MARGIN;
        at += plane_bytes(width, height);
    }
    guided->sums = (float *)at + MARGIN;
    at += guided->stride * SUMS * 4;
    guided->mixed = at;
    guided->unsure = at + 2 * even((uint32_t)(guided->blocks * height));
}

static Four *at(float *samples) { return (Four *)samples; }

/* Beyond its borders a plane goes on with its last samples. */
static void extend(float *plane, int width, int height, int stride) {
    for (int y = 0; y < height; y++) {
        float *row = plane + y * stride;
        for (int x = 1; x <= MARGIN; x++) row[-x] = row[0];
        for (int x = width; x < stride - MARGIN; x++) row[x] = row[width - 1];
    }
    for (int y = 1; y <= RADIUS; y++) {
        float *above = plane - MARGIN, *below = plane + (height - 1) * stride - MARGIN;
        for (int x = 0; x < stride; x++) {
            above[x - y * stride] = above[x];
            below[x + y * stride] = below[x];
        }
    }
}

static void take(float *plane, const float *from, float middle, int width, int height, int stride) {
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) plane[y * stride + x] = from[y * width + x] - middle;
    extend(plane, width, height, stride);
}

/* Whether any block within RADIUS rows and one block to each side is set. */
static void spread(const uint8_t *blocks, uint8_t *across, uint8_t *out, int count, int height) {
    for (int y = 0; y < height; y++) {
        const uint8_t *in = blocks + y * count;
        uint8_t *row = across + y * count;
        for (int x = 0; x < count; x++)
            row[x] = in[x] | in[x > 0 ? x - 1 : 0] | in[x + 1 < count ? x + 1 : x];
    }
    for (int y = 0; y < height; y++) {
        uint8_t *restrict row = out + y * count;
        for (int x = 0; x < count; x++) row[x] = 0;
        for (int away = -RADIUS; away <= RADIUS; away++) {
            const uint8_t *restrict in = across + clamp(y + away, 0, height - 1) * count;
            for (int x = 0; x < count; x++) row[x] |= in[x];
        }
    }
}

/* Blocks around which there is more than one alpha (`mixed`), and those that such a block reaches (`unsure`). */
static void find_unsure(Guided *guided) {
    int count = guided->blocks, height = guided->height;
    uint8_t *spare = guided->mixed + even((uint32_t)(count * height));
    for (int y = 0; y < height; y++)
        for (int block = 0; block < count; block++) {
            const float *alpha = guided->alpha + y * guided->stride + 4 * block;
            int some = 0, all = 1;
            for (int x = -RADIUS; x < 4 + RADIUS; x++) {
                some |= alpha[x] > 0;
                all &= alpha[x] >= 1;
            }
            /* bit 0: some of it is person, bit 1: some of it is room */
            guided->unsure[y * count + block] = (uint8_t)(some | (!all) << 1);
        }
    for (int y = 0; y < height; y++)
        for (int block = 0; block < count; block++) {
            int found = 0;
            for (int away = -RADIUS; away <= RADIUS; away++)
                found |= guided->unsure[clamp(y + away, 0, height - 1) * count + block];
            guided->mixed[y * count + block] = found == 3;
        }
    spread(guided->mixed, spare, guided->unsure, count, height);
}

/* Sums over TAPS rows of four columns: of alpha, of colour, and of their products. */
static void sum_down(Guided *guided, int y, int x) {
    Four sum[SUMS] = {0};
    for (int away = -RADIUS; away <= RADIUS; away++) {
        int i = (y + away) * guided->stride + x;
        Four p = *at(guided->alpha + i), luma = *at(guided->guide[0] + i), u = *at(guided->guide[1] + i),
             v = *at(guided->guide[2] + i);
        sum[P] += p;
        sum[Y] += luma;
        sum[U] += u;
        sum[V] += v;
        sum[PY] += p * luma;
        sum[PU] += p * u;
        sum[PV] += p * v;
        sum[YY] += luma * luma;
        sum[YU] += luma * u;
        sum[YV] += luma * v;
        sum[UU] += u * u;
        sum[UV] += u * v;
        sum[VV] += v * v;
    }
    for (int k = 0; k < SUMS; k++) *at(guided->sums + k * guided->stride + x) = sum[k];
}

/* The least squares of four pixels, from sum_down of them and their neighbours: (S + epsilon) a = covariance of alpha
 * and colour, by the square-root-free Cholesky decomposition. */
static void fit(Guided *guided, int y, int x) {
    Four mean[SUMS];
    for (int k = 0; k < SUMS; k++) {
        Four sum = {0};
        for (int away = -RADIUS; away <= RADIUS; away++) sum += *at(guided->sums + k * guided->stride + x + away);
        mean[k] = sum * (1.f / (TAPS * TAPS));
    }
    Four p = mean[P], luma = mean[Y], u = mean[U], v = mean[V];
    Four yy = mean[YY] - luma * luma + FLATNESS, yu = mean[YU] - luma * u, yv = mean[YV] - luma * v;
    Four uu = mean[UU] - u * u + FLATNESS, uv = mean[UV] - u * v, vv = mean[VV] - v * v + FLATNESS;
    Four in_u = yu / yy, in_v = yv / yy;
    Four u_left = uu - in_u * yu, uv_left = uv - in_u * yv, v_in_u = uv_left / u_left;
    Four v_left = vv - in_v * yv - v_in_u * uv_left;
    Four a = mean[PY] - p * luma, b = mean[PU] - p * u - in_u * a, c = mean[PV] - p * v - in_v * a - v_in_u * b;
    Four of_v = c / v_left, of_u = b / u_left - v_in_u * of_v, of_y = a / yy - in_u * of_u - in_v * of_v;
    int i = y * guided->stride + x;
    *at(guided->coefficient[0] + i) = of_y;
    *at(guided->coefficient[1] + i) = of_u;
    *at(guided->coefficient[2] + i) = of_v;
    *at(guided->coefficient[3] + i) = p - of_y * luma - of_u * u - of_v * v;
}

static int16_t rounded(float value) {
    return (int16_t)(clampf(value, -32768, 32767) + (value < 0 ? -.5f : .5f));
}

/* The mean of a coefficient over TAPS x TAPS of them. */
static Four mean_of(const float *plane, int stride) {
    Four sum = {0};
    for (int away = -RADIUS; away <= RADIUS; away++)
        for (int x = -RADIUS; x <= RADIUS; x++) sum += *(const Four *)(plane + away * stride + x);
    return sum * (1.f / (TAPS * TAPS));
}

void guide(Guided *guided, const float *alpha, const float *y, const float *u, const float *v, int16_t *out) {
    int width = guided->width, height = guided->height, stride = guided->stride, blocks = guided->blocks;
    const float *planes[] = {y, u, v};
    for (int i = 0; i < 3; i++) take(guided->guide[i], planes[i], 128, width, height, stride);
    take(guided->alpha, alpha, 0, width, height, stride);
    find_unsure(guided);
    for (int row = 0; row < height; row++) {
        const uint8_t *mixed = guided->mixed + row * blocks;
        for (int x = 0; x < width; x++) {
            for (int i = 0; i < 3; i++) guided->coefficient[i][row * stride + x] = 0;
            guided->coefficient[3][row * stride + x] = alpha[row * width + x];
        }
        for (int block = -1; block <= blocks; block++)
            if (mixed[clamp(block - 1, 0, blocks - 1)] | mixed[clamp(block, 0, blocks - 1)] |
                mixed[clamp(block + 1, 0, blocks - 1)])
                sum_down(guided, row, 4 * block);
        for (int block = 0; block < blocks; block++)
            if (mixed[block]) fit(guided, row, 4 * block);
    }
    for (int i = 0; i < 4; i++) {
        float *plane = guided->coefficient[i];
        float scale = i < 3 ? ALPHA << COEFFICIENT_BITS : ALPHA;
        extend(plane, width, height, stride);
        for (int row = 0; row < height; row++)
            for (int block = 0; block < blocks; block++) {
                int16_t *to = out + (i * height + row) * width + 4 * block;
                int count = width - 4 * block < 4 ? width - 4 * block : 4;
                if (guided->unsure[row * blocks + block]) {
                    Four mean = mean_of(plane + row * stride + 4 * block, stride) * scale;
                    for (int x = 0; x < count; x++) to[x] = rounded(mean[x]);
                } else {
                    for (int x = 0; x < count; x++)
                        to[x] = rounded(plane[row * stride + 4 * block + x] * scale);
                }
            }
    }
}
