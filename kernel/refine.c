/* The matte at the size of the frame. */
#include "steps.h"

static uint32_t even(uint32_t bytes) { return (bytes + 15) & ~15u; }

uint32_t refiner_bytes(int width, int small_width, int small_height) {
    return even(enlarger_bytes(width)) + even((uint32_t)(small_width * small_height) * 2);
}

void make_refiner(Refiner *refiner, void *memory, int width, int small_width, int small_height,
                  const Placement *placement) {
    make_enlarger(&refiner->larger, memory, width, small_width, small_height, placement, 1);
    refiner->alpha = (int16_t *)((uint8_t *)memory + even(enlarger_bytes(width)));
}

void refine(Refiner *refiner, const float *matte, const Thumbnail *picture) {
    level(matte, refiner->alpha, picture->width * picture->height);
    enlarge(&refiner->larger, refiner->alpha);
}

void refined_row(Refiner *refiner, const Picture *camera, int y, int16_t *row) {
    enlarged_row(&refiner->larger, y, row);
    for (int x = 0; x < camera->width; x++) row[x] = (int16_t)clamp((row[x] + 8) >> 4, 0, 256);
}
