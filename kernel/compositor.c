/* One stream: where everything lies, and what happens to a frame. See kernel.h. */
#include "steps.h"

extern uint8_t __heap_base;

typedef enum { STILL, BLURRED, ROOM } Kind;

/* Standard deviation of the strongest blur, in heights of the frame. */
#define STRONGEST .04f

typedef struct {
    Kind kind;
    Picture picture; /* of a still backdrop, or of the last blurred frame */
} Backdrop;

static struct {
    int32_t format, width, height, stride, model_width, model_height, channels;
    float mean, scale;
    uint8_t *frame, *output, *upload;
    uint32_t frame_bytes, output_bytes;
    float *model_input, *model_output, *confidence;

    Picture camera, composited, mixed;
    Backdrop before, newest;
    int32_t has_backdrop;
    float shown; /* the last mix; -1: no backdrop was shown yet, so there is none to fade from */

    void *thumbnail_memory, *luma_memory, *colour_memory, *refiner_memory, *plate_memory;
    Thumbnail thumbnail;
    Enlarger luma, colour; /* of a small backdrop */
    Refiner refiner;
    Plate plate;
    float *matte, *luma_before, *scratch;
    int32_t has_matte;
    int16_t *small, *rows;
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
    stream.composited = picture_at(stream.output, tight.format, width, height, 0, 0, matrix, range);
    stream.mixed = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    stream.before.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);
    stream.newest.picture = picture_at(place(&top, bytes), tight.format, width, height, 0, 0, matrix, range);

    uint32_t count = (uint32_t)(model_width * model_height);
    stream.model_input = (float *)place(&top, count * 12);
    stream.model_output = (float *)place(&top, count * 4 * (uint32_t)channels);
    stream.confidence = (float *)place(&top, count * 4);
    stream.matte = (float *)place(&top, count * 4);
    stream.luma_before = (float *)place(&top, count * 4);
    stream.small = (int16_t *)place(&top, count * 6);
    /* The blur's, the motion's or that of RGB frames: whichever is largest. */
    uint32_t scratch = blur_bytes(model_width, model_height), lines = packed ? (uint32_t)width * 24 : 0;
    stream.scratch = (float *)place(&top, scratch > lines ? scratch : lines);
    stream.rows = (int16_t *)place(&top, (uint32_t)width * 8 + 16);
    stream.thumbnail_memory = place(&top, thumbnail_bytes(model_width, model_height, width, height));
    stream.luma_memory = place(&top, enlarger_bytes(width));
    stream.colour_memory = place(&top, enlarger_bytes(chroma(width)));
    stream.refiner_memory = place(&top, refiner_bytes(width, model_width, model_height));
    stream.plate_memory = place(&top, plate_bytes(model_width, model_height));
    stream.upload = top;
    return top;
}

void start(void) {
    Picture *pictures[] = {&stream.camera, &stream.composited, &stream.mixed, &stream.before.picture,
                           &stream.newest.picture};
    for (int i = 0; i < 5; i++) fill(pictures[i], 0, 0, 0);
    /* A frame of RGB begins black too. */
    if (stream.frame != stream.camera.y)
        for (uint32_t i = 0; i < stream.frame_bytes; i++) stream.frame[i] = 0;
    stream.before.kind = stream.newest.kind = STILL;
    stream.has_backdrop = 0;
    stream.shown = -1;
    make_thumbnail(&stream.thumbnail, stream.thumbnail_memory, stream.model_width, stream.model_height,
                   stream.width, stream.height);
    float across = (float)stream.model_width / (float)stream.width,
          down = (float)stream.model_height / (float)stream.height;
    make_enlarger(&stream.luma, stream.luma_memory, stream.width, stream.model_width, stream.model_height,
                  across, down);
    make_enlarger(&stream.colour, stream.colour_memory, chroma(stream.width), stream.model_width,
                  stream.model_height, 2 * across, 2 * down);
    make_refiner(&stream.refiner, stream.refiner_memory, stream.width, stream.height, stream.model_width,
                 stream.model_height);
    make_plate(&stream.plate, stream.plate_memory, stream.model_width, stream.model_height);
    reset_matte();
    take_frame();
}

uint8_t *frame(void) { return stream.frame; }
uint32_t frame_bytes(void) { return stream.frame_bytes; }
uint8_t *output(void) { return stream.output; }
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
}

void take_matte(void) {
    int count = stream.model_width * stream.model_height;
    if (stream.channels == 6) confidence_of(stream.model_output, stream.confidence, count);
    /* What is no number becomes 0: the matte is remembered, and one bad answer must not stay in it. */
    const float *answer = stream.channels == 6 ? stream.confidence : stream.model_output;
    for (int i = 0; i < count; i++)
        stream.confidence[i] = answer[i] > 0 ? answer[i] < 1 ? answer[i] : 1 : 0;
    decide(&stream.plate, stream.thumbnail.y, stream.thumbnail.u, stream.thumbnail.v, stream.confidence);
    if (stream.has_matte)
        steady(stream.confidence, stream.thumbnail.y, stream.luma_before, stream.matte, stream.model_width,
               stream.model_height, stream.scratch);
    else
        for (int i = 0; i < count; i++) stream.matte[i] = stream.confidence[i];
    for (int i = 0; i < count; i++) stream.luma_before[i] = stream.thumbnail.y[i];
    stream.has_matte = 1;
    refine(&stream.refiner, stream.matte, &stream.thumbnail);
}

void reset_matte(void) {
    int count = stream.model_width * stream.model_height;
    stream.has_matte = 0;
    for (int i = 0; i < count; i++) stream.matte[i] = 0;
    forget_plate(&stream.plate);
}

/* Make room for a new backdrop; what was shown last stays to fade from, be it a mix itself. One that was
 * never shown makes way. */
static Backdrop *next_backdrop(Kind kind) {
    if (stream.shown >= 1) {
        Backdrop spare = stream.before;
        stream.before = stream.newest;
        stream.newest = spare;
    } else if (stream.shown > 0) {
        Picture spare = stream.before.picture;
        stream.before.picture = stream.mixed;
        stream.before.kind = STILL;
        stream.mixed = spare;
    }
    if (stream.shown > 0) stream.shown = 0;
    stream.has_backdrop = 1;
    stream.newest.kind = kind;
    return &stream.newest;
}

uint32_t upload_bytes(int width, int height) {
    uint32_t picture = ((uint32_t)width * (uint32_t)height * 4 + 15) & ~15u;
    return picture + cover_bytes(width, height, &stream.newest.picture);
}

void backdrop_picture(int width, int height) {
    uint8_t *scratch = stream.upload + (((uint32_t)width * (uint32_t)height * 4 + 15) & ~15u);
    cover(stream.upload, width, height, &next_backdrop(STILL)->picture, scratch);
}

void backdrop_colour(int red, int green, int blue) { fill(&next_backdrop(STILL)->picture, red, green, blue); }

void backdrop_blur(void) { next_backdrop(BLURRED); }

void backdrop_none(void) { next_backdrop(ROOM); }

/* The backdrop as it is for this frame. With no confidence the person is part of the room. */
static const Picture *seen(Backdrop *backdrop, const float *confidence) {
    if (backdrop->kind == ROOM) return &stream.camera;
    if (backdrop->kind == BLURRED) {
        float sigma = clampf(look()->blur, .1f, 1) * STRONGEST;
        float down = sigma * (float)stream.model_height;
        float across = sigma * (float)stream.height * (float)stream.model_width / (float)stream.width;
        blur(stream.thumbnail.y, stream.thumbnail.u, stream.thumbnail.v, confidence, stream.model_width,
             stream.model_height, across, down, stream.small, stream.scratch);
        put_enlarged(stream.small, &stream.luma, &stream.colour, &backdrop->picture, stream.rows);
    }
    return &backdrop->picture;
}

static const Picture *background(float mix, const float *confidence) {
    if (stream.shown < 0) mix = 1;
    int weight = (int)(clampf(mix, 0, 1) * 256 + .5f);
    if (stream.has_backdrop) stream.shown = (float)weight / 256;
    if (weight == 256) return seen(&stream.newest, confidence);
    if (weight == 0) return seen(&stream.before, confidence);
    crossfade(seen(&stream.before, confidence), seen(&stream.newest, confidence), weight, &stream.mixed);
    return &stream.mixed;
}

void composite(float mix) {
    const Picture *behind = background(mix, stream.has_matte ? stream.matte : 0);
    if (stream.has_matte)
        blend(&stream.camera, behind, &stream.refiner, &stream.composited, stream.rows);
    else
        copy(behind, &stream.composited);
}

void background_alone(float mix) { copy(background(mix, 0), &stream.composited); }

void alpha_plane(int16_t *alpha) {
    for (int y = 0; y < stream.height; y++, alpha += stream.width) {
        if (stream.has_matte)
            refined_row(&stream.refiner, &stream.camera, y, alpha);
        else
            for (int x = 0; x < stream.width; x++) alpha[x] = 0;
    }
}

void output_rgba(uint8_t *rgba) { planar_to_rgba(&stream.composited, rgba); }
