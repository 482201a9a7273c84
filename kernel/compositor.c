/* One stream: where everything lies, and what happens to a frame. See kernel.h. */
#include "steps.h"

extern uint8_t __heap_base;

typedef enum { STILL, BLURRED, ROOM, NOTHING } Kind;

/* Standard deviations, in heights of the frame: of the strongest blur; of what is near the person's edge; of
 * the shadow; of the light behind. */
#define STRONGEST .04f
#define NEARBY .03f
#define SHADOW_SIZE .05f
#define BEHIND_BLUR .06f
/* How much of a new look at the person's light counts: a second at 30 frames a second. */
#define LIGHT_RATE .04f

typedef struct {
    Kind kind;
    Picture picture; /* of a still backdrop, or of the last blurred frame */
    Backlight light;
} Backdrop;

static struct {
    int32_t format, width, height, stride, model_width, model_height, channels;
    float mean, scale;
    uint8_t *frame, *output, *output_alpha, *upload;
    uint32_t frame_bytes, output_bytes;
    float *model_input, *model_output, *confidence;

    Picture camera, placed, despilled, composited;
    Backdrop before, newest, mixed;
    int32_t has_backdrop;
    float shown; /* the last mix; -1: no backdrop was shown yet, so there is none to fade from */

    void *thumbnail_memory, *luma_memory, *colour_memory, *beyond_luma_memory, *beyond_colour_memory,
        *refiner_memory, *placer_memory, *screen_memory, *plate_memory;
    Thumbnail thumbnail;
    Enlarger luma, colour; /* of a small backdrop */
    Enlarger beyond_luma, beyond_colour; /* of the person's colours, placed */
    Refiner refiner;
    Placer placer;
    Screen screen;
    Plate plate;
    Look placed_as;
    void *blender_memory;
    Blender blender;
    Light person_light;
    /* The steady confidence of the last frame that has a matte, and its luma; the small planes of the frame sent. */
    float *known, *known_luma, *sent[3];
    float *matte, *alpha, *person, *scratch, *backdrop_small;
    Sample *cells;
    Motion *motions;
    int32_t has_matte;
    int32_t frames, since; /* frames taken since the last matte; since one was sent, -1 if none was */
    int32_t has_light;                /* the person's is known */
    int16_t *small, *rows, *colours, *rim, *shadow, *glow, *shade;
} stream;

/* Each block begins at a multiple of 16. */
static uint8_t *place(uint8_t **top, uint32_t bytes) {
    uint8_t *at = *top;
    *top += (bytes + 15) & ~15u;
    return at;
}

static Picture picture_at(uint8_t *planes, int format, int width, int height, int y_stride, int c_stride,
                          int matrix, int range) {
    Picture picture = {
        .y = planes, .width = width, .height = height, .format = format, .matrix = matrix, .range = range};
    picture.y_stride = y_stride ? y_stride : width;
    picture.c_stride = c_stride ? c_stride : format == NV12 ? 2 * chroma(width) : chroma(width);
    picture.u = planes + (intptr_t)picture.y_stride * height;
    picture.v = picture.u + (format == NV12 ? 1 : (intptr_t)picture.c_stride * chroma(height));
    return picture;
}

static uint32_t picture_bytes(const Picture *p) {
    int planes = p->format == NV12 ? 1 : 2;
    return (uint32_t)(p->y_stride * p->height + p->c_stride * chroma(p->height) * planes);
}

static uint32_t largest(uint32_t a, uint32_t b) { return a > b ? a : b; }

uint8_t *lay_out(Format format, int width, int height, int y_stride, int c_stride, Matrix matrix, Range range,
                 int model_width, int model_height, int channels, float mean, float scale) {
    uint8_t *top = (uint8_t *)(((uintptr_t)&__heap_base + 63) & ~(uintptr_t)63);
    int packed = format == RGBA || format == BGRA;
    Picture tight = picture_at(0, format == NV12 ? NV12 : I420, width, height, 0, 0, matrix, range);
    uint32_t bytes = picture_bytes(&tight);
    stream.format = format;
    stream.width = width;
    stream.height = height;
    stream.model_width = model_width;
    stream.model_height = model_height;
    stream.channels = channels;
    stream.mean = mean;
    stream.scale = scale;

    if (packed) {
        stream.stride = y_stride ? y_stride : 4 * width;
        stream.frame_bytes = (uint32_t)(stream.stride * height);
        stream.frame = place(&top, stream.frame_bytes);
        stream.camera = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    } else {
        stream.camera = picture_at(top, tight.format, width, height, y_stride, c_stride, matrix, range);
        stream.frame_bytes = picture_bytes(&stream.camera);
        stream.frame = place(&top, stream.frame_bytes);
    }
    stream.output_bytes = bytes;
    stream.output = place(&top, bytes);
    stream.output_alpha = place(&top, (uint32_t)(width * height));
    stream.composited = picture_at(stream.output, tight.format, width, height, 0, 0, matrix, range);
    stream.despilled = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    stream.placed = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    stream.mixed.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    stream.before.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    stream.newest.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);

    uint32_t count = (uint32_t)(model_width * model_height);
    stream.model_input = (float *)place(&top, count * 12);
    stream.model_output = (float *)place(&top, count * 4 * (uint32_t)channels);
    stream.confidence = (float *)place(&top, count * 4);
    stream.matte = (float *)place(&top, count * 4);
    stream.known = (float *)place(&top, count * 4);
    stream.known_luma = (float *)place(&top, count * 4);
    for (int i = 0; i < 3; i++) stream.sent[i] = (float *)place(&top, count * 4);
    uint32_t patches = (uint32_t)(flow_across(model_width) * flow_down(model_height));
    stream.motions = (Motion *)place(&top, patches * (uint32_t)sizeof(Motion));
    stream.person = (float *)place(&top, person_bytes(model_width, model_height));
    stream.alpha = (float *)place(&top, count * 4);
    stream.backdrop_small = (float *)place(&top, count * 16);
    uint32_t cells = (uint32_t)(chroma(model_width) * chroma(model_height));
    Backdrop *backdrops[] = {&stream.before, &stream.newest, &stream.mixed};
    for (int i = 0; i < 3; i++) backdrops[i]->light.planes = (float *)place(&top, cells * 12);
    stream.cells = (Sample *)place(&top, cells * 16);
    stream.small = (int16_t *)place(&top, cells * 6);
    stream.colours = (int16_t *)place(&top, cells * 12);
    stream.glow = (int16_t *)place(&top, cells * 6);
    stream.rim = (int16_t *)place(&top, cells * 2);
    stream.shadow = (int16_t *)place(&top, cells * 2);
    stream.shade = (int16_t *)place(&top, cells * 2);
    /* Steps follow one another, and each has all of it. */
    uint32_t scratch = gaussian_bytes(chroma(model_width), chroma(model_height)) + cells * 24;
    scratch = largest(scratch, person_scratch(model_width, model_height));
    scratch = largest(scratch, flow_scratch(model_width, model_height));
    scratch = largest(scratch, screen_scratch(model_width, model_height));
    stream.scratch = (float *)place(&top, largest(scratch, packed ? (uint32_t)width * 24 : 0));
    stream.rows = (int16_t *)place(&top, (uint32_t)width * 2);
    stream.blender_memory = place(&top, blender_bytes(width, chroma(model_width), chroma(model_height)));
    stream.thumbnail_memory = place(&top, thumbnail_bytes(model_width, model_height, width, height));
    stream.luma_memory = place(&top, enlarger_bytes(width));
    stream.colour_memory = place(&top, enlarger_bytes(chroma(width)));
    stream.beyond_luma_memory = place(&top, enlarger_bytes(width));
    stream.beyond_colour_memory = place(&top, enlarger_bytes(chroma(width)));
    stream.refiner_memory = place(&top, refiner_bytes(width, model_width, model_height));
    stream.screen_memory = place(&top, screen_bytes(width, height, model_width, model_height));
    stream.placer_memory = place(&top, placer_bytes(width, height));
    stream.plate_memory = place(&top, plate_bytes(model_width, model_height));
    stream.upload = top;
    return top;
}

static int cell_count(void) { return chroma(stream.model_width) * chroma(stream.model_height); }

/* What a part of the frame's height is in cells. */
static float cells_down(float part) { return part * .5f * (float)stream.model_height; }
static float cells_across(float part) {
    return part * .5f * (float)stream.height * (float)stream.model_width / (float)stream.width;
}

static float black(void) { return stream.camera.range == FULL ? 0 : 16; }
static float white(void) { return stream.camera.range == FULL ? 255 : 235; }

/* The person's place, and that of all that is made from the camera's picture. */
static void place_person(void) {
    const Placement *placement = &stream.placer.placement;
    make_placer(&stream.placer, stream.placer_memory, look(), stream.width, stream.height);
    make_refiner(&stream.refiner, stream.refiner_memory, stream.width, stream.model_width,
                 stream.model_height, placement);
    make_screen(&stream.screen, stream.screen_memory, stream.width, stream.height, stream.model_width,
                stream.model_height, placement);
    make_blender(&stream.blender, stream.blender_memory, stream.width, chroma(stream.model_width),
                 chroma(stream.model_height), placement);
    make_enlarger(&stream.beyond_luma, stream.beyond_luma_memory, stream.width, chroma(stream.model_width),
                  chroma(stream.model_height), placement, 1);
    make_enlarger(&stream.beyond_colour, stream.beyond_colour_memory, chroma(stream.width),
                  chroma(stream.model_width), chroma(stream.model_height), placement, 2);
    stream.placed_as = *look();
}

static int is_placed_anew(void) {
    const Look *now = look(), *then = &stream.placed_as;
    return now->scale != then->scale || now->x != then->x || now->y != then->y || now->mirror != then->mirror;
}

void start(void) {
    Picture *pictures[] = {&stream.camera, &stream.composited, &stream.mixed.picture, &stream.before.picture,
                           &stream.newest.picture, &stream.placed};
    for (int i = 0; i < 6; i++) fill(pictures[i], 0, 0, 0);
    /* A frame of RGB begins black too. */
    if (stream.frame != stream.camera.y)
        for (uint32_t i = 0; i < stream.frame_bytes; i++) stream.frame[i] = 0;
    stream.before.kind = stream.newest.kind = STILL;
    stream.has_backdrop = 0;
    stream.shown = -1;
    make_thumbnail(&stream.thumbnail, stream.thumbnail_memory, stream.model_width, stream.model_height,
                   stream.width, stream.height);
    int width = chroma(stream.model_width), height = chroma(stream.model_height);
    Placement whole = {0, 1 / (float)stream.width, 0, 1 / (float)stream.height};
    make_enlarger(&stream.luma, stream.luma_memory, stream.width, width, height, &whole, 1);
    make_enlarger(&stream.colour, stream.colour_memory, chroma(stream.width), width, height, &whole, 2);
    place_person();
    make_plate(&stream.plate, stream.plate_memory, stream.model_width, stream.model_height);
    no_backlight(&stream.before.light, 1, cell_count());
    no_backlight(&stream.newest.light, 1, cell_count());
    stream.has_light = 0;
    reset_matte();
    stream.since = -1;
    take_frame();
}

uint8_t *frame(void) { return stream.frame; }
uint32_t frame_bytes(void) { return stream.frame_bytes; }
uint8_t *output(void) { return stream.output; }
uint8_t *output_alpha(void) { return stream.output_alpha; }
uint32_t output_bytes(void) { return stream.output_bytes; }
float *model_input(void) { return stream.model_input; }
float *model_output(void) { return stream.model_output; }
float *matte(void) { return stream.matte; }
uint8_t *upload(void) { return stream.upload; }

void take_frame(void) {
    if (stream.frame != stream.camera.y)
        rgba_to_planar(stream.frame, stream.stride, stream.format == BGRA, &stream.camera, stream.scratch);
    take_thumbnail(&stream.thumbnail, &stream.camera);
    planes_to_input(stream.thumbnail.y, stream.thumbnail.u, stream.thumbnail.v,
                    stream.model_width * stream.model_height, &stream.camera, stream.mean, stream.scale,
                    stream.model_input);
    stream.frames++;
    if (stream.since >= 0) stream.since++;
}

static void copy_plane(const float *from, float *to) {
    for (int i = 0; i < stream.model_width * stream.model_height; i++) to[i] = from[i];
}

void send_frame(void) {
    copy_plane(stream.thumbnail.y, stream.sent[0]);
    copy_plane(stream.thumbnail.u, stream.sent[1]);
    copy_plane(stream.thumbnail.v, stream.sent[2]);
    stream.since = 0;
}

static Light followed(Light light, Light now) {
    light.luma += (now.luma - light.luma) * LIGHT_RATE;
    light.blue += (now.blue - light.blue) * LIGHT_RATE;
    light.red += (now.red - light.red) * LIGHT_RATE;
    return light;
}

/* What person and room look like where they meet, and the light on the person. */
static void look_at_edge(void) {
    const Thumbnail *small = &stream.thumbnail;
    int width = chroma(small->width), height = chroma(small->height);
    Sample *scratch = (Sample *)stream.scratch;
    coverage(stream.matte, stream.alpha, small->width * small->height);
    cells_of(small->y, small->u, small->v, stream.alpha, small->width, small->height, stream.cells);
    foreground(stream.cells, width, height, cells_across(NEARBY), cells_down(NEARBY), stream.colours,
               stream.rim, scratch);
    shadow(stream.cells, width, height, cells_across(SHADOW_SIZE), cells_down(SHADOW_SIZE), stream.shadow,
           scratch);
    Light now;
    if (light_of(stream.cells, width * height, black(), &now) > 0) {
        stream.person_light = stream.has_light ? followed(stream.person_light, now) : now;
        stream.has_light = 1;
    }
}

/* More of the picture than this is nothing that was there before: it is another picture. */
#define CUT .5f

/* The known matte, made one of the last frame. */
static void use_matte(int carried) {
    if (carried) {
        float torn = flow(stream.thumbnail.y, stream.known_luma, stream.model_width, stream.model_height,
                          stream.motions, stream.scratch);
        carry(stream.known, stream.known_luma, stream.thumbnail.y, stream.motions, stream.model_width,
              stream.model_height, stream.matte);
        if (torn > CUT) reset_matte();
    } else {
        copy_plane(stream.known, stream.matte);
    }
    if (is_placed_anew()) place_person();
    refine(&stream.refiner, stream.matte, &stream.thumbnail);
    if (look()->key >= .5f) {
        uint8_t colour[3];
        Picture pixel = picture_at(colour, I420, 1, 1, 0, 0, stream.camera.matrix, stream.camera.range);
        fill(&pixel, (int)look()->key_red, (int)look()->key_green, (int)look()->key_blue);
        const Thumbnail *small = &stream.thumbnail;
        look_for_screen(&stream.screen, stream.matte, small->y, small->u, small->v, small->width,
                        small->height, colour, stream.scratch);
    } else {
        stream.screen.used = 0;
    }
    look_at_edge();
}

void carry_matte(void) {
    if (stream.has_matte) use_matte(1);
}

void take_matte(void) {
    int count = stream.model_width * stream.model_height;
    if (stream.channels == 6) confidence_of(stream.model_output, stream.confidence, count);
    /* What is no number becomes 0: the matte is remembered, and one bad answer must not stay in it. */
    const float *answer = stream.channels == 6 ? stream.confidence : stream.model_output;
    for (int i = 0; i < count; i++)
        stream.confidence[i] = answer[i] > 0 ? answer[i] < 1 ? answer[i] : 1 : 0;
    /* Of the answer's frame. Somebody who is not to be shown is no room either. */
    int sent = stream.since >= 0;
    const float *luma = sent ? stream.sent[0] : stream.thumbnail.y;
    decide(&stream.plate, luma, sent ? stream.sent[1] : stream.thumbnail.u,
           sent ? stream.sent[2] : stream.thumbnail.v, stream.confidence);
    if (look()->solo >= .5f)
        main_person(stream.confidence, stream.model_width, stream.model_height, stream.frames, stream.person,
                    stream.scratch);
    stream.frames = 0;
    if (stream.has_matte)
        steady(stream.confidence, luma, stream.known_luma, stream.known, stream.model_width,
               stream.model_height, stream.scratch);
    else
        copy_plane(stream.confidence, stream.known);
    copy_plane(luma, stream.known_luma);
    stream.has_matte = 1;
    int older = stream.since > 0;
    stream.since = -1;
    use_matte(older);
}

void put_matte(void) {
    copy_plane(stream.model_output, stream.known);
    copy_plane(stream.thumbnail.y, stream.known_luma);
    stream.has_matte = 1;
    stream.frames = 0;
    stream.since = -1;
    use_matte(0);
}

void reset_matte(void) {
    int count = stream.model_width * stream.model_height;
    stream.has_matte = 0;
    stream.screen.used = 0;
    for (int i = 0; i < count; i++) stream.matte[i] = 0;
    reset_person(stream.person, stream.model_width, stream.model_height);
    forget_plate(&stream.plate);
}

int find_screen(void) {
    uint8_t planes[3], rgba[4];
    if (!screen_colour(stream.thumbnail.y, stream.thumbnail.u, stream.thumbnail.v, stream.model_width,
                       stream.model_height, planes))
        return -1;
    Picture pixel = picture_at(planes, I420, 1, 1, 0, 0, stream.camera.matrix, stream.camera.range);
    planar_to_rgba(&pixel, rgba);
    return rgba[0] << 16 | rgba[1] << 8 | rgba[2];
}

int keyed(void) { return stream.has_matte && stream.screen.used; }

/* Make room for a new backdrop; what was shown last stays to fade from, be it a mix itself. One that was
 * never shown makes way. */
static Backdrop *next_backdrop(Kind kind) {
    if (stream.shown >= 1) {
        Backdrop spare = stream.before;
        stream.before = stream.newest;
        stream.newest = spare;
    } else if (stream.shown > 0) {
        Backdrop spare = stream.before;
        stream.before = stream.mixed;
        stream.mixed = spare;
    }
    if (stream.shown > 0) stream.shown = 0;
    stream.has_backdrop = 1;
    stream.newest.kind = kind;
    return &stream.newest;
}

/* Of any format: none takes more than RGBA. */
static uint32_t upload_picture_bytes(int width, int height) {
    return ((uint32_t)width * (uint32_t)height * 4 + 15) & ~15u;
}

/* Gives the light that was there before. */
static Light take_light(Backdrop *backdrop) {
    Light before = backdrop->light.mean;
    int count = stream.model_width * stream.model_height;
    Sample *cells = (Sample *)stream.scratch;
    Thumbnail small = stream.thumbnail;
    small.y = stream.backdrop_small;
    small.u = small.y + count;
    small.v = small.u + count;
    take_thumbnail(&small, &backdrop->picture);
    float *all = small.v + count;
    for (int i = 0; i < count; i++) all[i] = 1;
    cells_of(small.y, small.u, small.v, all, small.width, small.height, cells);
    take_backlight(&backdrop->light, cells, chroma(small.width), chroma(small.height), black(),
                   cells_across(BEHIND_BLUR), cells_down(BEHIND_BLUR));
    return before;
}

uint32_t upload_bytes(int width, int height) {
    return upload_picture_bytes(width, height) + fit_bytes(width, height, &stream.newest.picture);
}

static void fit_upload(Format format, int width, int height, Matrix matrix, Range range, const Picture *to) {
    int packed = format == RGBA || format == BGRA;
    Picture from =
        picture_at(stream.upload, format, width, height, packed ? 4 * width : 0, 0, matrix, range);
    fit(&from, to, stream.upload + upload_picture_bytes(width, height));
}

void backdrop_picture(Format format, int width, int height, Matrix matrix, Range range) {
    fit_upload(format, width, height, matrix, range, &next_backdrop(STILL)->picture);
    take_light(&stream.newest);
}

void replace_picture(Format format, int width, int height, Matrix matrix, Range range) {
    if (!stream.has_backdrop || stream.newest.kind != STILL) return;
    fit_upload(format, width, height, matrix, range, &stream.newest.picture);
    /* A video's light is followed as slowly as the person's. */
    Light before = take_light(&stream.newest);
    stream.newest.light.mean = followed(before, stream.newest.light.mean);
}

/* One colour is for somebody who cuts it out again: it stays that colour, and nothing of it falls on the
 * person. */
void backdrop_colour(int red, int green, int blue) {
    Backdrop *backdrop = next_backdrop(STILL);
    fill(&backdrop->picture, red, green, blue);
    no_backlight(&backdrop->light, 1, cell_count());
}

/* The person stands in the room's own light. */
void backdrop_blur(void) { no_backlight(&next_backdrop(BLURRED)->light, 1, cell_count()); }

void backdrop_none(void) { no_backlight(&next_backdrop(ROOM)->light, 0, cell_count()); }

void backdrop_transparent(void) { no_backlight(&next_backdrop(NOTHING)->light, 1, cell_count()); }

static void no_alpha(void) {
    for (int i = 0; i < stream.width * stream.height; i++) stream.output_alpha[i] = 0;
}

/* The backdrop as it is for this frame. With no confidence the person is part of the room. */
static const Picture *seen(Backdrop *backdrop, const float *confidence) {
    if (backdrop->kind == ROOM) return &stream.camera;
    if (backdrop->kind == BLURRED) {
        const Thumbnail *small = &stream.thumbnail;
        int count = small->width * small->height;
        float size = look()->blur * STRONGEST;
        if (confidence)
            coverage(confidence, stream.alpha, count);
        else
            for (int i = 0; i < count; i++) stream.alpha[i] = 0;
        Sample *cells = (Sample *)stream.scratch, *scratch = cells + cell_count();
        cells_of(small->y, small->u, small->v, stream.alpha, small->width, small->height, cells);
        blur(cells, chroma(small->width), chroma(small->height), look()->bokeh, black(), white(),
             cells_across(size), cells_down(size), stream.small, scratch);
        put_enlarged(stream.small, &stream.luma, &stream.colour, &backdrop->picture, stream.rows);
    }
    if (backdrop->kind == NOTHING) {
        if (confidence) {
            beyond(stream.colours, stream.rim, cell_count(), black(), stream.small);
            put_enlarged(stream.small, &stream.beyond_luma, &stream.beyond_colour, &backdrop->picture, stream.rows);
        } else {
            fill(&backdrop->picture, 0, 0, 0);
            no_alpha();
        }
    }
    return &backdrop->picture;
}

/* What stands behind, and in `light` its light. */
static const Picture *background(float mix, const float *confidence, const Backlight **light) {
    if (stream.shown < 0 || stream.newest.kind == NOTHING || stream.before.kind == NOTHING) mix = 1;
    int weight = (int)(clampf(mix, 0, 1) * 256 + .5f);
    if (stream.has_backdrop) stream.shown = (float)weight / 256;
    Backdrop *alone = weight == 256 ? &stream.newest : weight == 0 ? &stream.before : 0;
    *light = alone ? &alone->light : &stream.mixed.light;
    if (alone) return seen(alone, confidence);
    stream.mixed.kind = STILL;
    mix_backlights(&stream.before.light, &stream.newest.light, stream.shown, &stream.mixed.light,
                   cell_count());
    crossfade(seen(&stream.before, confidence), seen(&stream.newest, confidence), weight,
              &stream.mixed.picture);
    return &stream.mixed.picture;
}

void composite(float mix) {
    const Backlight *light;
    const Picture *behind = background(mix, stream.has_matte ? stream.matte : 0, &light);
    if (!stream.has_matte || behind == &stream.camera) {
        copy(behind, &stream.composited);
        return;
    }
    const Look *wish = look();
    const Placer *placer = &stream.placer;
    int width = chroma(stream.model_width), height = chroma(stream.model_height);
    Scene scene = {
        .colours = stream.colours, .rim = stream.rim, .despill = wish->despill * light->despill, .placer = placer};
    if (stream.newest.kind == NOTHING) scene.alpha = stream.output_alpha;
    if (light->lit > 0) {
        Placement part = placer->placement;
        part.across *= (float)stream.width;
        part.down *= (float)stream.height;
        match_of(&stream.person_light, &light->mean, wish->match * light->lit, &scene.match);
        glow(stream.rim, light->planes, width, height, &part, wish->wrap, stream.glow);
        shade(stream.shadow, width, height, &part, wish->contact * light->lit, stream.shade);
        if (wish->wrap > 0) scene.glow = stream.glow;
        if (wish->contact > 0) scene.shadow = stream.shade;
    }
    const Picture *person = placer->identity ? &stream.camera : &stream.placed;
    if (!placer->identity) place_frame(placer, &stream.camera, &stream.placed);
    if (stream.screen.used) {
        /* It takes its own light out of the picture. */
        key(&stream.screen, person, clampf(wish->key_range, 0, 1), clampf(wish->despill, 0, 1), &stream.despilled,
            stream.rows);
        person = &stream.despilled;
        scene.screen = &stream.screen;
        scene.despill = 0;
    }
    blend(&stream.blender, &scene, person, behind, &stream.refiner, &stream.composited);
}

void background_alone(float mix) {
    const Backlight *light;
    copy(background(mix, 0, &light), &stream.composited);
}

void alpha_plane(int16_t *alpha) {
    for (int y = 0; y < stream.height; y++, alpha += stream.width) {
        if (stream.has_matte)
            refined_row(&stream.refiner, &stream.camera, y, alpha);
        else
            for (int x = 0; x < stream.width; x++) alpha[x] = 0;
    }
}

void output_rgba(uint8_t *rgba) { planar_to_rgba(&stream.composited, rgba); }
