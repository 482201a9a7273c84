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
 * Until `take_matte` the matte is empty, so `composite` gives the background alone. The output is a buffer of
 * its own: it never holds a camera frame, unless `backdrop_none` asked for it.
 *
 * Chroma has half the size of luma, rounded up; samples are taken to lie in the middle of their 2x2 pixels.
 * An alpha of 0 gives the background and an alpha of 1 the person, each byte for byte.
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

/* What the creator can change about the picture. Names and defaults are here and nowhere else; hosts write
 * the fields, all floats, in this order. X(name, default) */
#define LOOK(X)                                                                                              \
    X(low, .3f)    /* confidence that becomes alpha 0 */                                                     \
    X(high, .9f)   /* confidence that becomes alpha 1; between the two alpha is linear */                    \
    X(floor, .25f) /* how much of a new matte a still place takes, 0..1 */                                   \
    X(gain, .12f)  /* how much more it takes for each level of luma that changed */                          \
    X(noise, 2.f)  /* levels of luma that change without motion */                                           \
    X(blur, .04f)  /* standard deviation of the strongest blur, in heights of the frame */

typedef struct {
#define FIELD(name, value) float name;
    LOOK(FIELD)
#undef FIELD
} Look;

/* The struct that all steps read. */
EXPORT Look *look(void);

/* --- the stream: compositor.c --- */

/* Describe the frames to come and lay memory out for them. width, height: at least 1; y_stride, c_stride:
 * bytes, 0 for tight planes (RGBA and BGRA: y_stride is the stride of the one plane). Planes follow one
 * another without gaps. matrix, range: of the frames, or, for RGBA and BGRA, of the output. The model's input
 * has model_width x model_height (at least 2) pixels of RGB, (code - mean) / scale. Returns the first address
 * beyond; nothing is written below it before `start`. */
EXPORT uint8_t *lay_out(Format format, int width, int height, int y_stride, int c_stride, Matrix matrix,
                        Range range, int model_width, int model_height, float mean, float scale);
/* Black frame, black backdrops, black output, no matte. */
EXPORT void start(void);

EXPORT uint8_t *frame(void); /* where the host writes the frame: frame_bytes() */
EXPORT uint32_t frame_bytes(void);
EXPORT uint8_t *output(void); /* tight planes, NV12 for NV12 frames and I420 for all others */
EXPORT uint32_t output_bytes(void);
EXPORT float *model_input(void);  /* height x width x 3 */
EXPORT float *model_output(void); /* height x width, confidence 0..1; the host writes it */
EXPORT float *matte(void);        /* height x width, the steady confidence that is composited with */

/* The frame is there: make the small picture, model_input and the motion since the last matte. */
EXPORT void take_frame(void);
/* model_output is there and belongs to the last frame taken: follow it where something moves, slowly
 * elsewhere. */
EXPORT void take_matte(void);
/* Forget the matte: alpha is 0 until the next one, which is then taken as it is. */
EXPORT void reset_matte(void);

/* The next backdrop. What was shown last stays for the crossfade: mix 0 shows it alone, mix 1 the new one
 * alone. With the first backdrop there is nothing to fade from: mix counts as 1. */
/* An opaque RGBA picture at upload(), scaled to cover the frame and cropped around its middle. The host makes
 * sure that upload_bytes(width, height) bytes of memory are there: the picture's and some for scratch. */
EXPORT void backdrop_picture(int width, int height);
EXPORT uint8_t *upload(void);
EXPORT uint32_t upload_bytes(int width, int height);
EXPORT void backdrop_colour(int red, int green, int blue); /* 0..255 */
EXPORT void backdrop_blur(float strength);                 /* 0..1: the room behind the person, blurred */
EXPORT void backdrop_none(void);                           /* the room */

EXPORT void composite(float mix);
EXPORT void background_alone(float mix);
/* The output as RGBA, tight; rgba has width * height * 4 bytes (upload() is a place for them). */
EXPORT void output_rgba(uint8_t *rgba);

#endif
