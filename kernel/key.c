/* A real green or blue screen, cut out by its colour: in the plane of chroma, where its shadows keep their
 * direction and only become paler. The screen's colour as the light falls on it is estimated around every
 * pixel from the small picture (a clean plate), so alpha is how much of it is missing, and hair stays.
 *
 * The model's matte says where to look: the key counts within reach of the person, and only while what is
 * there beside the person is nearly all screen. Elsewhere is no person; without a screen the model's matte
 * is used as ever. */
#include "steps.h"

/* Chroma across the screen's direction counts so much against it: 1 is a cone of 45 degrees each way. */
#define HUE 1.f
#define SPILL .5f       /* the same for what of it is taken out of the person: a wider cone */
#define SCREEN .35f /* from this much of the screen's colour on, a pixel of the small picture is screen */
#define PERSON .1f  /* up to this much of the screen's colour, a pixel is wholly the person */
#define SATURATED 20.f /* codes of chroma: a screen's colour has at least so much */

/* Of the width, from the model's matte: so far everything that is no screen is shown, how that fades out, and
 * how deep inside a cast of the screen's colour makes no hole, unless it is stronger than CAST. */
#define REACH .2f
#define FADE .1f
#define CORE .03f
#define CAST .5f

/* What is within reach beside the person has to be screen for so large a part, to begin and to go on. */
#define ENOUGH .6f
#define STILL_ENOUGH .45f

#define PLATE .06f /* of the width: sigma of the plate */
#define DARKER 2.f /* the light of the screen that is in an edge is taken out up to so many times */

uint32_t screen_bytes(int width, int height, int small_width, int small_height) {
    return 4 * even(enlarger_bytes(chroma(width))) + even((uint32_t)(chroma(width) * chroma(height)) * 2) +
           even((uint32_t)(small_width * small_height) * 8) + even((uint32_t)chroma(width) * 8 + 4);
}

uint32_t screen_scratch(int width, int height) {
    return even((uint32_t)(width * height) * 16) + gaussian_bytes(width, height);
}

void make_screen(Screen *screen, void *memory, int width, int height, int small_width, int small_height,
                 const Placement *placement) {
    uint8_t *at = memory;
    screen->width = chroma(width);
    screen->height = chroma(height);
    for (int i = 0; i < 4; i++, at += even(enlarger_bytes(screen->width)))
        make_enlarger(&screen->larger[i], at, screen->width, small_width, small_height, placement, 2);
    screen->alpha = (int16_t *)at;
    at += even((uint32_t)(screen->width * screen->height) * 2);
    screen->plate = (int16_t *)at;
    at += even((uint32_t)(small_width * small_height) * 8);
    screen->rows = (int16_t *)at;
}

/* How much of a colour is the screen's: 1 for the screen's own, 0 and less for others. */
static float likeness(float u, float v, float screen_u, float screen_v, float size, float hue) {
    float along = u * screen_u + v * screen_v, across = v * screen_u - u * screen_v;
    return (along - hue * (across < 0 ? -across : across)) * size;
}

/* Distances from where `inside` says, in pixels along rows and columns. */
static void distances(float *away, int width, int height) {
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            float *at = away + y * width + x;
            if (x > 0 && at[-1] + 1 < *at) *at = at[-1] + 1;
            if (y > 0 && at[-width] + 1 < *at) *at = at[-width] + 1;
        }
    for (int y = height - 1; y >= 0; y--)
        for (int x = width - 1; x >= 0; x--) {
            float *at = away + y * width + x;
            if (x + 1 < width && at[1] + 1 < *at) *at = at[1] + 1;
            if (y + 1 < height && at[width] + 1 < *at) *at = at[width] + 1;
        }
}

/* Where to look: -4096 where nobody is, 0 where the key decides, up to 4096 deep inside the person.
 * Returns how much of what is beside the person is screen. */
static float look_around(const float *matte, const float *others, int width, int height, float *away,
                         int16_t *where) {
    int count = width * height, beside = 0, screen = 0;
    float reach = REACH * (float)width, fade = FADE * (float)width, core = CORE * (float)width;
    for (int i = 0; i < count; i++) away[i] = matte[i] < .9f ? 0 : 1e6f;
    distances(away, width, height);
    for (int i = 0; i < count; i++) where[i] = (int16_t)(clampf(away[i] / core - 1, 0, 1) * 4096);
    for (int i = 0; i < count; i++) away[i] = matte[i] > .5f ? 0 : 1e6f;
    distances(away, width, height);
    for (int i = 0; i < count; i++) {
        float gone = clampf((away[i] - reach) / fade, 0, 1);
        if (gone > 0) where[i] = (int16_t)(-4096 * gone);
        if (away[i] <= core || away[i] > reach) continue;
        beside++;
        screen += others[i] == 0;
    }
    return beside ? (float)screen / (float)beside : 0;
}

void look_for_screen(Screen *screen, const float *matte, const float *y, const float *u, const float *v,
                     int width, int height, const uint8_t *colour, float *scratch) {
    int count = width * height, found = 0;
    float *others = scratch, *plate[3] = {others + count, others + 2 * count, others + 3 * count};
    float *spare = (float *)((uint8_t *)scratch + even((uint32_t)count * 16));
    float screen_u = (float)colour[1] - 128, screen_v = (float)colour[2] - 128;
    float strength = screen_u * screen_u + screen_v * screen_v, size = strength > 0 ? 1 / strength : 0;
    float sum[3] = {0, 0, 0};
    for (int i = 0; i < count; i++) {
        int like = likeness(u[i] - 128, v[i] - 128, screen_u, screen_v, size, HUE) >= SCREEN;
        others[i] = like ? 0 : 1;
        if (!like) continue;
        found++;
        sum[0] += y[i];
        sum[1] += u[i];
        sum[2] += v[i];
    }
    float enough = screen->used ? STILL_ENOUGH : ENOUGH;
    float share = look_around(matte, others, width, height, spare, screen->plate + 3 * count);
    screen->used = found && share >= enough;
    if (!screen->used) return;
    /* Where no screen is near, as inside the person, the plate has the screen's mean. */
    const float *planes[3] = {y, u, v};
    for (int plane = 0; plane < 3; plane++)
        for (int i = 0; i < count; i++)
            plate[plane][i] = others[i] > 0 ? sum[plane] / (float)found : planes[plane][i];
    float sigma = PLATE * (float)width;
    Sample *samples = (void *)spare;
    /* Never 0, to have a colour everywhere. */
    for (int i = 0; i < count; i++)
        samples[i] = (Sample){plate[0][i], plate[1][i], plate[2][i], 1} * (1 - others[i] + 1.f / 256);
    gaussian(samples, width, height, sigma, sigma);
    means(samples, count, screen->plate);
}

/* One row of chroma: alpha, and the colour without the screen's. plate: Y, U, V and where, enlarged. */
static void key_chroma(const int16_t *restrict plate_u, const int16_t *restrict plate_v,
                       const int16_t *restrict where, const uint8_t *restrict u, const uint8_t *restrict v,
                       int step, int16_t *restrict alpha, uint8_t *restrict out_u, uint8_t *restrict out_v,
                       int width, float range, float despill) {
    float most = 1 - .5f * range, gain = 1 / (most - PERSON);
    for (int x = 0; x < width; x++) {
        float su = (float)plate_u[x] * .0625f - 128, sv = (float)plate_v[x] * .0625f - 128;
        float pu = (float)u[x * step] - 128, pv = (float)v[x * step] - 128;
        float size = 1 / (su * su + sv * sv + 1), like = likeness(pu, pv, su, sv, size, HUE);
        float here = (float)where[x] * (1 / 4096.f);
        float inside = here > 0 ? here : 0, gone = here < 0 ? 1 + here : 1;
        float value = clampf((most - like) * gain + CAST * inside, 0, 1) * gone;
        alpha[x] = (int16_t)(value * 256 + .5f);
        float spill = likeness(pu, pv, su, sv, size, SPILL), excess = (spill > 0 ? spill : 0) * despill;
        out_u[x * step] = to_byte(128 + pu - excess * su);
        out_v[x * step] = to_byte(128 + pv - excess * sv);
    }
}

void key_row(const Screen *screen, int width, int y, int16_t *restrict row) {
    int across = screen->width, beside = clamp(y / 2 + (y & 1 ? 1 : -1), 0, screen->height - 1);
    const int16_t *restrict near = screen->alpha + y / 2 * across,
                            *restrict far = screen->alpha + beside * across;
    int16_t *restrict line = screen->rows + 3 * across + 1;
    for (int x = 0; x < across; x++) line[x] = (int16_t)(3 * near[x] + far[x]);
    line[-1] = line[0];
    line[across] = line[across - 1];
    for (int x = 0; x < width / 2; x++) {
        row[2 * x] = (int16_t)((3 * line[x] + line[x - 1] + 8) >> 4);
        row[2 * x + 1] = (int16_t)((3 * line[x] + line[x + 1] + 8) >> 4);
    }
    if (width & 1) row[width - 1] = (int16_t)((3 * line[across - 1] + line[across - 2] + 8) >> 4);
}

/* Luma at an edge without the light of the screen that is in it. */
static void key_luma(const uint8_t *restrict luma, const int16_t *restrict plate,
                     const int16_t *restrict alpha, uint8_t *restrict out, int width, float despill) {
    for (int x = 0; x < width; x++) out[x] = luma[x];
    for (int from = 0; from < width; from += 16) {
        int to = from + 16 < width ? from + 16 : width;
        int unsure = 0;
        for (int x = from; x < to; x++) unsure |= alpha[x] & 255;
        if (!unsure) continue;
        for (int x = from; x < to; x++) {
            if (!(alpha[x] & 255)) continue;
            float more = (float)(256 - alpha[x]) / (float)alpha[x];
            more = (more < DARKER ? more : DARKER) * despill;
            out[x] = to_byte((float)luma[x] + more * ((float)luma[x] - (float)plate[x / 2] * .0625f));
        }
    }
}

void key(Screen *screen, const Picture *camera, float range, float despill, const Picture *out,
         int16_t *row) {
    int width = screen->width, small = screen->larger[0].small_width * screen->larger[0].small_height;
    int step = chroma_step(camera);
    for (int i = 0; i < 4; i++) enlarge(&screen->larger[i], screen->plate + i * small);
    int16_t *plate_u = screen->rows, *plate_v = plate_u + width, *where = plate_v + width;
    for (int y = 0; y < screen->height; y++) {
        enlarged_row(&screen->larger[1], y, plate_u);
        enlarged_row(&screen->larger[2], y, plate_v);
        enlarged_row(&screen->larger[3], y, where);
        intptr_t from = (intptr_t)y * camera->c_stride, to = (intptr_t)y * out->c_stride;
        int16_t *alpha = screen->alpha + y * width;
        /* A step that is known is a loop that can be vectorised. */
        if (step == 1)
            key_chroma(plate_u, plate_v, where, camera->u + from, camera->v + from, 1, alpha, out->u + to,
                       out->v + to, width, range, despill);
        else
            key_chroma(plate_u, plate_v, where, camera->u + from, camera->v + from, 2, alpha, out->u + to,
                       out->v + to, width, range, despill);
    }
    for (int y = 0; y < camera->height; y++) {
        if (!(y & 1)) enlarged_row(&screen->larger[0], y / 2, screen->rows);
        key_row(screen, camera->width, y, row);
        key_luma(camera->y + (intptr_t)y * camera->y_stride, screen->rows, row,
                 out->y + (intptr_t)y * out->y_stride, camera->width, despill);
    }
}

/* Cells of chroma, 16 codes wide, of what is at the upper border and the sides. */
int screen_colour(const float *y, const float *u, const float *v, int width, int height, uint8_t *colour) {
    int32_t cells[16 * 16] = {0}, best = -1, most = 0, total = 0;
    for (int i = 0; i < width * height; i++) {
        int column = i % width, row = i / width;
        if (column > width / 6 && column < width - 1 - width / 6 && row > height / 5) continue;
        total++;
        float du = u[i] - 128, dv = v[i] - 128;
        if (du * du + dv * dv >= SATURATED * SATURATED)
            cells[clamp((int)u[i] >> 4, 0, 15) * 16 + clamp((int)v[i] >> 4, 0, 15)]++;
    }
    for (int cell = 0; cell < 256; cell++) {
        int near = 0;
        for (int other = 0; other < 256; other++)
            if (other / 16 - cell / 16 <= 1 && cell / 16 - other / 16 <= 1 && other % 16 - cell % 16 <= 1 &&
                cell % 16 - other % 16 <= 1)
                near += cells[other];
        if (near > most) most = near, best = cell;
    }
    if (most * 4 < total) return 0;
    float sum[3] = {0, 0, 0}, found = 0;
    for (int i = 0; i < width * height; i++) {
        int across = ((int)u[i] >> 4) - best / 16, down = ((int)v[i] >> 4) - best % 16;
        if (across < -1 || across > 1 || down < -1 || down > 1) continue;
        sum[0] += y[i];
        sum[1] += u[i];
        sum[2] += v[i];
        found += 1;
    }
    for (int i = 0; i < 3; i++) colour[i] = to_byte(sum[i] / found);
    return 1;
}
