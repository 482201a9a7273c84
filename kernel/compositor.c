/* One stream: where everything lies, and what happens to a frame. See kernel.h. */
#include "steps.h"

extern uint8_t __heap_base;

typedef enum { STILL, BLURRED, ROOM } Kind;

typedef struct {
    Kind kind;
    float strength;
    Picture picture; /* of a still backdrop, or of the last blurred frame */
} Backdrop;

static struct {
    int32_t format, width, height, stride, model_width, model_height;
    float mean, scale;
    uint8_t *frame, *output, *upload;
    uint32_t frame_bytes, output_bytes;
    float *model_input, *model_output;

    Picture camera, composited, mixed;
    Backdrop before, newest;
    int32_t has_backdrop;
    float shown; /* the last mix; -1: no backdrop was shown yet, so there is none to fade from */

    void *thumbnail_memory, *luma_memory, *colour_memory;
    Thumbnail thumbnail;
    Enlarger luma, colour;
    float *matte, *luma_before, *scratch;
    int32_t has_matte;
    int16_t *alpha, *small, *row;
} s;

/* Each block begins at a multiple of 16. */
static uint8_t *place(uint8_t **top, uint32_t bytes) {
    uint8_t *at = *top;
    *top += (bytes + 15) & ~15u;
    return at;
}

static Picture picture_at(uint8_t *planes, int format, int width, int height, int y_stride, int c_stride, int matrix,
                          int range) {
    Picture picture = {.y = planes, .width = width, .height = height, .format = format, .matrix = matrix, .range = range};
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

uint8_t *lay_out(Format format, int width, int height, int y_stride, int c_stride, Matrix matrix, Range range,
                 int model_width, int model_height, float mean, float scale) {
    uint8_t *top = (uint8_t *)(((uintptr_t)&__heap_base + 63) & ~(uintptr_t)63);
    int packed = format == RGBA || format == BGRA;
    Picture tight = picture_at(0, format == NV12 ? NV12 : I420, width, height, 0, 0, matrix, range);
    uint32_t bytes = picture_bytes(&tight);
    s.format = format;
    s.width = width;
    s.height = height;
    s.model_width = model_width;
    s.model_height = model_height;
    s.mean = mean;
    s.scale = scale;

    if (packed) {
        s.stride = y_stride ? y_stride : 4 * width;
        s.frame_bytes = (uint32_t)(s.stride * height);
        s.frame = place(&top, s.frame_bytes);
        s.camera = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    } else {
        s.camera = picture_at(top, tight.format, width, height, y_stride, c_stride, matrix, range);
        s.frame_bytes = picture_bytes(&s.camera);
        s.frame = place(&top, s.frame_bytes);
    }
    s.output_bytes = bytes;
    s.output = place(&top, bytes);
    s.composited = picture_at(s.output, tight.format, width, height, 0, 0, matrix, range);
    s.mixed = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    s.before.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    s.newest.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);

    uint32_t count = (uint32_t)(model_width * model_height);
    s.model_input = (float *)place(&top, count * 12);
    s.model_output = (float *)place(&top, count * 4);
    s.matte = (float *)place(&top, count * 4);
    s.luma_before = (float *)place(&top, count * 4);
    s.alpha = (int16_t *)place(&top, count * 2);
    s.small = (int16_t *)place(&top, count * 6);
    /* The blur's, the motion's or that of RGB frames: whichever is largest. */
    uint32_t scratch = blur_bytes(model_width, model_height), lines = packed ? (uint32_t)width * 24 : 0;
    s.scratch = (float *)place(&top, scratch > lines ? scratch : lines);
    s.row = (int16_t *)place(&top, (uint32_t)width * 4 + 16);
    s.thumbnail_memory = place(&top, thumbnail_bytes(model_width, model_height, width, height));
    s.luma_memory = place(&top, enlarger_bytes(width));
    s.colour_memory = place(&top, enlarger_bytes(chroma(width)));
    s.upload = top;
    return top;
}

void start(void) {
    Picture *pictures[] = {&s.camera, &s.composited, &s.mixed, &s.before.picture, &s.newest.picture};
    for (int i = 0; i < 5; i++) fill(pictures[i], 0, 0, 0);
    /* A frame of RGB begins black too. */
    if (s.frame != s.camera.y)
        for (uint32_t i = 0; i < s.frame_bytes; i++) s.frame[i] = 0;
    s.before.kind = s.newest.kind = STILL;
    s.has_backdrop = 0;
    s.shown = -1;
    make_thumbnail(&s.thumbnail, s.thumbnail_memory, s.model_width, s.model_height, s.width, s.height);
    float across = (float)s.model_width / (float)s.width, down = (float)s.model_height / (float)s.height;
    make_enlarger(&s.luma, s.luma_memory, s.width, s.model_width, s.model_height, across, down);
    make_enlarger(&s.colour, s.colour_memory, chroma(s.width), s.model_width, s.model_height, 2 * across, 2 * down);
    reset_matte();
    take_frame();
}

uint8_t *frame(void) { return s.frame; }
uint32_t frame_bytes(void) { return s.frame_bytes; }
uint8_t *output(void) { return s.output; }
uint32_t output_bytes(void) { return s.output_bytes; }
float *model_input(void) { return s.model_input; }
float *model_output(void) { return s.model_output; }
float *matte(void) { return s.matte; }
uint8_t *upload(void) { return s.upload; }

void take_frame(void) {
    if (s.frame != s.camera.y) rgba_to_planar(s.frame, s.stride, s.format == BGRA, &s.camera, s.scratch);
    take_thumbnail(&s.thumbnail, &s.camera);
    planes_to_input(s.thumbnail.y, s.thumbnail.u, s.thumbnail.v, s.model_width * s.model_height, &s.camera, s.mean,
                    s.scale, s.model_input);
}

void take_matte(void) {
    int count = s.model_width * s.model_height;
    /* What is no number becomes 0: the matte is remembered, and one bad answer must not stay in it. */
    for (int i = 0; i < count; i++) {
        float confidence = s.model_output[i];
        s.model_output[i] = confidence > 0 ? confidence < 1 ? confidence : 1 : 0;
    }
    if (s.has_matte)
        steady(s.model_output, s.thumbnail.y, s.luma_before, s.matte, s.model_width, s.model_height, s.scratch);
    else
        for (int i = 0; i < count; i++) s.matte[i] = s.model_output[i];
    for (int i = 0; i < count; i++) s.luma_before[i] = s.thumbnail.y[i];
    s.has_matte = 1;
    level(s.matte, s.alpha, count);
}

void reset_matte(void) {
    int count = s.model_width * s.model_height;
    s.has_matte = 0;
    for (int i = 0; i < count; i++) {
        s.matte[i] = 0;
        /* 0 whatever the levels say */
        s.alpha[i] = 0;
    }
}

/* Make room for a new backdrop; what was shown last stays to fade from, be it a mix itself. One that was never
 * shown makes way. */
static Backdrop *next_backdrop(Kind kind) {
    if (s.shown >= 1) {
        Backdrop spare = s.before;
        s.before = s.newest;
        s.newest = spare;
    } else if (s.shown > 0) {
        Picture spare = s.before.picture;
        s.before.picture = s.mixed;
        s.before.kind = STILL;
        s.mixed = spare;
    }
    if (s.shown > 0) s.shown = 0;
    s.has_backdrop = 1;
    s.newest.kind = kind;
    return &s.newest;
}

uint32_t upload_bytes(int width, int height) {
    uint32_t picture = ((uint32_t)width * (uint32_t)height * 4 + 15) & ~15u;
    return picture + cover_bytes(width, height, &s.newest.picture);
}

void backdrop_picture(int width, int height) {
    uint8_t *scratch = s.upload + (((uint32_t)width * (uint32_t)height * 4 + 15) & ~15u);
    cover(s.upload, width, height, &next_backdrop(STILL)->picture, scratch);
}

void backdrop_colour(int red, int green, int blue) { fill(&next_backdrop(STILL)->picture, red, green, blue); }

void backdrop_blur(float strength) { next_backdrop(BLURRED)->strength = clampf(strength, 0, 1); }

void backdrop_none(void) { next_backdrop(ROOM); }

/* The backdrop as it is for this frame. With no confidence the person is part of the room. */
static const Picture *seen(Backdrop *backdrop, const float *confidence) {
    if (backdrop->kind == ROOM) return &s.camera;
    if (backdrop->kind == BLURRED) {
        float sigma = backdrop->strength * look()->blur;
        float down = sigma * (float)s.model_height;
        float across = sigma * (float)s.height * (float)s.model_width / (float)s.width;
        blur(s.thumbnail.y, s.thumbnail.u, s.thumbnail.v, confidence, s.model_width, s.model_height, across, down,
             s.small, s.scratch);
        put_enlarged(s.small, &s.luma, &s.colour, &backdrop->picture, s.row);
    }
    return &backdrop->picture;
}

static const Picture *background(float mix, const float *confidence) {
    if (s.shown < 0) mix = 1;
    int weight = (int)(clampf(mix, 0, 1) * 256 + .5f);
    if (s.has_backdrop) s.shown = (float)weight / 256;
    if (weight == 256) return seen(&s.newest, confidence);
    if (weight == 0) return seen(&s.before, confidence);
    crossfade(seen(&s.before, confidence), seen(&s.newest, confidence), weight, &s.mixed);
    return &s.mixed;
}

void composite(float mix) {
    const Picture *behind = background(mix, s.has_matte ? s.matte : 0);
    if (s.has_matte)
        blend(&s.camera, behind, s.alpha, &s.luma, &s.colour, &s.composited, s.row);
    else
        copy(behind, &s.composited);
}

void background_alone(float mix) { copy(background(mix, 0), &s.composited); }

void output_rgba(uint8_t *rgba) { planar_to_rgba(&s.composited, rgba); }
