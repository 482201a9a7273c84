/* A picture of any size behind a frame of any size: scaled to cover it, never stretched. */
#include "steps.h"

typedef struct {
    float left, top, width, height;
} Crop;

/* The largest middle part of the picture that has the frame's shape. */
static Crop crop_of(int width, int height, const Picture *to) {
    float scale = (float)width / (float)to->width, other = (float)height / (float)to->height;
    if (other < scale) scale = other;
    float w = scale * (float)to->width, h = scale * (float)to->height;
    return (Crop){((float)width - w) / 2, ((float)height - h) / 2, w, h};
}

static uint32_t even(uint32_t bytes) { return (bytes + 15) & ~15u; }

uint32_t cover_bytes(int width, int height, const Picture *to) {
    float scale = crop_of(width, height, to).width / (float)to->width;
    return even((uint32_t)to->width * 24) + even(taps_bytes(to->width, scale)) +
           even(taps_bytes(to->height, scale)) + even((uint32_t)width * 8);
}

void cover(const uint8_t *rgba, int width, int height, const Picture *to, void *scratch) {
    Crop crop = crop_of(width, height, to);
    float scale = crop.width / (float)to->width;
    float *lines = scratch, *rgb[6];
    for (int i = 0; i < 6; i++) rgb[i] = lines + (intptr_t)i * to->width;
    uint8_t *memory = (uint8_t *)scratch + even((uint32_t)to->width * 24);
    Taps across, down;
    make_taps(&across, memory, to->width, crop.left, crop.width, width);
    memory += even(taps_bytes(to->width, scale));
    make_taps(&down, memory, to->height, crop.top, crop.height, height);
    memory += even(taps_bytes(to->height, scale));
    uint16_t *line = (uint16_t *)memory;
    for (int y = 0; y < to->height; y += 2) {
        for (int i = 0; i < 2; i++) {
            weigh_rows(rgba, width * 4, &down, clamp(y + i, 0, to->height - 1), line, width * 4);
            for (int channel = 0; channel < 3; channel++)
                weigh_line(line + channel, 4, &across, rgb[i * 3 + channel]);
        }
        put_rgb(to, y, rgb);
    }
}
