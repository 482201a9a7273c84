/* A picture of any size and coding behind a frame of any size, never stretched. It covers the frame, cropped around the
 * look's focus; or it is shown whole, before a blurred, darker copy of itself that covers the frame. */
#include "steps.h"

typedef struct {
    float left, top, width, height;
} Window;

/* The blurred copy: its luma is so high, and never wider than BACKING_WIDEST. */
#define BACKING 32
#define BACKING_WIDEST 128
#define DARKER .5f

static float smaller(float a, float b) { return a < b ? a : b; }

static int packed(const Picture *picture) { return picture->format == RGBA || picture->format == BGRA; }

/* More than taps_bytes for so many samples of a line so long, whatever part of it they share. */
static uint32_t most_taps(int count, int length) {
    return even((uint32_t)count * 10 + (uint32_t)length * 2 + 16);
}

/* The largest part of the picture that has the frame's shape. */
static Window covering(const Picture *from, const Picture *to) {
    float across = (float)from->width / (float)to->width, down = (float)from->height / (float)to->height;
    float scale = smaller(across, down);
    float width = scale * (float)to->width, height = scale * (float)to->height;
    float x = clampf(look()->focus_x, 0, 1), y = clampf(look()->focus_y, 0, 1);
    return (Window){((float)from->width - width) * x, ((float)from->height - height) * y, width, height};
}

/* --- a part of a picture becomes a whole one --- */

static uint32_t put_bytes(int width, int height, int to_width, int to_height) {
    return even((uint32_t)to_width * 24) + 2 * most_taps(to_width, width) +
           2 * most_taps(to_height, height) + even((uint32_t)width * 8 + 16);
}

static void put_packed(const Picture *from, Window window, const Picture *to, float *lines, uint8_t *memory) {
    float *rgb[6];
    for (int i = 0; i < 6; i++) rgb[i] = lines + (intptr_t)i * to->width;
    Taps across, down;
    make_taps(&across, memory, to->width, window.left, window.width, from->width);
    memory += most_taps(to->width, from->width);
    make_taps(&down, memory, to->height, window.top, window.height, from->height);
    memory += most_taps(to->height, from->height);
    uint16_t *line = (uint16_t *)memory;
    int red = from->format == BGRA ? 2 : 0;
    for (int y = 0; y < to->height; y += 2) {
        for (int i = 0; i < 2; i++) {
            weigh_rows(from->y, from->y_stride, &down, clamp(y + i, 0, to->height - 1), line, from->width * 4);
            weigh_line(line + red, 4, &across, rgb[i * 3]);
            weigh_line(line + 1, 4, &across, rgb[i * 3 + 1]);
            weigh_line(line + 2 - red, 4, &across, rgb[i * 3 + 2]);
        }
        put_rgb(to, y, rgb);
    }
}

static void split(const uint16_t *restrict pairs, uint16_t *restrict a, uint16_t *restrict b, int count) {
    for (int x = 0; x < count; x++) {
        a[x] = pairs[2 * x];
        b[x] = pairs[2 * x + 1];
    }
}

static void join(const uint8_t *restrict a, const uint8_t *restrict b, uint8_t *restrict pairs, int count) {
    for (int x = 0; x < count; x++) {
        pairs[2 * x] = a[x];
        pairs[2 * x + 1] = b[x];
    }
}

static void put_chroma(const Picture *from, const Taps *across, const Taps *down, const Picture *to,
                       uint8_t *spare, uint16_t *line) {
    int width = chroma(from->width), columns = chroma(to->width);
    uint16_t *u_line = from->format == NV12 ? line + 2 * width : line, *v_line = u_line + width;
    for (int y = 0; y < chroma(to->height); y++) {
        if (from->format == NV12) {
            weigh_rows(from->u, from->c_stride, down, y, line, 2 * width);
            split(line, u_line, v_line, width);
        } else {
            weigh_rows(from->u, from->c_stride, down, y, u_line, width);
            weigh_rows(from->v, from->c_stride, down, y, v_line, width);
        }
        uint8_t *u = to->u + (intptr_t)y * to->c_stride, *v = to->v + (intptr_t)y * to->c_stride;
        int pairs = to->format == NV12;
        weigh_bytes(u_line, width, across, pairs ? spare : u);
        weigh_bytes(v_line, width, across, pairs ? spare + columns : v);
        if (pairs) join(spare, spare + columns, u, columns);
    }
}

static void put_planar(const Picture *from, Window window, const Picture *to, uint8_t *spare,
                       uint8_t *memory) {
    int whole = window.width == (float)from->width && window.height == (float)from->height;
    if (whole && from->width == to->width && from->height == to->height && from->format == to->format)
        copy(from, to);
    else {
        Taps across, down;
        uint8_t *rest = memory + most_taps(to->width, from->width);
        uint16_t *line = (uint16_t *)(rest + most_taps(to->height, from->height));
        make_taps(&across, memory, to->width, window.left, window.width, from->width);
        make_taps(&down, rest, to->height, window.top, window.height, from->height);
        for (int y = 0; y < to->height; y++) {
            weigh_rows(from->y, from->y_stride, &down, y, line, from->width);
            weigh_bytes(line, from->width, &across, to->y + (intptr_t)y * to->y_stride);
        }
        /* Where a side is odd, its last sample of chroma reaches half a sample beyond it. */
        int columns = chroma(to->width), rows = chroma(to->height);
        float width = window.width / (float)to->width * (float)columns;
        float height = window.height / (float)to->height * (float)rows;
        make_taps(&across, memory, columns, window.left / 2, width, chroma(from->width));
        make_taps(&down, rest, rows, window.top / 2, height, chroma(from->height));
        put_chroma(from, &across, &down, to, spare, line);
    }
    if (from->matrix != to->matrix || from->range != to->range)
        recode(to, from->matrix, from->range, (int32_t *)spare);
}

static void put(const Picture *from, Window window, const Picture *to, uint8_t *memory) {
    uint8_t *rest = memory + even((uint32_t)to->width * 24);
    if (packed(from))
        put_packed(from, window, to, (float *)memory, rest);
    else
        put_planar(from, window, to, memory, rest);
}

/* --- the blurred copy --- */

static Picture backing_for(const Picture *to, uint8_t *memory) {
    float width = (float)BACKING * (float)to->width / (float)to->height;
    Picture backing = *to;
    backing.width = 2 * clamp((int)(width / 2 + .5f), 1, BACKING_WIDEST / 2);
    backing.height = BACKING;
    backing.format = I420;
    backing.y_stride = backing.width;
    backing.c_stride = backing.width / 2;
    backing.y = memory;
    backing.u = memory + backing.width * BACKING;
    backing.v = backing.u + backing.width * BACKING / 4;
    return backing;
}

/* 1 2 1 along lines of `count` samples that lie `step` apart. */
static void smooth_lines(float *plane, int lines, int apart, int count, int step) {
    for (int i = 0; i < lines; i++) {
        float *line = plane + i * apart, before = line[0];
        for (int k = 0; k < count; k++) {
            float here = line[k * step], next = line[(k + 1 < count ? k + 1 : k) * step];
            line[k * step] = (before + 2 * here + next) * .25f;
            before = here;
        }
    }
}

/* Each time adds half a sample to the variance. */
static void smooth(uint8_t *plane, int width, int height, int times, float centre, float *spare) {
    int count = width * height;
    for (int i = 0; i < count; i++) spare[i] = plane[i];
    for (int i = 0; i < times; i++) {
        smooth_lines(spare, height, width, width, 1);
        smooth_lines(spare, width, 1, height, width);
    }
    for (int i = 0; i < count; i++) plane[i] = to_byte(centre + (spare[i] - centre) * DARKER);
}

static void put_backing(const Picture *from, const Picture *to, uint8_t *memory) {
    Picture backing = backing_for(to, memory);
    float *spare = (float *)(memory + BACKING * BACKING_WIDEST * 2);
    uint8_t *rest = (uint8_t *)(spare + BACKING * BACKING_WIDEST);
    put(from, covering(from, to), &backing, rest);
    int width = backing.width, half = width / 2;
    smooth(backing.y, width, BACKING, 8, to->range == FULL ? 0 : 16, spare);
    smooth(backing.u, half, BACKING / 2, 2, 128, spare);
    smooth(backing.v, half, BACKING / 2, 2, 128, spare);
    put(&backing, (Window){0, 0, (float)width, BACKING}, to, rest);
}

/* --- */

/* A side of the whole picture within the frame's: even where something lies beside it, so that chroma fits. */
static int inner_side(float size, int whole) {
    return size > (float)(whole - 1) ? whole : clamp(2 * (int)(size / 2 + .5f), 2, whole);
}

static Picture inside(const Picture *to, int width, int height) {
    int left = ((to->width - width) / 2) & ~1, top = ((to->height - height) / 2) & ~1;
    Picture inner = *to;
    inner.width = width;
    inner.height = height;
    inner.y += (intptr_t)top * to->y_stride + left;
    inner.u += (intptr_t)(top / 2) * to->c_stride + left / 2 * chroma_step(to);
    inner.v += (intptr_t)(top / 2) * to->c_stride + left / 2 * chroma_step(to);
    return inner;
}

uint32_t fit_bytes(int width, int height, const Picture *to) {
    int most_width = to->width > BACKING_WIDEST ? to->width : BACKING_WIDEST;
    int most_height = to->height > BACKING ? to->height : BACKING;
    int from_width = width > BACKING_WIDEST ? width : BACKING_WIDEST;
    int from_height = height > BACKING ? height : BACKING;
    return BACKING * BACKING_WIDEST * 6 + put_bytes(from_width, from_height, most_width, most_height);
}

void fit(const Picture *from, const Picture *to, void *scratch) {
    if (look()->contain < .5f) {
        put(from, covering(from, to), to, scratch);
        return;
    }
    float across = (float)to->width / (float)from->width, down = (float)to->height / (float)from->height;
    float scale = smaller(across, down);
    int width = inner_side(scale * (float)from->width, to->width);
    int height = inner_side(scale * (float)from->height, to->height);
    if (width < to->width || height < to->height) put_backing(from, to, scratch);
    Picture inner = inside(to, width, height);
    put(from, (Window){0, 0, (float)from->width, (float)from->height}, &inner, scratch);
}
