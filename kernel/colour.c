/* RGB and Y'CbCr, after ITU-R BT.601 and BT.709: Y' = Kr R + Kg G + Kb B, Cb = (B - Y') / (2 - 2 Kb),
 * Cr = (R - Y') / (2 - 2 Kr). */
#include "steps.h"

typedef struct {
    float red, green, blue;              /* Kr, Kg, Kb */
    float black, luma_size, chroma_size; /* codes: Y' = 0, and for each level of 8-bit RGB */
} Coding;

static Coding coding_of(const Picture *picture) {
    Coding coding;
    coding.red = picture->matrix == BT709 ? .2126f : .299f;
    coding.blue = picture->matrix == BT709 ? .0722f : .114f;
    coding.green = 1 - coding.red - coding.blue;
    int full = picture->range == FULL;
    coding.black = full ? 0 : 16;
    coding.luma_size = full ? 1 : 219.f / 255;
    coding.chroma_size = full ? 1 : 224.f / 255;
    return coding;
}

static void put_luma(Coding coding, const float *red, const float *green, const float *blue, uint8_t *out,
                     int width) {
    for (int x = 0; x < width; x++) {
        float luma = coding.red * red[x] + coding.green * green[x] + coding.blue * blue[x];
        out[x] = to_byte(coding.black + coding.luma_size * luma);
    }
}

void put_rgb(const Picture *picture, int y, float *rgb[6]) {
    Coding coding = coding_of(picture);
    int width = picture->width, step = chroma_step(picture);
    put_luma(coding, rgb[0], rgb[1], rgb[2], picture->y + (intptr_t)y * picture->y_stride, width);
    if (y + 1 < picture->height)
        put_luma(coding, rgb[3], rgb[4], rgb[5], picture->y + (intptr_t)(y + 1) * picture->y_stride, width);

    for (int channel = 0; channel < 3; channel++) {
        float *restrict first = rgb[channel], *second = rgb[channel + 3];
        for (int x = 0; x < width; x++) first[x] += second[x];
    }
    float from_blue = coding.chroma_size / (2 - 2 * coding.blue);
    float from_red = coding.chroma_size / (2 - 2 * coding.red);
    uint8_t *u = picture->u + (intptr_t)(y / 2) * picture->c_stride;
    uint8_t *v = picture->v + (intptr_t)(y / 2) * picture->c_stride;
    for (int x = 0; x < chroma(width); x++) {
        int left = 2 * x, right = left + 1 < width ? left + 1 : left;
        float red = (rgb[0][left] + rgb[0][right]) * .25f;
        float green = (rgb[1][left] + rgb[1][right]) * .25f;
        float blue = (rgb[2][left] + rgb[2][right]) * .25f;
        float luma = coding.red * red + coding.green * green + coding.blue * blue;
        u[x * step] = to_byte(128 + (blue - luma) * from_blue);
        v[x * step] = to_byte(128 + (red - luma) * from_red);
    }
}

void rgba_to_planar(const uint8_t *rgba, int stride, int bgr, const Picture *to, float *scratch) {
    float *rgb[6];
    for (int i = 0; i < 6; i++) rgb[i] = scratch + (intptr_t)i * to->width;
    for (int y = 0; y < to->height; y += 2) {
        for (int i = 0; i < 2; i++) {
            const uint8_t *row = rgba + (intptr_t)clamp(y + i, 0, to->height - 1) * stride;
            float *red = rgb[i * 3 + (bgr ? 2 : 0)], *green = rgb[i * 3 + 1],
                  *blue = rgb[i * 3 + (bgr ? 0 : 2)];
            for (int x = 0; x < to->width; x++) {
                red[x] = row[4 * x];
                green[x] = row[4 * x + 1];
                blue[x] = row[4 * x + 2];
            }
        }
        put_rgb(to, y, rgb);
    }
}

/* From codes to levels of RGB. */
typedef struct {
    float black, luma, red_v, green_u, green_v, blue_u;
} Decoding;

static Decoding decoding_of(const Picture *picture) {
    Coding coding = coding_of(picture);
    float red = (2 - 2 * coding.red) / coding.chroma_size, blue = (2 - 2 * coding.blue) / coding.chroma_size;
    return (Decoding){coding.black,
                      1 / coding.luma_size,
                      red,
                      -blue * coding.blue / coding.green,
                      -red * coding.red / coding.green,
                      blue};
}

void planar_to_rgba(const Picture *from, uint8_t *rgba) {
    Decoding d = decoding_of(from);
    int step = chroma_step(from);
    for (int row = 0; row < from->height; row++) {
        const uint8_t *y = from->y + (intptr_t)row * from->y_stride;
        const uint8_t *u = from->u + (intptr_t)(row / 2) * from->c_stride;
        const uint8_t *v = from->v + (intptr_t)(row / 2) * from->c_stride;
        for (int x = 0; x < from->width; x++, rgba += 4) {
            float luma = (y[x] - d.black) * d.luma;
            float cb = (float)(u[(x / 2) * step] - 128), cr = (float)(v[(x / 2) * step] - 128);
            rgba[0] = to_byte(luma + d.red_v * cr);
            rgba[1] = to_byte(luma + d.green_u * cb + d.green_v * cr);
            rgba[2] = to_byte(luma + d.blue_u * cb);
            rgba[3] = 255;
        }
    }
}

void planes_to_input(const float *y, const float *u, const float *v, int count, const Picture *coding,
                     float mean, float scale, float *input) {
    Decoding d = decoding_of(coding);
    float size = 1 / scale, shift = -mean / scale;
    for (int i = 0; i < count; i++, input += 3) {
        float luma = (y[i] - d.black) * d.luma, cb = u[i] - 128, cr = v[i] - 128;
        input[0] = clampf(luma + d.red_v * cr, 0, 255) * size + shift;
        input[1] = clampf(luma + d.green_u * cb + d.green_v * cr, 0, 255) * size + shift;
        input[2] = clampf(luma + d.blue_u * cb, 0, 255) * size + shift;
    }
}

void fill(const Picture *picture, int red, int green, int blue) {
    Coding c = coding_of(picture);
    float r = (float)clamp(red, 0, 255), g = (float)clamp(green, 0, 255), b = (float)clamp(blue, 0, 255);
    float luma = c.red * r + c.green * g + c.blue * b;
    uint8_t y = to_byte(c.black + c.luma_size * luma);
    uint8_t u = to_byte(128 + c.chroma_size * (b - luma) / (2 - 2 * c.blue));
    uint8_t v = to_byte(128 + c.chroma_size * (r - luma) / (2 - 2 * c.red));
    int step = chroma_step(picture);
    for (int row = 0; row < picture->height; row++) {
        uint8_t *line = picture->y + (intptr_t)row * picture->y_stride;
        for (int x = 0; x < picture->width; x++) line[x] = y;
    }
    for (int row = 0; row < chroma(picture->height); row++) {
        uint8_t *u_line = picture->u + (intptr_t)row * picture->c_stride;
        uint8_t *v_line = picture->v + (intptr_t)row * picture->c_stride;
        for (int x = 0; x < chroma(picture->width); x++) {
            u_line[x * step] = u;
            v_line[x * step] = v;
        }
    }
}

#define FIXED 4096

static int32_t fixed(float value) { return (int32_t)(value * FIXED + (value < 0 ? -.5f : .5f)); }

static void recode_luma(uint8_t *restrict row, const int32_t *restrict add, int32_t size, int width) {
    for (int x = 0; x < width; x++) row[x] = (uint8_t)clamp((row[x] * size + add[x]) >> 12, 0, 255);
}

/* Grey stays grey, so chroma depends on chroma alone. */
void recode(const Picture *picture, int matrix, int range, int32_t *scratch) {
    Picture was = *picture;
    was.matrix = matrix;
    was.range = range;
    Decoding d = decoding_of(&was);
    Coding c = coding_of(picture);
    /* What a code of Cb and of Cr adds to the new luma, as RGB to Y'. */
    float cb = c.blue * d.blue_u + c.green * d.green_u, cr = c.red * d.red_v + c.green * d.green_v;
    float blue = c.chroma_size / (2 - 2 * c.blue), red = c.chroma_size / (2 - 2 * c.red);
    int32_t size = fixed(c.luma_size * d.luma), black = fixed(c.black - c.luma_size * d.luma * d.black + .5f);
    int32_t y_u = fixed(c.luma_size * cb), y_v = fixed(c.luma_size * cr);
    int32_t u_u = fixed(blue * (d.blue_u - cb)), u_v = fixed(-blue * cr);
    int32_t v_u = fixed(-red * cb), v_v = fixed(red * (d.red_v - cr));
    int step = chroma_step(picture), middle = 128 * FIXED + FIXED / 2;
    for (int row = 0; row < chroma(picture->height); row++) {
        uint8_t *u = picture->u + (intptr_t)row * picture->c_stride;
        uint8_t *v = picture->v + (intptr_t)row * picture->c_stride;
        for (int x = 0; x < chroma(picture->width); x++) {
            int32_t b = u[x * step] - 128, r = v[x * step] - 128;
            scratch[2 * x] = scratch[2 * x + 1] = black + y_u * b + y_v * r;
            u[x * step] = (uint8_t)clamp((middle + u_u * b + u_v * r) >> 12, 0, 255);
            v[x * step] = (uint8_t)clamp((middle + v_u * b + v_v * r) >> 12, 0, 255);
        }
        for (int y = 2 * row; y < 2 * row + 2 && y < picture->height; y++)
            recode_luma(picture->y + (intptr_t)y * picture->y_stride, scratch, size, picture->width);
    }
}
