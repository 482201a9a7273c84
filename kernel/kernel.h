/* The pixels of Cyclorama: one instance of this module composites one stream of frames.
 *
 * Everything works on planar YUV with 8 bits a sample. There is no libc and no allocator: the module's own
 * data ends at __heap_base, and `lay_out` says which addresses from there on a stream needs. The host grows
 * the exported memory to the end that it returns, calls `start`, and from then on, for every frame:
 *
 *     write the frame at frame(), take_frame(),
 *     run the model from model_input() to model_output(), take_matte(),
 *     composite(mix), read output().
 *
 * With a model that is slower than the camera: send_frame() after take_frame() when the model is free, carry_matte()
 * for every frame until it has answered.
 *
 * Until `take_matte` the matte is empty, so `composite` gives the background alone. The output is a buffer of
 * its own: it never holds a camera frame, unless `backdrop_none` asked for it.
 *
 * Chroma has half the size of luma, rounded up; samples are taken to lie in the middle of their 2x2 pixels.
 * Where no light or shadow falls, an alpha of 0 gives the background byte for byte, and an alpha of 1 the
 * person, matched. Light, shadow and match are those of backdrops that are pictures. A backdrop of one colour is
 * for somebody who cuts it out again, so it stays that colour; a blurred room is the person's own; with no
 * backdrop the camera's picture comes out as it is. Before nothing the person comes out alone, in colours without the
 * room's; beside the person their colours go on smoothly and end in black, so that an encoder has no edge to smear.
 */
#ifndef CYCLORAMA_KERNEL_H
#define CYCLORAMA_KERNEL_H

#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))

typedef enum {
    I420, /* planes Y, U, V */
    NV12, /* planes Y, UV interleaved */
    RGBA, /* one plane; the fourth byte is ignored, so RGBX is the same */
    BGRA, /* one plane; the fourth byte is ignored, so BGRX is the same */
} Format;

typedef enum { BT601, BT709 } Matrix;

typedef enum {
    LIMITED, /* Y 16..235, U and V 16..240 */
    FULL,    /* 0..255 */
} Range;

/* Where a YUV picture lies. NV12: u points to the first byte of the interleaved plane, v to the second, and
 * both have its stride. All fields have 4 bytes, so a host can write the struct as an array of int32. */
typedef struct {
    uint8_t *y, *u, *v;
    int32_t y_stride, c_stride; /* bytes */
    int32_t width, height;      /* pixels */
    int32_t format;             /* I420 or NV12 */
    int32_t matrix, range;
} Picture;

/* What the creator can change about the picture: names, defaults and ranges are here and nowhere else.
 * scripts/kernel writes them to look.json, which Python and the page read; hosts write the fields, all
 * floats, in this order. Where the range is 0 to 1 and the default 0 or 1, a text that ends in "?" says that
 * it is a switch. X(name, default, least, most, what it is) */
#define LOOK(X)                                                                                              \
    X(softness, .5f, 0, 1, "how gradually the person's edge fades out")                                      \
    X(despill, 1, 0, 1, "how much of the room's colour is taken out of the edge")                            \
    X(wrap, .5f, 0, 1, "how much of the background's light falls on the edge")                               \
    X(match, .35f, 0, 1, "how far the person's light is drawn towards the background's")                     \
    X(contact, .4f, 0, 1, "how dark the person's shadow on the background is")                               \
    X(blur, .6f, .2f, 1, "how strongly a blurred room is blurred; 0 would show the room")                    \
    X(bokeh, .5f, 0, 1, "how much bright spots stand out of the blur, as through a lens")                    \
    X(scale, 1, .2f, 3, "the person's size; 1 is as the camera sees it")                                     \
    X(x, 0, -1, 1, "the person moved right, in widths of the picture")                                       \
    X(y, 0, -1, 1, "the person moved down, in heights of the picture")                                       \
    X(mirror, 0, 0, 1, "the person is mirrored?")                                                            \
    X(contain, 0, 0, 1, "the whole background is shown, before a blurred copy of itself, not cropped?")      \
    X(focus_x, .5f, 0, 1, "which part of a cropped background stays: 0 its left, 1 its right")               \
    X(focus_y, .5f, 0, 1, "which part of a cropped background stays: 0 its top, 1 its bottom")               \
    X(solo, 1, 0, 1, "only the main person is shown?")                                                       \
    X(key, 0, 0, 1, "there is a real green screen, and its colour is cut out?")                              \
    X(key_red, 0, 0, 255, "the screen's colour, red")                                                        \
    X(key_green, 177, 0, 255, "the screen's colour, green")                                                  \
    X(key_blue, 64, 0, 255, "the screen's colour, blue")                                                     \
    X(key_range, .4f, 0, 1, "how far a colour may be from the screen's and still be cut out")

typedef struct {
#define FIELD(name, value, least, most, about) float name;
    LOOK(FIELD)
#undef FIELD
} Look;

/* The struct that all steps read. */
EXPORT Look *look(void);

/* --- the stream: compositor.c --- */

/* Describe the frames to come and lay memory out for them. width, height: at least 1; y_stride, c_stride:
 * bytes, 0 for tight planes (RGBA and BGRA: y_stride is the stride of the one plane). Planes follow one
 * another without gaps. matrix, range: of the frames, or, for RGBA and BGRA, of the output. The model's
 * input has model_width x model_height (at least 3) pixels of RGB, (code - mean) / scale; its output has as
 * many pixels of `channels`: 1, the confidence, or 6 logits, of which the first is the background's. Returns
 * the first address beyond; nothing is written below it before `start`. */
EXPORT uint8_t *lay_out(Format format, int width, int height, int y_stride, int c_stride, Matrix matrix,
                        Range range, int model_width, int model_height, int channels, float mean,
                        float scale);
/* Black frame, black backdrops, black output, no matte. */
EXPORT void start(void);

EXPORT uint8_t *frame(void); /* where the host writes the frame: frame_bytes() */
EXPORT uint32_t frame_bytes(void);
EXPORT uint8_t *output(void); /* tight planes, NV12 for NV12 frames and I420 for all others */
EXPORT uint32_t output_bytes(void);
/* width x height, 0..255: how much of the output is there, whose colours are not multiplied with it. It is written while the
 * newest backdrop is transparent. */
EXPORT uint8_t *output_alpha(void);
EXPORT float *model_input(void);  /* height x width x 3 */
EXPORT float *model_output(void); /* height x width x channels; the host writes it */
EXPORT float *matte(void);        /* height x width, the confidence that is composited with, steady or carried */

/* The frame is there: make the small picture, model_input and the motion since the last matte. */
EXPORT void take_frame(void);
/* The model begins with the frame last taken: the next take_matte answers for it, however many frames are taken
 * meanwhile. Without it answers are for the last frame. */
EXPORT void send_frame(void);
/* model_output is there: follow it where something moves, slowly elsewhere. If its frame is not the last one, the matte
 * is carried to that by motion. */
EXPORT void take_matte(void);
/* The last frame has no matte of its own: carry the last one to it by motion. A frame that is nothing like the matte's
 * has none: the matte is forgotten. How old a matte may be is the host's to say. */
EXPORT void carry_matte(void);
/* model_output begins with a confidence that is finished, one for each pixel: it is composited with as it is. For whoever
 * knows later frames too and has made the mattes steady themselves. */
EXPORT void put_matte(void);
/* Forget the matte: alpha is 0 until the next one, which is then taken as it is. */
EXPORT void reset_matte(void);

/* With look()->key: whether the screen is there, so that its colour is cut out of the last frame; 0: the model's matte is
 * used. */
EXPORT int keyed(void);
/* The colour of a screen behind the person in the last frame, as 0xRRGGBB; -1 if none fills the picture's border. */
EXPORT int find_screen(void);

/* The next backdrop. What was shown last stays for the crossfade: mix 0 shows it alone, mix 1 the new one
 * alone. With the first backdrop there is nothing to fade from: mix counts as 1. */
/* A picture at upload(), tight and of any format, fitted as the look says; RGB is opaque and has no matrix and range.
 * The host makes sure that upload_bytes(width, height) bytes of memory are there: the picture's and some for scratch. */
EXPORT void backdrop_picture(Format format, int width, int height, Matrix matrix, Range range);
/* The same, but in place of the newest backdrop's picture, without a crossfade: the next frame of a video, or the same
 * picture again after the look has changed. Where that is made of the camera's picture, nothing happens. */
EXPORT void replace_picture(Format format, int width, int height, Matrix matrix, Range range);
EXPORT uint8_t *upload(void);
EXPORT uint32_t upload_bytes(int width, int height);
EXPORT void backdrop_colour(int red, int green, int blue); /* 0..255 */
EXPORT void backdrop_blur(void);                           /* the room behind the person, blurred */
EXPORT void backdrop_none(void);                           /* the room */
/* Nothing: the output is the person alone, and output_alpha() says where. To it and from it there is no crossfade: mix
 * counts as 1. */
EXPORT void backdrop_transparent(void);

EXPORT void composite(float mix);
EXPORT void background_alone(float mix);
/* The alpha that composite() puts the person in front with: height x width, 0..256. */
EXPORT void alpha_plane(int16_t *alpha);
/* The output as RGBA, tight; rgba has width * height * 4 bytes (upload() is a place for them). */
EXPORT void output_rgba(uint8_t *rgba);

#endif
