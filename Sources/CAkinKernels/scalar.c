// The specification: every loop of the table in plain C, one obvious line per promise. Also what runs on a CPU that no
// other level knows.
//
// Cost: one multiply and one add per component. Eight lanes, because a single sum would wait for itself; a compiler
// turns them into whatever vectors the plain target has. Nothing is contracted: the same bits on every CPU.
#include "level.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

enum { LANES = 8 };

// Component j goes to lane j mod 8, then the lanes are halved: 8 to 4 to 2 to 1.
#define DEFINE_PAIR(NAME, NUMBER, TERM)                                                                                \
  static NUMBER NAME(const float *a, const float *b, size_t dim) {                                                     \
    NUMBER lane[LANES] = {0};                                                                                          \
    size_t j = 0;                                                                                                      \
    for (; j + LANES <= dim; j += LANES) {                                                                             \
      for (size_t l = 0; l < LANES; l++) {                                                                             \
        const NUMBER x = a[j + l], y = b[j + l];                                                                       \
        lane[l] += TERM;                                                                                               \
      }                                                                                                                \
    }                                                                                                                  \
    for (size_t l = 0; j + l < dim; l++) {                                                                             \
      const NUMBER x = a[j + l], y = b[j + l];                                                                         \
      lane[l] += TERM;                                                                                                 \
    }                                                                                                                  \
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));                  \
  }

DEFINE_PAIR(dot, float, x * y)
DEFINE_PAIR(squared_euclidean, float, (x - y) * (x - y))
DEFINE_PAIR(dot64, double, x * y)
DEFINE_PAIR(squared_euclidean64, double, (x - y) * (x - y))

static void dot_gather(const float *query, const float *base, size_t stride, size_t dim, const uint32_t *rows,
                       size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = dot(query, base + rows[i] * stride, dim);
}

static void squared_euclidean_gather(const float *query, const float *base, size_t stride, size_t dim,
                                     const uint32_t *rows, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = squared_euclidean(query, base + rows[i] * stride, dim);
}

static void dot_run(const float *query, const float *base, size_t stride, size_t dim, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) out[i] = dot(query, base + i * stride, dim);
}

static void squared_euclidean_run(const float *query, const float *base, size_t stride, size_t dim, size_t count,
                                  float *out) {
  for (size_t i = 0; i < count; i++) out[i] = squared_euclidean(query, base + i * stride, dim);
}

static void pack(const float *base, size_t stride, size_t dim, size_t count, float *panels) {
  for (size_t first = 0; first < count; first += AKIN_PANEL_ROWS) {
    for (size_t j = 0; j < dim; j++) {
      for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) {
        *panels++ = first + l < count ? base[(first + l) * stride + j] : 0;
      }
    }
  }
}

static void product(const float *queries, size_t query_stride, size_t query_count, const float *panels,
                    size_t panel_count, size_t dim, const float *initial, float *out, size_t out_stride) {
  for (size_t p = 0; p < panel_count; p++) {
    const float *panel = panels + p * dim * AKIN_PANEL_ROWS;
    for (size_t q = 0; q < query_count; q++) {
      float sum[AKIN_PANEL_ROWS];
      for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) sum[l] = initial ? initial[p * AKIN_PANEL_ROWS + l] : 0;
      for (size_t j = 0; j < dim; j++) {
        for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) {
          sum[l] += queries[q * query_stride + j] * panel[j * AKIN_PANEL_ROWS + l];
        }
      }
      for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) out[q * out_stride + p * AKIN_PANEL_ROWS + l] = sum[l];
    }
  }
}

static uint32_t indices_at_least(const float *scores, uint32_t count, float floor, uint32_t *out) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (scores[i] >= floor) out[found++] = i;
  }
  return found;
}

static float kth_lower_bound(const float *values, size_t count, size_t k) {
  float most[64], floor = -INFINITY;
  for (size_t g = 0; g < 64; g++) {
    most[g] = -INFINITY;
    for (size_t i = g; i < count; i += 64) most[g] = values[i] > most[g] ? values[i] : most[g];
  }
  for (size_t g = 0; g < 64 && k > 0; g++) {
    size_t reaching = 0;
    for (size_t h = 0; h < 64; h++) reaching += most[h] >= most[g];
    if (reaching >= k && most[g] > floor) floor = most[g];
  }
  return floor;
}

#include "to_bytes.h"
#include "code_pack.h"

static void code_dot_gather(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                            const uint32_t *rows, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    const int8_t *code = base + rows[i] * stride;
    int32_t sum = 0;
    for (size_t j = 0; j < width; j++) sum += query[j] * code[j];
    out[i] = (float)sum;
  }
}

static void code_squared_gather(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                                const uint32_t *rows, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    const int8_t *code = base + rows[i] * stride;
    int32_t sum = 0;
    for (size_t j = 0; j < width; j++) sum += (query[j] - code[j]) * (query[j] - code[j]);
    out[i] = (float)sum;
  }
}

static void half_dot_gather(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                            const uint32_t *rows, size_t count, float *out) {
  for (size_t i = 0; i < count; i++) {
    const uint8_t *code = (const uint8_t *)base + rows[i] * stride;
    int32_t sum = 0;
    for (size_t j = 0; j < width; j++) {
      const int16_t *pair = query + 2 * (j - j % 64) + j % 64;
      sum += pair[0] * (code[j] & 15) + pair[64] * (code[j] >> 4);
    }
    out[i] = (float)sum;
  }
}

static void code_filter(const int8_t *codes, size_t stride, const akin_code_query *about, size_t query_count,
                       const int8_t *panels, size_t panel_count, size_t width, const float *starts, const float *tails,
                       uint16_t *marks, size_t marks_stride) {
  for (size_t q = 0; q < query_count; q++) {
    for (size_t p = 0; p < panel_count; p++) {
      unsigned found = 0;
      for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) {
        const int8_t *code = panels + p * AKIN_PANEL_ROWS * width + 4 * l;
        int32_t sum = 0;
        for (size_t j = 0; j < width; j++) sum += codes[q * stride + j] * code[16 * (j - j % 4) + j % 4];
        float value = (float)sum;
        if (starts) value = fmaf(starts[p * AKIN_PANEL_ROWS + l], about[q].start_scale, value);
        if (tails) value = fmaf(tails[p * AKIN_PANEL_ROWS + l], about[q].tail_scale, value);
        found |= (unsigned)(value >= about[q].floor) << l;
      }
      marks[q * marks_stride + p] = (uint16_t)found;
    }
  }
}

static void code_product(const int8_t *codes, size_t stride, const akin_code_query *about, size_t query_count,
                         const int8_t *panels, size_t panel_count, size_t width, const float *starts, float *out,
                         size_t out_stride) {
  for (size_t q = 0; q < query_count; q++) {
    for (size_t row = 0; row < panel_count * AKIN_PANEL_ROWS; row++) {
      const int8_t *code = panels + row / AKIN_PANEL_ROWS * AKIN_PANEL_ROWS * width + 4 * (row % AKIN_PANEL_ROWS);
      int32_t sum = 0;
      for (size_t j = 0; j < width; j++) sum += codes[q * stride + j] * code[16 * (j - j % 4) + j % 4];
      out[q * out_stride + row] = starts ? fmaf(starts[row], about[q].start_scale, (float)sum) : (float)sum;
    }
  }
}

static void code_nearer(const int8_t *code, float start, const int8_t *panels, size_t panel_count, size_t width,
                        const float *starts, float *nearest) {
  for (size_t row = 0; row < panel_count * AKIN_PANEL_ROWS; row++) {
    const int8_t *other = panels + row / AKIN_PANEL_ROWS * AKIN_PANEL_ROWS * width + 4 * (row % AKIN_PANEL_ROWS);
    int32_t sum = 0;
    for (size_t j = 0; j < width; j++) sum += code[j] * other[16 * (j - j % 4) + j % 4];
    const float value = starts[row] + (start + (float)sum);
    if (value > nearest[row]) nearest[row] = value;
  }
}

#include "beam_insert.h"

AKIN_DEFINE_KERNELS(akin_scalar_kernels, "scalar", AKIN_SCALAR)
