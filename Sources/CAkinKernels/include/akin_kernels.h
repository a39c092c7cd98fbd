// The SIMD loops over vectors, byte codes and a search's beam, by CPU level. No allocation, no I/O, no state but which
// levels the CPU has, asked once.
//
// vectors/vector_scalar.h and codes/code_scalar.h are the specification. Every other level computes the same in another
// order of additions, except where a comment says "same bits": there all levels agree exactly.
#ifndef AKIN_KERNELS_H
#define AKIN_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "akin_checksum.h"
#include "akin_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Rows of one panel, at every level.
///
/// A panel holds 16 rows of a matrix side by side, so that one load reads the same component of all 16. Rows become
/// ceil(count / 16) panels; row 16p + l is lane l of panel p, and lanes past the last row are zeros. Panels of floats
/// go component by component: component j of that row is at panels[16 * (p * dim + j) + l]. Panels of byte codes go
/// four components by four: component j is at panels[16 * width * p + 64 * (j / 4) + 4 * l + j % 4].
#define AKIN_PANEL_ROWS 16

/// What `code_filter` and `code_product` are told of one query beside its codes.
typedef struct akin_code_query {
  int32_t code_sum;  // the sum of the query's codes
  float start_scale; // multiplies starts
  float tail_scale;  // multiplies tails; code_filter only
  float floor;       // code_filter only
} akin_code_query;

/// The loops of one level. Vectors are float32, `dim` long, at any alignment, with strides in floats. Codes are int8,
/// `width` long, with strides in bytes.
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
  // dot64(a, b), and *square = dot64(b, b): the same bits, in one pass over b.
  double (*dot_and_square64)(const float *a, const float *b, size_t dim, double *square);

  // One query against rows[0..<count] of a table: out[i] = f(query, base + rows[i] * stride). Prefetches ahead.
  void (*dot_gather)(const float *query, const float *base, size_t stride, size_t dim, const uint32_t *rows,
                     size_t count, float *out);
  void (*squared_euclidean_gather)(const float *query, const float *base, size_t stride, size_t dim,
                                   const uint32_t *rows, size_t count, float *out);
  // One query against count rows that follow each other: out[i] = f(query, base + i * stride).
  void (*dot_run)(const float *query, const float *base, size_t stride, size_t dim, size_t count, float *out);
  void (*squared_euclidean_run)(const float *query, const float *base, size_t stride, size_t dim, size_t count,
                                float *out);

  // Many queries against many rows. pack writes rows as panels (AKIN_PANEL_ROWS says where a component goes).
  void (*pack)(const float *base, size_t stride, size_t dim, size_t count, float *panels);
  // out[q * out_stride + 16p + l] = initial[16p + l] + queries[q * query_stride ...] . (row 16p + l);
  // initial may be null (zeros). Writes all 16 lanes of each panel. A result depends on its query, row and initial
  // value alone, not on what else is in the call.
  void (*product)(const float *queries, size_t query_stride, size_t query_count, const float *panels,
                  size_t panel_count, size_t dim, const float *initial, float *out, size_t out_stride);
  // Indices i in 0..<count with scores[i] >= floor, ascending, to out; returns how many. A NaN is never at least.
  uint32_t (*indices_at_least)(const float *scores, uint32_t count, float floor, uint32_t *out);
  // The same for scores[i] + reaches[i], rounded once.
  uint32_t (*indices_reaching)(const float *scores, const float *reaches, uint32_t count, float floor, uint32_t *out);
  // How many of scores[0..<count] are >= floor. A NaN is never at least.
  size_t (*count_at_least)(const float *scores, size_t count, float floor);
  // A lower bound on the k-th largest of values[0..<count]: the k-th largest of the maxima of 64 groups, value i in
  // group i mod 64. Empty groups and NaN count as -infinity. The bound is -infinity for a k outside 1...64. Same value
  // at every level.
  float (*kth_lower_bound)(const float *values, size_t count, size_t k);

  // Inserts count new candidates into a beam of `size` candidates, ascending, and keeps the first `capacity` of all.
  // A candidate is 64 bits that hold distance, node and expanded bit: Indexes/HNSW/Graph/Candidate.swift has the
  // layout. New ones come as distances and nodes below 2^31, none of them in the beam. A full beam takes distances
  // below its last candidate's; one with room takes all below +infinity. A NaN is never taken. Returns the new size;
  // *lowest is lowered to the first index that changed. capacity is at least 1; the beam has room for capacity + 1
  // candidates.
  size_t (*beam_insert)(uint64_t *beam, size_t size, size_t capacity, const float *distances, const uint32_t *nodes,
                        size_t count, size_t *lowest);

  // Packed links as numbers: out[i] = the `bits` bits from bit i * bits of the bytes at packed on, the lowest first; bits is 8
  // to 24, or 32. May read as if there were 32 links at least, and 32 bytes past the last; may write 32 numbers, and 8 past the
  // last. Same at every level.
  void (*unpack_links)(const uint8_t *packed, uint32_t bits, size_t count, uint32_t *out);

  // One query of integers against rows[0..<count] of a table of byte codes, code = base + rows[i] * stride:
  // code_dot_gather     out[i] = (float)(sum of query[j] * code[j]),
  // code_squared_gather out[i] = (float)(sum of (query[j] - code[j])^2), j in 0..<width. The sums are exact and are
  // rounded once: same bits at every level. Query components and codes are in -128...127; width is a multiple of 32,
  // at most 32,768, which no sum overflows with (255^2 * 32,768 < 2^31); up to a width of 1,024, query components of
  // code_squared_gather may be in -1,200...1,200 (1,328^2 * 1,024 < 2^31); query, base and stride may have any alignment,
  // but rows that start at a multiple of 32 are read fastest. Prefetches ahead.
  void (*code_dot_gather)(const int16_t *query, const int8_t *base, size_t stride, size_t width, const uint32_t *rows,
                          size_t count, float *out);
  void (*code_squared_gather)(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                              const uint32_t *rows, size_t count, float *out);
  // The same for codes of two components a byte, each 0...15: of bytes 64b..<64b + 64, byte j holds component 128b + j
  // in its low half and component 128b + 64 + j in its high half. out[i] = (float)(sum of query[j] * component j),
  // j in 0..<2 * width. width is a multiple of 64, at most 1,024; query components are in -128...127.
  void (*half_dot_gather)(const int16_t *query, const int8_t *base, size_t stride, size_t width, const uint32_t *rows,
                          size_t count, float *out);

  // A vector less a mean (null: zeros) as bytes: out[j] = (vector[j] - mean[j]) / step to the nearest, ties to even.
  // Their sum goes to *sum. Returns the step: 1/127 of the largest magnitude among the components and the sums of
  // components 2j and 2j + 1, so that bytes 2j and 2j + 1 add up to -128...128 (code_filter is faster then); 1 where
  // that magnitude is below 2^-119 or not finite. A component that is not finite becomes some byte. Nothing is fused:
  // same bits at every level.
  float (*to_bytes)(const float *vector, const float *mean, size_t dim, int8_t *out, int32_t *sum);
  // out[j] = vector[j] - offset; returns 1 when all of these are whole numbers in -128...127 and none is -0. Returns 0
  // when not, and out is then unspecified.
  int (*to_whole)(const float *vector, float offset, size_t dim, int16_t *out);

  // Stored rows as floats: out[j] = (float)halves[j] * scale, halves as of IEEE 754; and out[j] = (float)bytes[j] * scale +
  // offsets[j], or + offset where offsets is null. Each operation is rounded by itself: same bits at every level.
  void (*floats_of_halves)(const uint16_t *halves, float scale, size_t count, float *out);
  void (*floats_of_bytes)(const int8_t *bytes, float scale, float offset, const float *offsets, size_t count,
                          float *out);

  // Many queries of byte codes against panels of byte codes (AKIN_PANEL_ROWS). Bit l of masks[q * mask_stride + p] says
  // whether row 16p + l reaches the floor of query q:
  //   fma(tails[16p + l], tail_scale, fma(starts[16p + l], start_scale, (float)sum)) >= floor,  sum = query . row,
  // where starts or tails may be null (no such term), and sum is exact: same bits at every level. Codes are in
  // -127...127; width is a multiple of 4, at most 32,768; query q starts at codes + q * stride. A NaN never reaches.
  // With AVX2 it is faster by half where the codes 2j and 2j + 1 of each query add up to -128...128.
  void (*code_filter)(const int8_t *codes, size_t stride, const akin_code_query *queries, size_t query_count,
                      const int8_t *panels, size_t panel_count, size_t width, const float *starts, const float *tails,
                      uint16_t *masks, size_t mask_stride);
  // The same values without tails, as they are: out[q * out_stride + 16p + l] = fma(starts[16p + l], start_scale,
  // (float)sum), all 16 lanes of each panel. Width is at most 65,536, which no sum overflows with.
  void (*code_product)(const int8_t *codes, size_t stride, const akin_code_query *queries, size_t query_count,
                       const int8_t *panels, size_t panel_count, size_t width, const float *starts, float *out,
                       size_t out_stride);
  // Packs the codes rows[0..<count] of a table, base + rows[i] * stride, as panels for the loops here. starts[i], for
  // every lane, becomes minus half the squared length of the code. Width as for code_filter.
  void (*code_pack)(const int8_t *base, size_t stride, size_t width, const uint32_t *rows, size_t count, int8_t *panels,
                    float *starts);
  // How near one code is to the rows of panels:
  //   nearest[16p + l] = max(nearest[16p + l], starts[16p + l] + (start + sum)).
  // With start and starts of code_pack the value is minus half the squared distance, exact while four times the squared
  // length is below 2^24.
  void (*code_nearer)(const int8_t *code, float start, const int8_t *panels, size_t panel_count, size_t width,
                      const float *starts, float *nearest);
} akin_kernels;

/// The loops of a level, or null when this CPU or this build lacks it.
const akin_kernels *akin_kernels_at(akin_level level);

#ifdef __cplusplus
}
#endif

#endif
