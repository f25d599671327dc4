#pragma once
/* The innermost loops of a reduction, compiled once for every x86-64 processor and once for those with vectors of 256
   bits (x86-64-v3); which one runs is decided when the program is loaded. Swift cannot compile a function twice. */
#include <stddef.h>
#include <stdint.h>

/* Rows are handled so many samples at a time: their length is a multiple of it. */
enum { TINTYPE_ROW_MULTIPLE = 32 };
/* Across a row so many taps are handled at a time: their number is a multiple of it. */
enum { TINTYPE_TAP_MULTIPLE = 8 };

/* The weighted sum of rows that lie in a ring.
   rows: ring × length samples; of them `taps` rows count, from row `first` on.
   length: of a row and of the line, a multiple of TINTYPE_ROW_MULTIPLE. */
void tintype_combine_rows(
    const float *rows, size_t length, size_t ring, size_t first, const float *weights, size_t taps, float *line);

/* Each sample of the result as a weighted sum of samples of the line, of 3 bands or of 1.
   starts: of each of `count` results the first sample of the line that counts.
   weights: of each result taps × bands numbers, each weight once for every band; `taps` is a multiple of
   TINTYPE_TAP_MULTIPLE, and so many pixels of the line are read from each start on.
   samples: count × bands samples, rounded, and cut off at 0 and 255. */
void tintype_reduce_colour(
    const float *line, const int32_t *starts, const float *weights, size_t taps, size_t count, uint8_t *samples);
void tintype_reduce_grey(
    const float *line, const int32_t *starts, const float *weights, size_t taps, size_t count, uint8_t *samples);
