/* What the sources of the kernel miss when a machine's own compiler builds them, instead of WebAssembly's. */
#include <stdint.h>

/* Where the memory of an instance begins: its host sets `heap`. WebAssembly's linker has a symbol there. */
__attribute__((weak, visibility("default"))) uint8_t *heap;
#define __heap_base (*heap)

/* i32x4.dot_i16x8_s: compilers know the machine's own instruction by this pattern. */
typedef int16_t DotWords __attribute__((vector_size(16)));
typedef int32_t DotSums __attribute__((vector_size(16)));
static inline DotSums dot(DotWords a, DotWords b) {
    DotSums sums;
    for (int i = 0; i < 4; i++) sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
    return sums;
}
#define __builtin_wasm_dot_s_i32x4_i16x8 dot
