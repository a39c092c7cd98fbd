// Inner products and squared distances of one query and rows of floats, written once for every vector level.
//
//     for each 4 rows of the call:                        score_gather, score_run
//       prefetch rows further on into L2                  gather only: 8 KiB ahead
//       sum[4][SUMS] = 0                                  vectors, in registers
//       for each SUMS * LANES components:                 sum_rows
//         for each row r, each vector c of these:
//           sum[r][c] += query[c] * row[r][c]             or (query[c] - row[r][c])^2
//       components that are left: by whole vectors, then one masked vector
//       out[4] = sum of the lanes of sum[r]               v_sums: one reduction for the four
//     rows that are left: the same for one row
//
// Cost. A row is read once, the query once per four rows, from L1: dim / LANES loads and multiply-adds a row, a quarter
// of that for the query, a quarter of one reduction. A row from DRAM costs its bytes. `akin, graph` of
// Tools/bench/graph/run.py shows the gathers, on an index without codes (vectors below 8 MiB).
//
// A row's score depends neither on the rows beside it nor on the function that computes it: at one level dot,
// dot_gather and dot_run give the same bits, and so do the three Euclidean ones. No function reads past the last
// component of a vector: rows may end where the memory ends.
//
// The per-CPU files vector_avx2.h, vector_avx512.h and vector_neon.h say what a vector is and come before this file.
// They define, as inline functions and macros:
//   LANES                       floats in a vec
//   SUMS                        accumulators of a row (2 or 4): 4 * SUMS of them stay in registers
//   TILE_QUERIES, TILE_PANELS   the tile that product keeps in registers (vector_product.h)
//   vec                         v_zero, v_load, v_store, v_broadcast(p),
//                               v_load_first(p, n): components n... are 0 and their bytes are not touched,
//                               v_at_least(x, floor): bit l is set when lane l of x is >= lane l of floor,
//                               v_larger(x, y): x > y ? x : y, lane by lane
//   quad                        four floats: q_load, q_store, q_first, q_transpose(&a, &b, &c, &d),
//                               v_sums(of): the sum over the lanes of each of four vectors
//   eight                       eight floats: e_load_first(p, n)
//
// In the loops, vectors are added and subtracted by operators, and functions take them by address or are macros. AVX registers are no
// part of how a file passes arguments when only its functions may use them, so a vector that is an argument, even of an
// inline function, is copied by a call in builds without optimisation: most of what the loops took there.

// Sums live in arrays that have to become registers, so every loop over them has to go: left to itself, clang keeps the
// larger ones in memory, at a third of the speed.
#define UNROLLED _Pragma("clang loop unroll(full)")

enum { DOT = 0, EUCLIDEAN = 1 };

// a * b + c, rounded once.
#define v_fma(a, b, c) __builtin_elementwise_fma(a, b, c)

// Adds the terms of one vector of components to a sum.
#define ADD_TERM(kind, q, x, sum)                                                                                      \
  do {                                                                                                                 \
    const vec x_ = (x), one_ = (kind) == DOT ? (q) : (q)-x_;                                                           \
    (sum) = v_fma(one_, (kind) == DOT ? x_ : one_, (sum));                                                             \
  } while (0)

// The lane sums of n rows (a constant) in SUMS accumulators each: vector c of components goes to accumulator
// c mod SUMS, the unfinished last vector to the last accumulator.
INLINE void sum_rows(const int kind, const int n, const float *query, const float *const *row, size_t dim, vec *sum) {
  vec s[4][SUMS];
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int c = 0; c < SUMS; c++) s[r][c] = v_zero();
  }
  size_t j = 0;
  for (; j + SUMS * LANES <= dim; j += SUMS * LANES) {
    UNROLLED for (int c = 0; c < SUMS; c++) {
      const vec q = v_load(query + j + c * LANES);
      UNROLLED for (int r = 0; r < n; r++) ADD_TERM(kind, q, v_load(row[r] + j + c * LANES), s[r][c]);
    }
  }
  UNROLLED for (int c = 0; c < SUMS - 1; c++) {
    if (j + LANES > dim) break;
    const vec q = v_load(query + j);
    UNROLLED for (int r = 0; r < n; r++) ADD_TERM(kind, q, v_load(row[r] + j), s[r][c]);
    j += LANES;
  }
  if (j < dim) {
    const int c = SUMS - 1;
    const vec q = v_load_first(query + j, dim - j);
    UNROLLED for (int r = 0; r < n; r++) ADD_TERM(kind, q, v_load_first(row[r] + j, dim - j), s[r][c]);
  }
  UNROLLED for (int r = 0; r < n; r++) {
    sum[r] = SUMS == 4 ? (s[r][0] + s[r][2]) + (s[r][1] + s[r][SUMS - 1]) : s[r][0] + s[r][1];
  }
}

INLINE float score_pair(const int kind, const float *a, const float *b, size_t dim) {
  vec sum[4] = {v_zero(), v_zero(), v_zero(), v_zero()};
  sum_rows(kind, 1, a, &b, dim, sum);
  return q_first(v_sums(sum));
}

INLINE void score_four(const int kind, const float *query, const float *a, const float *b, const float *c,
                       const float *d, size_t dim, float *out) {
  const float *const row[4] = {a, b, c, d};
  vec sum[4];
  sum_rows(kind, 4, query, row, dim, sum);
  q_store(out, v_sums(sum));
}

// Prefetches a row into L2, not into L1: whole rows wait in L2, and the few miss buffers of L1 serve the loads of now.
INLINE void fetch_row(const float *row, size_t dim) {
  for (size_t j = 0; j < dim; j += 16) __builtin_prefetch(row + j, 0, 2);
}

INLINE void score_gather(const int kind, const float *query, const float *base, size_t stride, size_t dim,
                         const uint32_t *rows, size_t count, float *out) {
  // About 128 lines (8 KiB) ahead, which hides a miss to DRAM; rows of many lines: at least the next two groups.
  const size_t lines = dim / 16 + 1, ahead = lines < 16 ? 128 / lines : 8;
  size_t fetched = 0, i = 0;
  for (; i < count; i += 4) {
    for (; fetched < count && fetched < i + 4 + ahead; fetched++) fetch_row(base + rows[fetched] * stride, dim);
    if (count - i < 4) break;
    score_four(kind, query, base + rows[i] * stride, base + rows[i + 1] * stride, base + rows[i + 2] * stride,
               base + rows[i + 3] * stride, dim, out + i);
  }
  for (; i < count; i++) out[i] = score_pair(kind, query, base + rows[i] * stride, dim);
}

INLINE void score_run(const int kind, const float *query, const float *base, size_t stride, size_t dim, size_t count,
                      float *out) {
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const float *row = base + i * stride;
    score_four(kind, query, row, row + stride, row + 2 * stride, row + 3 * stride, dim, out + i);
  }
  for (; i < count; i++) out[i] = score_pair(kind, query, base + i * stride, dim);
}

static float dot(const float *a, const float *b, size_t dim) { return score_pair(DOT, a, b, dim); }

static float squared_euclidean(const float *a, const float *b, size_t dim) { return score_pair(EUCLIDEAN, a, b, dim); }

static void dot_gather(const float *query, const float *base, size_t stride, size_t dim, const uint32_t *rows,
                       size_t count, float *out) {
  score_gather(DOT, query, base, stride, dim, rows, count, out);
}

static void squared_euclidean_gather(const float *query, const float *base, size_t stride, size_t dim,
                                     const uint32_t *rows, size_t count, float *out) {
  score_gather(EUCLIDEAN, query, base, stride, dim, rows, count, out);
}

static void dot_run(const float *query, const float *base, size_t stride, size_t dim, size_t count, float *out) {
  score_run(DOT, query, base, stride, dim, count, out);
}

static void squared_euclidean_run(const float *query, const float *base, size_t stride, size_t dim, size_t count,
                                  float *out) {
  score_run(EUCLIDEAN, query, base, stride, dim, count, out);
}

// In double, with the additions of vector_scalar.h in its order. A product of two floats is exact in double, so dot64
// would be free to fuse; a squared difference is not, so nothing is fused.

typedef double wide __attribute__((vector_size(64)));
typedef eight loose_eight __attribute__((aligned(4)));

#define ADD_TERM64(kind, a, b, sum)                                                                                    \
  do {                                                                                                                 \
    const wide a_ = __builtin_convertvector((a), wide), b_ = __builtin_convertvector((b), wide);                       \
    const wide one_ = (kind) == DOT ? a_ : a_ - b_, term_ = one_ * ((kind) == DOT ? b_ : one_);                        \
    (sum) += term_;                                                                                                    \
  } while (0)

INLINE double lane_sum64(const wide *lanes) {
  typedef double four __attribute__((vector_size(32)));
  typedef double two __attribute__((vector_size(16)));
  const wide sum = *lanes;
  const four half = __builtin_shufflevector(sum, sum, 0, 1, 2, 3) + __builtin_shufflevector(sum, sum, 4, 5, 6, 7);
  const two rest = __builtin_shufflevector(half, half, 0, 1) + __builtin_shufflevector(half, half, 2, 3);
  return rest[0] + rest[1];
}

INLINE double score_pair64(const int kind, const float *a, const float *b, size_t dim) {
  wide sum = {0};
  size_t j = 0;
  for (; j + 8 <= dim; j += 8) ADD_TERM64(kind, *(const loose_eight *)(a + j), *(const loose_eight *)(b + j), sum);
  if (j < dim) ADD_TERM64(kind, e_load_first(a + j, dim - j), e_load_first(b + j, dim - j), sum);
  return lane_sum64(&sum);
}

static double dot64(const float *a, const float *b, size_t dim) { return score_pair64(DOT, a, b, dim); }

static double squared_euclidean64(const float *a, const float *b, size_t dim) {
  return score_pair64(EUCLIDEAN, a, b, dim);
}

static double dot_and_square64(const float *a, const float *b, size_t dim, double *square) {
  wide dots = {0}, squares = {0};
  size_t j = 0;
  for (; j + 8 <= dim; j += 8) {
    const eight row = *(const loose_eight *)(b + j);
    ADD_TERM64(DOT, *(const loose_eight *)(a + j), row, dots);
    ADD_TERM64(DOT, row, row, squares);
  }
  if (j < dim) {
    const eight row = e_load_first(b + j, dim - j);
    ADD_TERM64(DOT, e_load_first(a + j, dim - j), row, dots);
    ADD_TERM64(DOT, row, row, squares);
  }
  *square = lane_sum64(&squares);
  return lane_sum64(&dots);
}
