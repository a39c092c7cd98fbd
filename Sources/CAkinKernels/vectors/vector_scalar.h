// The specification of the float loops: akin_kernels.h in plain C, one obvious line per promise.
//
// Cost. One multiply and one add a component. Sums have eight lanes, because a single sum would wait for itself; the
// compiler turns them into the vectors of the plain target.

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

static double dot_and_square64(const float *a, const float *b, size_t dim, double *square) {
  *square = dot64(b, b, dim);
  return dot64(a, b, dim);
}

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

static uint32_t indices_reaching(const float *scores, const float *reaches, uint32_t count, float floor,
                                 uint32_t *out) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < count; i++) {
    if (scores[i] + reaches[i] >= floor) out[found++] = i;
  }
  return found;
}

static size_t count_at_least(const float *scores, size_t count, float floor) {
  size_t found = 0;
  for (size_t i = 0; i < count; i++) found += scores[i] >= floor;
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
