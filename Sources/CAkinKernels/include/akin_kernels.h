// The SIMD loops of Akin and the choice of CPU level: a leaf. No allocation, no I/O, no state but the chosen table.
//
// scalar.c is the specification. Every other level computes the same thing in another order of additions, except where
// a comment says "same bits": there all levels agree exactly.
#ifndef AKIN_KERNELS_H
#define AKIN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Rows of one packed panel, at every level.
#define AKIN_PANEL_ROWS 16

typedef enum akin_level {
  AKIN_SCALAR = 0,
  AKIN_AVX2 = 1,   // AVX2 + FMA + F16C
  AKIN_AVX512 = 2, // F + BW + DQ + VL + VNNI
  AKIN_NEON = 3,
} akin_level;

/// What `code_filter` and `code_product` do with the sums of one query.
typedef struct akin_code_query {
  int32_t code_sum; // the sum of the query's codes
  float start_scale;
  float tail_scale;
  float floor;
} akin_code_query;

/// The loops of one level. Vectors are float32, `dim` long, at any alignment, and strides are in floats, but for codes.
typedef struct akin_kernels {
  const char *name;
  akin_level level;

  // Pairs. At one level a row's score has the same bits from every function here, whichever rows stand beside it:
  // dot = dot_gather = dot_run, and likewise squared_euclidean. (product adds in another order.)
  float (*dot)(const float *a, const float *b, size_t dim);
  float (*squared_euclidean)(const float *a, const float *b, size_t dim);
  // Same bits at every level: component j is added, in double, to lane j mod 8; lanes are then added as
  // ((0+4)+(2+6))+((1+5)+(3+7)). No fused multiply-add in squared_euclidean64.
  double (*dot64)(const float *a, const float *b, size_t dim);
  double (*squared_euclidean64)(const float *a, const float *b, size_t dim);

  // One query against rows[0..count) of a table: out[i] = f(query, base + rows[i] * stride). Prefetches ahead.
  void (*dot_gather)(const float *query, const float *base, size_t stride, size_t dim, const uint32_t *rows,
                     size_t count, float *out);
  void (*squared_euclidean_gather)(const float *query, const float *base, size_t stride, size_t dim,
                                   const uint32_t *rows, size_t count, float *out);
  // One query against count rows that follow each other: out[i] = f(query, base + i * stride).
  void (*dot_run)(const float *query, const float *base, size_t stride, size_t dim, size_t count, float *out);
  void (*squared_euclidean_run)(const float *query, const float *base, size_t stride, size_t dim, size_t count,
                                float *out);

  // Many queries against many rows. pack turns rows into ceil(count / 16) panels: panel p, component j, lane l is at
  // panels[(p * dim + j) * 16 + l] and holds component j of row 16p + l (0 past the last row).
  void (*pack)(const float *base, size_t stride, size_t dim, size_t count, float *panels);
  // out[q * out_stride + 16p + l] = initial[16p + l] + queries[q * query_stride ...] . (row 16p + l);
  // initial may be null (zeros). Writes all 16 lanes of each panel. A result depends on its query, row and initial
  // value alone, not on what else is in the call.
  void (*product)(const float *queries, size_t query_stride, size_t query_count, const float *panels,
                  size_t panel_count, size_t dim, const float *initial, float *out, size_t out_stride);
  // Positions i in 0..<count with scores[i] >= floor, ascending, to out; returns how many. A NaN is never above.
  uint32_t (*indices_at_least)(const float *scores, uint32_t count, float floor, uint32_t *out);
  // A value that at least k of values[0..count) reach, hardly below the k-th largest of them: the k-th largest of the
  // maxima of 64 groups, i in group i mod 64, of which those that are empty and a NaN count as -infinity, as does the
  // answer for a k that is not in 1...64. Same value at every level.
  float (*kth_lower_bound)(const float *values, size_t count, size_t k);

  // A pool of `size` keys (Candidate.swift), ascending, gets those of count new points that are nearer than its last, or all
  // but infinite ones where it has fewer than `limit`; of all the first `limit`, at least 1, are kept. Returns how many there
  // are; *lowest is lowered to the first place that changed. A NaN is never kept. The pool has room for limit + 1 keys; points
  // are below 2^31.
  size_t (*beam_insert)(uint64_t *pool, size_t size, size_t limit, const float *distances, const uint32_t *points,
                  size_t count, size_t *lowest);

  // One query of integers against rows[0..count) of a table of byte codes, code = base + rows[i] * stride:
  // code_dot_gather     out[i] = (float)(sum of query[j] * code[j]),
  // code_squared_gather out[i] = (float)(sum of (query[j] - code[j])^2), j in 0..<width. The sums are exact and are
  // rounded once: same bits at every level. Query components and codes are in -128...127; width is a multiple of 64,
  // at most 32,768, which no sum overflows with (255^2 * 32,768 < 2^31); stride is in bytes; query, base and stride may
  // have any alignment, but rows that start at a multiple of 64 are read fastest. Prefetches ahead.
  void (*code_dot_gather)(const int16_t *query, const int8_t *base, size_t stride, size_t width, const uint32_t *rows,
                          size_t count, float *out);
  void (*code_squared_gather)(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                              const uint32_t *rows, size_t count, float *out);
  // The same for codes of two components a byte, each 0...15: of bytes 64b..<64b + 64, byte j holds component 128b + j
  // in its low half and component 128b + 64 + j in its high half. out[i] = (float)(sum of query[j] * component j),
  // j in 0..<2 * width. width is at most 1,024, query components are in -128...127.
  void (*half_dot_gather)(const int16_t *query, const int8_t *base, size_t stride, size_t width, const uint32_t *rows,
                          size_t count, float *out);

  // A vector less a mean (null: zeros) as bytes: out[j] = (vector[j] - mean[j]) / step to the nearest, ties to even, and
  // their sum to *sum. Returns the step, of which 127 are the largest magnitude of a component and of a sum of components 2j
  // and 2j + 1, so that those bytes add up to -128...128 (see code_filter); 1 where that is below 2^-119 or not finite. What
  // is not finite becomes some byte. Nothing is fused: same bits at every level.
  float (*to_bytes)(const float *vector, const float *mean, size_t dim, int8_t *out, int32_t *sum);
  // out[j] = vector[j] - offset; returns whether all of that are whole numbers in -128...127. Where not, out is anything.
  int (*to_whole)(const float *vector, float offset, size_t dim, int16_t *out);

  // Many queries of byte codes against many rows of byte codes, 16 rows a panel: component j of row 16p + l is at
  // panels[16 * width * p + 64 * (j / 4) + 4 * l + j % 4]. Bit l of marks[q * marks_stride + p] says whether
  //   fma(tails[16p + l], about[q].tail_scale, fma(starts[16p + l], about[q].start_scale, (float)sum)) >= floor of q
  // where starts or tails may be null (no such term), and sum is exact: same bits at every level. Codes are in
  // -127...127; width is a multiple of 4, at most 32,768; query q starts at codes + q * stride. A NaN is never marked.
  // With AVX2 it is faster by half where the codes 2j and 2j + 1 of each query add up to -128...128.
  void (*code_filter)(const int8_t *codes, size_t stride, const akin_code_query *about, size_t query_count,
                     const int8_t *panels, size_t panel_count, size_t width, const float *starts, const float *tails,
                     uint16_t *marks, size_t marks_stride);
  // The same values without tails, as they are: out[q * out_stride + 16p + l] = fma(starts[16p + l], about[q].start_scale,
  // (float)sum), all 16 lanes of each panel. Width is at most 65,536, which no sum overflows with.
  void (*code_product)(const int8_t *codes, size_t stride, const akin_code_query *about, size_t query_count,
                       const int8_t *panels, size_t panel_count, size_t width, const float *starts, float *out,
                       size_t out_stride);
  // The codes rows[0..count) of a table, base + rows[i] * stride, as panels for the loops above, whole ones: lanes past count
  // are zeros. starts[i], for every lane, becomes half the squared length of the code, negative. Width as for code_filter.
  void (*code_pack)(const int8_t *base, size_t stride, size_t width, const uint32_t *rows, size_t count, int8_t *panels,
                    float *starts);
  // How near one code is to the rows of panels, nearest[16p + l] = max(nearest[16p + l], starts[16p + l] + (start + sum)): with
  // what code_pack makes of either minus half the squared distance, exact while four times the squared length is below 2^24.
  void (*code_nearer)(const int8_t *code, float start, const int8_t *panels, size_t panel_count, size_t width,
                      const float *starts, float *nearest);
} akin_kernels;

/// The loops of a level, or null when this CPU or this build lacks it.
const akin_kernels *akin_kernels_at(akin_level level);

/// The best level that this CPU has.
akin_level akin_best_level(void);

/// CRC32C (Castagnoli) of bytes, continuing from `crc` (0 to start); by the CPU's instruction where it has one.
uint32_t akin_crc32c(uint32_t crc, const void *bytes, size_t count);
/// The same by table: the specification.
uint32_t akin_crc32c_table(uint32_t crc, const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
