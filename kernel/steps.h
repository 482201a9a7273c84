/* The steps that the compositor is made of. They are exported so that each can be tested on its own. */
#ifndef CYCLORAMA_STEPS_H
#define CYCLORAMA_STEPS_H

#include "kernel.h"

/* Of weights that are whole numbers. */
#define ONE 16384

static inline int clamp(int value, int low, int high) {
    return value < low ? low : value > high ? high : value;
}
static inline float clampf(float value, float low, float high) {
    return value < low ? low : value > high ? high : value;
}
static inline uint8_t to_byte(float value) { return (uint8_t)clamp((int)(value + .5f), 0, 255); }
/* Memory goes in blocks of 16 bytes. */
static inline uint32_t even(uint32_t bytes) { return (bytes + 15) & ~15u; }
static inline void copy_row(const uint8_t *restrict from, uint8_t *restrict to, int count) {
    for (int x = 0; x < count; x++) to[x] = from[x];
}
static inline int chroma(int size) { return (size + 1) / 2; }
/* Bytes from one sample of chroma to the next. */
static inline int chroma_step(const Picture *picture) { return picture->format == NV12 ? 2 : 1; }

/* --- resample.c --- */

/* For each of `count` samples: the first of `reach` samples of the source, and their weights, which add up to
 * 1 << 14. */
typedef struct {
    int32_t count, reach;
    int32_t *first;
    uint16_t *weight;
} Taps;

uint32_t taps_bytes(int count, float scale);
/* Samples spread evenly over [from, from + span) of a line of `length` samples. memory: taps_bytes(count,
 * span / count), aligned to 4 bytes. */
void make_taps(Taps *taps, void *memory, int count, float from, float span, int length);
/* One line of `width` bytes across the rows, times 256. */
void weigh_rows(const uint8_t *rows, int stride, const Taps *down, int y, uint16_t *line, int width);
/* Resample such a line, whose samples lie `step` apart, back to the size of bytes. */
void weigh_line(const uint16_t *line, int step, const Taps *across, float *out);
/* The same as bytes, of a line of `width` samples side by side, which is overwritten. */
void weigh_bytes(uint16_t *line, int width, const Taps *across, uint8_t *out);

/* --- shrink.c --- */

/* A plane made smaller by ratio / 2 (ratio: 3, 4 or 6); `step` samples lie side by side. width, height: of what comes out,
 * in samples; what it covers must be there. to: tight. line: 3 * width * step uint16. */
EXPORT void shrink(const uint8_t *from, int stride, int step, int ratio, int width, int height, uint8_t *to,
                   uint16_t *line);

/* --- thumbnail.c --- */

/* A frame's whole picture at the model's size, as planes of floats with the frame's codes. */
typedef struct {
    int32_t width, height;
    Taps luma_across, luma_down, chroma_across, chroma_down;
    uint16_t *line;
    float *y, *u, *v;
} Thumbnail;

uint32_t thumbnail_bytes(int width, int height, int frame_width, int frame_height);
/* memory: aligned to 4 bytes. */
void make_thumbnail(Thumbnail *thumbnail, void *memory, int width, int height, int frame_width,
                    int frame_height);
void take_thumbnail(Thumbnail *thumbnail, const Picture *frame);

/* --- place.c --- */

/* What of the camera's picture is seen at a pixel of the output: x + across * (column + .5), of its width, and y +
 * down * (row + .5), of its height. Outside 0..1 there is nothing. */
typedef struct {
    float x, across, y, down;
} Placement;

EXPORT void placement_of(const Look *look, int width, int height, Placement *placement);

typedef struct {
    int32_t left, right, top, bottom; /* the last ones are beyond */
} Extent;

/* The camera's picture where the look places it. */
typedef struct {
    Placement placement;
    int32_t identity; /* it is placed as it came */
    int32_t moved;    /* its size is as it came */
    Extent seen;      /* pixels of the output that have something of it */
    Taps luma_across, luma_down, chroma_across, chroma_down;
    uint16_t *line, *fade_across, *fade_down; /* fades: 0..256, how much of the picture is left near its ends */
} Placer;

uint32_t placer_bytes(int width, int height);
/* memory: aligned to 4 bytes. */
void make_placer(Placer *placer, void *memory, const Look *look, int width, int height);
/* Resample the frame to `out`, of the same size and coding, where something of it is seen. */
void place_frame(const Placer *placer, const Picture *frame, const Picture *out);
/* Take from a row of alphas, 0..256, what is outside the camera's picture, softly. */
void place_row(const Placer *placer, int y, int16_t *row, int width);

/* --- enlarge.c --- */

/* A small plane, in sixteenths, seen at the size of a frame's luma or chroma: bilinear. */
typedef struct {
    int32_t small_width, small_height, width;
    float top, down; /* row of the small plane at the top of the large one, and rows for each of its rows */
    int32_t *first;
    uint16_t *part;
    /* The same for four samples at once: where their sources begin, which bytes from there, and their weights. */
    int32_t *start, together; /* together: no four are farther apart than eight sources */
    uint8_t *bytes;
    int16_t *weights;
    int16_t *above, *below; /* two rows of the small plane, as wide as the large one */
    const int16_t *small;
    int32_t row; /* which row `above` is */
} Enlarger;

uint32_t enlarger_bytes(int width);
/* step: 1 for luma, 2 for chroma. memory: aligned to 16 bytes. */
void make_enlarger(Enlarger *enlarger, void *memory, int width, int small_width, int small_height,
                   const Placement *placement, int step);
void enlarge(Enlarger *enlarger, const int16_t *small);
void enlarged_row(Enlarger *enlarger, int y, int16_t *row);
/* By hand: row y lies `part` of 256 below the row of the small plane that is returned; widen() makes samples `from`
 * to `to` of a row of the small plane as wide as the large one, and some around them: up to a multiple of 8. */
int row_below(const Enlarger *enlarger, int y, int *part);
void widen(const Enlarger *enlarger, const int16_t *small, int from, int to, int16_t *out);

#define BLOCK 16

/* The same of a plane of which only spans of rows are wanted. */
typedef struct {
    const Enlarger *enlarger;
    const int16_t *small;
    int16_t *row[2], *held[2]; /* rows of the small plane, widened; which row each block is of */
} Spans;

uint32_t spans_bytes(int width);
/* memory: aligned to 2 bytes. */
void make_spans(Spans *spans, void *memory, const Enlarger *enlarger);
void begin_spans(Spans *spans, const int16_t *small);
/* Samples [from, to) of a row; span has room for a multiple of 8. */
void enlarged_span(Spans *spans, int y, int from, int to, int16_t *span);

/* --- colour.c --- */

/* Rows y and y + 1 of a picture from RGB, 0..255; rgb[row * 3 + channel] are lines of floats. The second row
 * may be the first one again where the picture ends. Overwrites the lines. */
void put_rgb(const Picture *picture, int y, float *rgb[6]);
/* rgba: tight or with `stride`; bgr: the first byte is blue. scratch: width * 6 floats. */
EXPORT void rgba_to_planar(const uint8_t *rgba, int stride, int bgr, const Picture *to, float *scratch);
EXPORT void planar_to_rgba(const Picture *from, uint8_t *rgba);
/* Planes of small floats Y, U, V with the frame's coding -> interleaved (rgb - mean) / scale. */
EXPORT void planes_to_input(const float *y, const float *u, const float *v, int count, const Picture *coding,
                            float mean, float scale, float *input);
EXPORT void fill(const Picture *picture, int red, int green, int blue);
/* The samples were made with another matrix or range: make them the picture's. scratch: width + 1 int32. */
EXPORT void recode(const Picture *picture, int matrix, int range, int32_t *scratch);

/* --- fit.c --- */

EXPORT uint32_t fit_bytes(int width, int height, const Picture *to);
/* Scale a picture of any format (RGBA and BGRA: its one plane is `y`) as the look says: to cover `to`, or to lie whole
 * within it. scratch: fit_bytes, aligned to 16 bytes. */
EXPORT void fit(const Picture *from, const Picture *to, void *scratch);

/* --- matte.c --- */

/* Steps of a matte of width x height; scratch: as many floats, twice. All lumas are codes, 0..255. */
/* state follows confidence: at once where luma differs from `before`, slowly where it does not. */
EXPORT void steady(const float *confidence, const float *luma, const float *before, float *state, int width,
                   int height, float *scratch);
/* What confidences become alpha 0 and alpha 1, by the look's softness; between the two alpha is linear. */
typedef struct {
    float low, high;
} Levels;
Levels levels(void);
/* Six logits, the first of them the background's, to how surely a pixel is a person. A plain softmax leaves
 * a ghost of the background; this was measured to be better. */
EXPORT void confidence_of(const float *logits, float *confidence, int count);
/* Confidence to alpha by the look's levels. */
EXPORT void coverage(const float *confidence, float *alpha, int count);
/* The same, and what is nearly 0 or 1 is 0 or 1. */
EXPORT void level(const float *confidence, float *alpha, int count);

/* --- plate.c --- */

/* The room's colour at the model's size, and in how many frames it was seen. */
typedef struct {
    int32_t width, height;
    float *colour[3], *seen, *room, *spare;
} Plate;

EXPORT uint32_t plate_bytes(int width, int height);
/* memory: aligned to 16 bytes. */
EXPORT void make_plate(Plate *plate, void *memory, int width, int height);
void forget_plate(Plate *plate);
/* Make up the model's mind where it is unsure and the room is known; learn the room where the model is sure. y, u, v:
 * the frame at the model's size. confidence: 0..1. */
EXPORT void decide(Plate *plate, const float *y, const float *u, const float *v, float *confidence);

/* --- guided.c --- */

/* Alpha as a linear function of colour, for each pixel of the model's size: alpha = y (Y - 128) + u (U - 128) +
 * v (V - 128) + rest. Rows come in blocks of four pixels; `unsure` has one byte for each block: where it is 0, colour
 * counts for nothing, and alpha is 0 or 1 all around. */
typedef struct {
    int32_t width, height, blocks; /* blocks: in a row */
    int32_t stride;                /* floats from row to row of the planes below, which have a margin all around */
    float *guide[3], *alpha, *coefficient[4], *sums;
    uint8_t *mixed, *unsure;
    int16_t *set, *near; /* blocks of a row */
} Guided;

EXPORT uint32_t guided_bytes(int width, int height);
/* memory: aligned to 16 bytes. */
EXPORT void make_guided(Guided *guided, void *memory, int width, int height);
/* alpha: 0..1. out: four planes of width x height, y, u, v and rest, in units of COEFFICIENT and ALPHA. */
EXPORT void guide(Guided *guided, const float *alpha, const float *y, const float *u, const float *v, int16_t *out);

#define ALPHA 2048         /* what 1 is in `rest` */
#define COEFFICIENT_BITS 7 /* how much finer y, u and v are */

/* --- person.c --- */

EXPORT uint32_t person_bytes(int width, int height);
EXPORT uint32_t person_scratch(int width, int height);
/* Nobody is followed yet. state: person_bytes. */
EXPORT void reset_person(float *state, int width, int height);
/* Take everybody but the main person out of a confidence. frames: of the camera since the last call; state
 * is kept from call to call. scratch: person_scratch. */
EXPORT void main_person(float *confidence, int width, int height, int frames, float *state, void *scratch);

/* --- carry.c --- */

/* Where a patch of a frame was in an earlier one: x, y in pixels of the matte; how many levels lighter it
 * was there; in what it differs otherwise (RMS, levels). */
typedef struct {
    float x, y, light, error;
} Motion;

/* How many patches a matte has, side by side and one below another: 8 pixels from middle to middle. */
EXPORT int flow_across(int width);
EXPORT int flow_down(int height);
EXPORT uint32_t flow_scratch(int width, int height);
/* now, then: luma of two frames, codes, at the matte's size, at least 2x2. motions: flow_across x
 * flow_down. Returns the share of patches that are nowhere in `then`, 0 to 1. */
EXPORT float flow(const float *now, const float *then, int width, int height, Motion *motions, void *scratch);
/* The matte of the frame `then` for the frame `now`. */
EXPORT void carry(const float *matte, const float *then, const float *now, const Motion *motions, int width,
                  int height, float *carried);

/* --- refine.c --- */

/* The matte at the size of the frame. */
typedef struct {
    Enlarger larger;
    Guided guided;
    float *alpha;
    int16_t *planes;                    /* of the coefficients */
    int16_t *above[4], *below[4];       /* two rows of each, as wide as the frame */
    int32_t row, *edge;                 /* which row `above` is; where each block begins, in pixels of the frame */
    int16_t *u, *v;                     /* chroma of a row, a sample for each pixel */
    int32_t *span, spans;               /* where colour counts between the rows `above` and `below` */
} Refiner;

uint32_t refiner_bytes(int width, int small_width, int small_height);
/* memory: aligned to 16 bytes. */
void make_refiner(Refiner *refiner, void *memory, int width, int small_width, int small_height,
                  const Placement *placement);
/* matte: steady confidence, of the size of the thumbnail of its frame. */
void refine(Refiner *refiner, const float *matte, const Thumbnail *picture);
/* The alpha of a row of luma, 0..256; rows from the top downwards. */
void refined_row(Refiner *refiner, const Picture *camera, int y, int16_t *row);

/* --- gaussian.c --- */

/* Y, U and V, each times a weight, and the weight. */
typedef float Sample __attribute__((vector_size(16)));

/* Blur samples in place. sigma in samples, at most 64. samples: gaussian_bytes, aligned to 16 bytes; the
 * first width * height are the plane. */
EXPORT uint32_t gaussian_bytes(int width, int height);
EXPORT void gaussian(Sample *samples, int width, int height, float sigma_x, float sigma_y);
/* What is left when the weight is taken out: three planes in sixteenths. */
void means(const Sample *samples, int count, int16_t *out);

/* --- cells.c --- */

/* Y, U, V and alpha, each the mean of 2x2 pixels of the thumbnail; where a side is odd, its last row or
 * column counts twice. */
EXPORT void cells_of(const float *y, const float *u, const float *v, const float *alpha, int width,
                     int height, Sample *cells);

/* --- foreground.c --- */

/* Colours near each cell: the person's Y, U and V, then the room's, in sixteenths; and rim: how much room is
 * seen from it, of ONE. sigma in cells. scratch: gaussian_bytes. */
EXPORT void foreground(const Sample *cells, int width, int height, float sigma_x, float sigma_y,
                       int16_t *colours, int16_t *rim, Sample *scratch);

/* The person's colours as they go on beside them, and black where nothing of the person is near: three planes in
 * sixteenths, of what `foreground` gave. */
EXPORT void beyond(const int16_t *colours, const int16_t *rim, int count, float black, int16_t *out);

/* --- light.c --- */

/* Light as a picture shows it: luma above black, and codes of U and V for each code of luma. */
typedef struct {
    float luma, blue, red;
} Light;

/* What `match` adds to a code, in 256ths: gain for each code above black; in U and V, also for each code of
 * luma. */
typedef struct {
    int32_t gain, blue, red;
} Match;

/* How much shadow the person casts on what is behind each cell, of ONE. sigma, scratch: as above. */
EXPORT void shadow(const Sample *cells, int width, int height, float sigma_x, float sigma_y, int16_t *out,
                   Sample *scratch);
/* part: what part of the camera's picture is seen at a place of the output, both 0..1. */
/* light: three planes of cells of the output, codes above black -> what falls on the person's edge, in sixteenths. */
EXPORT void glow(const int16_t *rim, const float *light, int width, int height, const Placement *part, float amount,
                 int16_t *out);
/* As much of a shadow as is wished; none at the ends of the camera's picture that are seen. */
EXPORT void shade(const int16_t *shadow, int width, int height, const Placement *part, float amount, int16_t *out);
/* The light on cells, each counted by its alpha. Gives how many they are; where there are none, light stays
 * as it is. */
EXPORT float light_of(const Sample *cells, int count, float black, Light *light);
EXPORT void match_of(const Light *person, const Light *behind, float amount, Match *match);

/* --- backlight.c --- */

typedef struct {
    float *planes; /* what falls from behind, blurred: three planes of cells, codes above black */
    Light mean;
    float lit, despill; /* 0 to 1: how much of light and shadow, and of despill, is right before it */
} Backlight;

/* Of a picture. Blurs the cells: they need gaussian_bytes. */
EXPORT void take_backlight(Backlight *light, Sample *cells, int width, int height, float black, float sigma_x,
                           float sigma_y);
void no_backlight(Backlight *light, float despill, int count);
/* mix 0: a, 1: b. out may be neither. */
EXPORT void mix_backlights(const Backlight *a, const Backlight *b, float mix, Backlight *out, int count);

/* --- key.c --- */

/* A screen behind the person, while there is one. */
typedef struct {
    int32_t used, width, height; /* of chroma */
    Enlarger larger[4];
    int16_t *plate; /* the screen alone, Y, U and V, in sixteenths, and where to look for the person */
    int16_t *alpha; /* of each sample of chroma, 0..256 */
    int16_t *rows;
} Screen;

uint32_t screen_bytes(int width, int height, int small_width, int small_height);
uint32_t screen_scratch(int width, int height);
/* memory: aligned to 16 bytes. */
void make_screen(Screen *screen, void *memory, int width, int height, int small_width, int small_height,
                 const Placement *placement);
/* matte: confidence; y, u, v: the small picture; colour: the screen's, as Y, U, V codes. Sets `used`, and
 * if the screen is there, its plate. scratch: screen_scratch, aligned to 16 bytes. */
void look_for_screen(Screen *screen, const float *matte, const float *y, const float *u, const float *v,
                     int width, int height, const uint8_t *colour, float *scratch);
/* Find alpha, and write the picture without the screen's colour. range, despill: 0 to 1; row:
 * camera->width int16. */
void key(Screen *screen, const Picture *camera, float range, float despill, const Picture *out, int16_t *row);
/* The alpha of a row of luma, 0..256; after `key`. */
void key_row(const Screen *screen, int width, int y, int16_t *row);
/* The most frequent saturated colour at the border of a small picture, as Y, U, V codes; 0 if it fills
 * less than a quarter of it. */
int screen_colour(const float *y, const float *u, const float *v, int width, int height, uint8_t *colour);

/* --- blend.c --- */

/* How a person stands in a picture. */
typedef struct {
    const int16_t *colours, *rim; /* what `foreground` gave */
    const int16_t *glow;          /* what `glow` gave, or null */
    const int16_t *shadow;        /* what `shade` gave, or null */
    Match match;
    float despill;
    const Placer *placer;
    const Screen *screen; /* where alpha is its, or null */
    uint8_t *alpha;       /* where alpha goes, 0..255, if nothing is behind the person; or null */
} Scene;

typedef struct {
    Enlarger luma, colour; /* of cells */
    /* Of Y, U and V. */
    Spans person_colour[3], room_colour[3], glow[3], shadow[2];
    Spans rim; /* of chroma */
    int32_t small_width, small_height;
    int16_t *alpha[2], *faded[2], *half_alpha, *half_weight, *shine, *most, *sure;
    int16_t *near[3], *room[3], *falling[3], *dark[2], *open; /* along a run */
    float *person, *behind;
    uint8_t *falls, *fallen;
} Blender;

uint32_t blender_bytes(int width, int small_width, int small_height);
/* small: in cells. memory: aligned to 16 bytes. */
void make_blender(Blender *blender, void *memory, int width, int small_width, int small_height,
                  const Placement *placement);
/* out = person * alpha + background * (1 - alpha), with the mean of each 2x2 alphas for chroma. Where no
 * light or shadow falls, alpha 0 gives the background and alpha 1 the person, matched. */
void blend(Blender *blender, const Scene *scene, const Picture *frame, const Picture *background,
           Refiner *matte, const Picture *out);

/* --- run.c --- */

/* What is to be seen in a block. */
enum { PERSON = 1, BEHIND = 2, RIM = 4, SHADED = 8 };

typedef struct {
    const Picture *frame, *background, *out;
    const Scene *scene;
    const int16_t *weight[2]; /* alpha, less near the ends of the camera's picture */
    int32_t y, rows;          /* the first row of a pair; 1 where the picture ends with it */
    int32_t black;            /* the code */
    float range;              /* 1 / white above black */
} Pair;

/* from: even. */
void put_run(Blender *blender, const Pair *pair, int flags, int from, int count);

/* --- crossfade.c --- */

/* mix 0: a, 256: b */
EXPORT void crossfade(const Picture *a, const Picture *b, int mix, const Picture *out);
EXPORT void copy(const Picture *from, const Picture *to);

/* --- blur.c --- */

/* The room without the person, blurred: three planes in sixteenths. bokeh: 0..1; black, white: codes of
 * luma; sigma in cells, at most 64. scratch: gaussian_bytes, and 8 bytes a cell. */
EXPORT void blur(const Sample *cells, int width, int height, float bokeh, float black, float white,
                 float sigma_x, float sigma_y, int16_t *out, Sample *scratch);
/* Such planes at the size of a picture. row: width int16. */
void put_enlarged(const int16_t *small, Enlarger *luma, Enlarger *colour, const Picture *out, int16_t *row);

#endif
