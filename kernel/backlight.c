/* The light of a backdrop. It is made once for a still one; between two it is mixed as they are. */
#include "steps.h"

void take_backlight(Backlight *light, Sample *cells, int width, int height, float black, float sigma_x,
                    float sigma_y) {
    int count = width * height;
    light_of(cells, count, black, &light->mean);
    light->lit = light->despill = 1;
    gaussian(cells, width, height, sigma_x, sigma_y);
    for (int i = 0; i < count; i++) {
        light->planes[i] = cells[i][0] - black;
        light->planes[count + i] = cells[i][1] - 128;
        light->planes[2 * count + i] = cells[i][2] - 128;
    }
}

void no_backlight(Backlight *light, float despill, int count) {
    for (int i = 0; i < 3 * count; i++) light->planes[i] = 0;
    light->mean = (Light){0, 0, 0};
    light->lit = 0;
    light->despill = despill;
}

static float between(float a, float b, float mix) { return a + (b - a) * mix; }

void mix_backlights(const Backlight *a, const Backlight *b, float mix, Backlight *out, int count) {
    for (int i = 0; i < 3 * count; i++) out->planes[i] = between(a->planes[i], b->planes[i], mix);
    out->lit = between(a->lit, b->lit, mix);
    out->despill = between(a->despill, b->despill, mix);
    /* One without light has no say about its colour. */
    float share = out->lit > 0 ? b->lit * mix / out->lit : 0;
    out->mean.luma = between(a->mean.luma, b->mean.luma, share);
    out->mean.blue = between(a->mean.blue, b->mean.blue, share);
    out->mean.red = between(a->mean.red, b->mean.red, share);
}
