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

typedef int32_t Mask __attribute__((vector_size(16)));

enum { P, Y, U, V, PY, PU, PV, YY, YU, YV, UU, UV, VV, SUMS };

static int stride_of(int width) { return ((width + 3) & ~3) + 2 * MARGIN; }
static int blocks_of(int width) { return (width + 3) / 4; }
static uint32_t plane_bytes(int width, int height) {
    return (uint32_t)(stride_of(width) * (height + 2 * RADIUS)) * 4;
}

uint32_t guided_bytes(int width, int height) {
    return 8 * plane_bytes(width, height) + (uint32_t)stride_of(width) * SUMS * 4 +
           3 * even((uint32_t)(blocks_of(width) * height)) + 2 * even((uint32_t)(blocks_of(width) + 2) * 2);
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
    guided->set = (int16_t *)(at + 3 * even((uint32_t)(guided->blocks * height)));
    guided->near = guided->set + even((uint32_t)(guided->blocks + 2) * 2) / 2;
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
    for (int y = 0; y < height; y++) {
        float *restrict line = plane + y * stride;
        const float *restrict row = from + y * width;
        for (int x = 0; x < width; x++) line[x] = row[x] - middle;
    }
    extend(plane, width, height, stride);
}

/* What is set in any block within RADIUS rows. */
static void any_row(const uint8_t *blocks, uint8_t *out, int count, int height) {
    for (int y = 0; y < height; y++) {
        uint8_t *restrict row = out + y * count;
        for (int x = 0; x < count; x++) row[x] = 0;
        for (int away = -RADIUS; away <= RADIUS; away++) {
            const uint8_t *restrict in = blocks + clamp(y + away, 0, height - 1) * count;
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
            /* The block and RADIUS pixels to each side. */
            float *alpha = guided->alpha + y * guided->stride + 4 * block;
            Four left = *at(alpha - RADIUS), right = *at(alpha + RADIUS);
            /* bit 0: some of it is person, bit 1: some of it is room */
            Mask found = (((left > 0) | (right > 0)) & 1) | (((left < 1) | (right < 1)) & 2);
            guided->unsure[y * count + block] = (uint8_t)(found[0] | found[1] | found[2] | found[3]);
        }
    any_row(guided->unsure, guided->mixed, count, height);
    for (int i = 0; i < count * height; i++) guided->mixed[i] = guided->mixed[i] == 3;
    for (int y = 0; y < height; y++) {
        const uint8_t *in = guided->mixed + y * count;
        for (int x = 0; x < count; x++)
            spare[y * count + x] = in[x] | in[x > 0 ? x - 1 : 0] | in[x + 1 < count ? x + 1 : x];
    }
    any_row(spare, guided->unsure, count, height);
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
static void regress(Guided *guided, int y, int x) {
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

/* Which blocks of a row are set, and which are or have a neighbour that is; those may lie beyond the row. Returns how
 * many. */
static int list(const uint8_t *row, int blocks, int16_t *set, int16_t *near, int *nears) {
    int count = 0, found = 0, last = -2;
    for (int block = 0; block < blocks; block++) {
        if (!row[block]) continue;
        set[count++] = (int16_t)block;
        for (int beside = block - 1 > last ? block - 1 : last + 1; beside <= block + 1; beside++)
            near[found++] = (int16_t)(last = beside);
    }
    *nears = found;
    return count;
}

static int16_t rounded(float value) {
    return (int16_t)(clampf(value, -32768, 32767) + (value < 0 ? -.5f : .5f));
}

/* Sums over TAPS rows of four columns of a coefficient. */
static Four rows_of(const float *plane, int stride) {
    Four sum = {0};
    for (int away = -RADIUS; away <= RADIUS; away++) sum += *(const Four *)(plane + away * stride);
    return sum;
}

static Four across(const float *sums) {
    Four sum = {0};
    for (int x = -RADIUS; x <= RADIUS; x++) sum += *(const Four *)(sums + x);
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
        for (int i = 0; i < 4; i++) {
            float *restrict line = guided->coefficient[i] + row * stride;
            const float *restrict sure = alpha + row * width;
            if (i < 3)
                for (int x = 0; x < width; x++) line[x] = 0;
            else
                for (int x = 0; x < width; x++) line[x] = sure[x];
        }
        int nears, sets = list(mixed, blocks, guided->set, guided->near, &nears);
        for (int k = 0; k < nears; k++) sum_down(guided, row, 4 * guided->near[k]);
        for (int k = 0; k < sets; k++) regress(guided, row, 4 * guided->set[k]);
    }
    for (int i = 0; i < 4; i++) extend(guided->coefficient[i], width, height, stride);
    for (int row = 0; row < height; row++) {
        int nears, sets = list(guided->unsure + row * blocks, blocks, guided->set, guided->near, &nears);
        const float *restrict sure = alpha + row * width;
        for (int i = 0; i < 4; i++) {
            const float *plane = guided->coefficient[i] + row * stride;
            float scale = i < 3 ? ALPHA << COEFFICIENT_BITS : ALPHA;
            int16_t *restrict line = out + (i * height + row) * width;
            if (i < 3)
                for (int x = 0; x < width; x++) line[x] = 0;
            else
                for (int x = 0; x < width; x++) line[x] = sure[x] > .5f ? ALPHA : 0;
            for (int k = 0; k < nears; k++)
                *at(guided->sums + 4 * guided->near[k]) = rows_of(plane + 4 * guided->near[k], stride);
            for (int k = 0; k < sets; k++) {
                int first = 4 * guided->set[k], count = width - first < 4 ? width - first : 4;
                Four mean = across(guided->sums + first) * scale;
                for (int x = 0; x < count; x++) line[first + x] = rounded(mean[x]);
            }
        }
    }
}
