#include "CResampling.h"

#include <string.h>

/* The loader chooses before a sanitizer is ready for anything. */
#if defined(__x86_64__) && !__has_feature(thread_sanitizer) && !__has_feature(address_sanitizer)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

/* Vectors that need not lie at multiples of their size. */
typedef float four __attribute__((vector_size(16), aligned(4)));
typedef float eight __attribute__((vector_size(32), aligned(4)));
typedef int32_t four_integers __attribute__((vector_size(16)));
typedef uint8_t four_bytes __attribute__((vector_size(4)));

#define LOWER_HALF(vector) __builtin_shufflevector(vector, vector, 0, 1, 2, 3)
#define UPPER_HALF(vector) __builtin_shufflevector(vector, vector, 4, 5, 6, 7)
#define AT(vector, pointer) (*(const vector *)(pointer))

/* Each sample rounded to the nearest whole number from 0 to 255. */
static inline __attribute__((always_inline)) four_bytes rounded(four sums)
{
    const four black = {0, 0, 0, 0}, white = {255, 255, 255, 255};
    sums = __builtin_elementwise_min(__builtin_elementwise_max(sums + 0.5f, black), white);
    return __builtin_convertvector(__builtin_convertvector(sums, four_integers), four_bytes);
}

FOR_EACH_PROCESSOR
void tintype_combine_rows(
    const float *rows, size_t length, size_t ring, size_t first, const float *weights, size_t taps, float *line)
{
    for (size_t sample = 0; sample < length; sample += TINTYPE_ROW_MULTIPLE) {
        float sums[TINTYPE_ROW_MULTIPLE] = {0};
        size_t place = first;
        for (size_t tap = 0; tap < taps; tap++) {
            const float *row = rows + place * length + sample;
            for (int index = 0; index < TINTYPE_ROW_MULTIPLE; index++) sums[index] += row[index] * weights[tap];
            place = place + 1 == ring ? 0 : place + 1;
        }
        memcpy(line + sample, sums, sizeof sums);
    }
}

FOR_EACH_PROCESSOR
void tintype_reduce_colour(
    const float *line, const int32_t *starts, const float *weights, size_t taps, size_t count, uint8_t *samples)
{
    for (size_t x = 0; x < count; x++) {
        const float *in = line + starts[x];
        /* Eight pixels are 24 samples: every vector holds the same bands in each turn. */
        eight first = {0}, second = {0}, third = {0};
        for (size_t tap = 0; tap < taps; tap += TINTYPE_TAP_MULTIPLE) {
            first += AT(eight, in) * AT(eight, weights);
            second += AT(eight, in + 8) * AT(eight, weights + 8);
            third += AT(eight, in + 16) * AT(eight, weights + 16);
            in += 24;
            weights += 24;
        }
        /* After twelve samples the bands come in the same order again: r g b r, g b r g, b r g b. */
        four rgbr = LOWER_HALF(first) + UPPER_HALF(second);
        four gbrg = UPPER_HALF(first) + LOWER_HALF(third);
        four brgb = LOWER_HALF(second) + UPPER_HALF(third);
        four sums = rgbr + __builtin_shufflevector(rgbr, gbrg, 3, 4, 5, 5)
            + __builtin_shufflevector(gbrg, brgb, 2, 3, 4, 4) + __builtin_shufflevector(brgb, brgb, 1, 2, 3, 3);
        four_bytes pixel = rounded(sums);
        /* Four bytes are written at once where the next pixel overwrites the fourth. */
        memcpy(samples + 3 * x, &pixel, x + 1 < count ? 4 : 3);
    }
}

FOR_EACH_PROCESSOR
void tintype_reduce_grey(
    const float *line, const int32_t *starts, const float *weights, size_t taps, size_t count, uint8_t *samples)
{
    for (size_t x = 0; x < count; x++) {
        const float *in = line + starts[x];
        eight sums = {0};
        for (size_t tap = 0; tap < taps; tap += TINTYPE_TAP_MULTIPLE) {
            sums += AT(eight, in) * AT(eight, weights);
            in += 8;
            weights += 8;
        }
        four halves = LOWER_HALF(sums) + UPPER_HALF(sums);
        four sum = {(halves[0] + halves[2]) + (halves[1] + halves[3]), 0, 0, 0};
        samples[x] = rounded(sum)[0];
    }
}
