/* The frame at the model's size: the model's input, the motion and the blur are all made from it. */
#include "steps.h"

/* Chroma planes cover one pixel more than a frame with an odd side. */
static float covered(int size) { return (float)size / 2; }

uint32_t thumbnail_bytes(int width, int height, int frame_width, int frame_height) {
    return even(taps_bytes(width, (float)frame_width / (float)width)) +
           even(taps_bytes(height, (float)frame_height / (float)height)) +
           even(taps_bytes(width, covered(frame_width) / (float)width)) +
           even(taps_bytes(height, covered(frame_height) / (float)height)) +
           even((uint32_t)frame_width * 2 + 4) + even((uint32_t)(width * height) * 12);
}

void make_thumbnail(Thumbnail *thumbnail, void *memory, int width, int height, int frame_width,
                    int frame_height) {
    uint8_t *at = memory;
    thumbnail->width = width;
    thumbnail->height = height;
    make_taps(&thumbnail->luma_across, at, width, 0, (float)frame_width, frame_width);
    at += even(taps_bytes(width, (float)frame_width / (float)width));
    make_taps(&thumbnail->luma_down, at, height, 0, (float)frame_height, frame_height);
    at += even(taps_bytes(height, (float)frame_height / (float)height));
    make_taps(&thumbnail->chroma_across, at, width, 0, covered(frame_width), chroma(frame_width));
    at += even(taps_bytes(width, covered(frame_width) / (float)width));
    make_taps(&thumbnail->chroma_down, at, height, 0, covered(frame_height), chroma(frame_height));
    at += even(taps_bytes(height, covered(frame_height) / (float)height));
    thumbnail->line = (uint16_t *)at;
    at += even((uint32_t)frame_width * 2 + 4);
    thumbnail->y = (float *)at;
    thumbnail->u = thumbnail->y + width * height;
    thumbnail->v = thumbnail->u + width * height;
}

void take_thumbnail(Thumbnail *thumbnail, const Picture *frame) {
    uint16_t *line = thumbnail->line;
    const Taps *across = &thumbnail->chroma_across, *down = &thumbnail->chroma_down;
    int width = thumbnail->width, step = chroma_step(frame), samples = chroma(frame->width);
    for (int y = 0; y < thumbnail->height; y++) {
        weigh_rows(frame->y, frame->y_stride, &thumbnail->luma_down, y, line, frame->width);
        weigh_line(line, 1, &thumbnail->luma_across, thumbnail->y + y * width);

        weigh_rows(frame->u, frame->c_stride, down, y, line, samples * step);
        weigh_line(line, step, across, thumbnail->u + y * width);
        if (step == 1) weigh_rows(frame->v, frame->c_stride, down, y, line, samples);
        weigh_line(step == 1 ? line : line + 1, step, across, thumbnail->v + y * width);
    }
}
