/* What the sources of the kernel miss when a machine's own compiler builds them, instead of WebAssembly's. */
#include <stdint.h>

/* Where the memory of an instance begins: its host sets `heap`. WebAssembly's linker has a symbol there. */
__attribute__((weak, visibility("default"))) uint8_t *heap;
#define __heap_base (*heap)

typedef int8_t Bytes16 __attribute__((vector_size(16)));
typedef int16_t Words8 __attribute__((vector_size(16)));
typedef int32_t Sums4 __attribute__((vector_size(16)));

/* What the sources say in WebAssembly's own instructions. */
#if defined(__SSSE3__)
#include <tmmintrin.h>
#define __builtin_wasm_dot_s_i32x4_i16x8(a, b) ((Sums4)_mm_madd_epi16((__m128i)(a), (__m128i)(b)))
#define __builtin_wasm_narrow_s_i16x8_i32x4(a, b) ((Words8)_mm_packs_epi32((__m128i)(a), (__m128i)(b)))
#define __builtin_wasm_q15mulr_sat_s_i16x8(a, b) ((Words8)_mm_mulhrs_epi16((__m128i)(a), (__m128i)(b)))
#define __builtin_wasm_swizzle_i8x16(a, b) ((Bytes16)_mm_shuffle_epi8((__m128i)(a), (__m128i)(b)))
#elif defined(__ARM_NEON) && defined(__aarch64__)
#include <arm_neon.h>
static inline Sums4 dot_of(Words8 a, Words8 b) {
    int32x4_t low = vmull_s16(vget_low_s16((int16x8_t)a), vget_low_s16((int16x8_t)b));
    return (Sums4)vpaddq_s32(low, vmull_high_s16((int16x8_t)a, (int16x8_t)b));
}
#define __builtin_wasm_dot_s_i32x4_i16x8 dot_of
#define __builtin_wasm_narrow_s_i16x8_i32x4(a, b) \
    ((Words8)vqmovn_high_s32(vqmovn_s32((int32x4_t)(a)), (int32x4_t)(b)))
#define __builtin_wasm_q15mulr_sat_s_i16x8(a, b) ((Words8)vqrdmulhq_s16((int16x8_t)(a), (int16x8_t)(b)))
#define __builtin_wasm_swizzle_i8x16(a, b) ((Bytes16)vqtbl1q_s8((int8x16_t)(a), (uint8x16_t)(b)))
#else
static inline int16_t narrowed(int32_t value) {
    return (int16_t)(value < -32768 ? -32768 : value > 32767 ? 32767 : value);
}
static inline Sums4 dot_of(Words8 a, Words8 b) {
    Sums4 sums;
    for (int i = 0; i < 4; i++) sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
    return sums;
}
static inline Words8 narrow_of(Sums4 a, Sums4 b) {
    Words8 words;
    for (int i = 0; i < 8; i++) words[i] = narrowed(i < 4 ? a[i] : b[i - 4]);
    return words;
}
static inline Words8 product_of(Words8 a, Words8 b) {
    Words8 words;
    for (int i = 0; i < 8; i++) words[i] = narrowed((a[i] * b[i] + 0x4000) >> 15);
    return words;
}
static inline Bytes16 swizzled(Bytes16 a, Bytes16 b) {
    Bytes16 bytes;
    for (int i = 0; i < 16; i++) bytes[i] = (uint8_t)b[i] < 16 ? a[b[i]] : 0;
    return bytes;
}
#define __builtin_wasm_dot_s_i32x4_i16x8 dot_of
#define __builtin_wasm_narrow_s_i16x8_i32x4 narrow_of
#define __builtin_wasm_q15mulr_sat_s_i16x8 product_of
#define __builtin_wasm_swizzle_i8x16 swizzled
#endif
