// One vector against another and against rows, and scores against a floor: the loops of every vector level, written
// once. A per-CPU file (avx2.c, avx512.c, neon.c) says what a vector is, then includes this file,
// vector_product.h and code_rows.h, which define the functions of its table.
//
// What the per-CPU file defines, all static inline:
//   LANES                       floats in a vec
//   SUMS                        accumulators of a row (2 or 4): four rows are scored at once, so 4 * SUMS stay in
//                               registers
//   TILE_QUERIES, TILE_PANELS   the block that product keeps in registers
//   vec                         v_zero, v_load, v_store, v_broadcast(p), v_add, v_sub, v_fma(a, b, c) = a * b + c,
//                               v_load_first(p, n): components n... are 0 and their bytes are not touched,
//                               v_at_least(x, floor): bit l is set when lane l of x is >= lane l of floor,
//                               v_larger(x, y): x > y ? x : y, lane by lane
//   quad                        four floats: q_load, q_store, q_first, q_transpose(&a, &b, &c, &d),
//                               v_sums(a, b, c, d): the sum over the lanes of each
//   wide                        eight doubles: w_zero, w_load, w_load_first (from floats), w_add, w_sub, w_mul, w_sum
//
// No function reads past component dim - 1 of a vector: rows may end where the memory ends.
//
// The score of a row depends neither on the rows beside it nor on the function that computes it: at one level dot,
// dot_gather and dot_run give the same bits, and so do the Euclidean three.
//
// Cost. A row: dim / LANES multiply-adds and loads, a quarter of that for the query, a quarter of one reduction; from
// DRAM, its bytes. indices_at_least: one compare per vector and a few cycles per position found. kth_lower_bound: one maximum per
// vector and about 50 ns.

#define INLINE static inline __attribute__((always_inline))

// Sums live in arrays that have to become registers, so every loop over them has to go: left to itself, clang keeps the
// larger ones in memory, at a third of the speed.
#define UNROLLED _Pragma("clang loop unroll(full)")

enum { DOT = 0, EUCLIDEAN = 1 };

// Adds the terms of one vector of components.
INLINE vec term(const int kind, vec q, vec x, vec sum) {
  if (kind == DOT) return v_fma(q, x, sum);
  const vec difference = v_sub(q, x);
  return v_fma(difference, difference, sum);
}

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
      UNROLLED for (int r = 0; r < n; r++) s[r][c] = term(kind, q, v_load(row[r] + j + c * LANES), s[r][c]);
    }
  }
  UNROLLED for (int c = 0; c < SUMS - 1; c++) {
    if (j + LANES > dim) break;
    const vec q = v_load(query + j);
    UNROLLED for (int r = 0; r < n; r++) s[r][c] = term(kind, q, v_load(row[r] + j), s[r][c]);
    j += LANES;
  }
  if (j < dim) {
    const int c = SUMS - 1;
    const vec q = v_load_first(query + j, dim - j);
    UNROLLED for (int r = 0; r < n; r++) s[r][c] = term(kind, q, v_load_first(row[r] + j, dim - j), s[r][c]);
  }
  UNROLLED for (int r = 0; r < n; r++) {
    sum[r] = SUMS == 4 ? v_add(v_add(s[r][0], s[r][2]), v_add(s[r][1], s[r][SUMS - 1])) : v_add(s[r][0], s[r][1]);
  }
}

INLINE float score_pair(const int kind, const float *a, const float *b, size_t dim) {
  vec sum;
  sum_rows(kind, 1, a, &b, dim, &sum);
  return q_first(v_sums(sum, v_zero(), v_zero(), v_zero()));
}

INLINE void score_four(const int kind, const float *query, const float *a, const float *b, const float *c,
                       const float *d, size_t dim, float *out) {
  const float *const row[4] = {a, b, c, d};
  vec sum[4];
  sum_rows(kind, 4, query, row, dim, sum);
  q_store(out, v_sums(sum[0], sum[1], sum[2], sum[3]));
}

// Fetches a row into L2. Not into L1: whole rows wait there, and its few miss buffers are for the loads of now.
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

// In double, with the additions of scalar.c in its order. A product of two floats is exact in double, so dot64 would be
// free to fuse; a squared difference is not, so nothing is fused.
INLINE double score_pair64(const int kind, const float *a, const float *b, size_t dim) {
  wide sum = w_zero();
  size_t j = 0;
  for (; j + 8 <= dim; j += 8) {
    const wide x = w_load(a + j), y = w_load(b + j), d = kind == DOT ? x : w_sub(x, y);
    sum = w_add(sum, w_mul(d, kind == DOT ? y : d));
  }
  if (j < dim) {
    const wide x = w_load_first(a + j, dim - j), y = w_load_first(b + j, dim - j), d = kind == DOT ? x : w_sub(x, y);
    sum = w_add(sum, w_mul(d, kind == DOT ? y : d));
  }
  return w_sum(sum);
}

static double dot64(const float *a, const float *b, size_t dim) { return score_pair64(DOT, a, b, dim); }

static double squared_euclidean64(const float *a, const float *b, size_t dim) {
  return score_pair64(EUCLIDEAN, a, b, dim);
}

static uint32_t indices_at_least(const float *scores, uint32_t count, float floor, uint32_t *out) {
  const vec least = v_broadcast(&floor);
  uint32_t found = 0, i = 0;
  // Four vectors to one word of bits: almost always none is set.
  for (; count - i >= 4 * LANES; i += 4 * LANES) {
    uint64_t bits = 0;
    for (int c = 0; c < 4; c++) bits |= (uint64_t)v_at_least(v_load(scores + i + c * LANES), least) << (c * LANES);
    for (; bits; bits &= bits - 1) out[found++] = i + (uint32_t)__builtin_ctzll(bits);
  }
  for (; i < count; i++) {
    if (scores[i] >= floor) out[found++] = i;
  }
  return found;
}

static float kth_lower_bound(const float *values, size_t count, size_t k) {
  enum { GROUPS = 64, VECS = GROUPS / LANES };
  float groups[GROUPS], floor = -__builtin_inff(), part[GROUPS];
  if (k == 0) return floor;
  vec most[VECS];
  UNROLLED for (int v = 0; v < VECS; v++) most[v] = v_broadcast(&floor);
  size_t i = 0;
  for (; count - i >= GROUPS; i += GROUPS) {
    UNROLLED for (int v = 0; v < VECS; v++) most[v] = v_larger(v_load(values + i + v * LANES), most[v]);
  }
  if (i < count) {
    for (size_t g = 0; g < GROUPS; g++) part[g] = i + g < count ? values[i + g] : -__builtin_inff();
    UNROLLED for (int v = 0; v < VECS; v++) most[v] = v_larger(v_load(part + v * LANES), most[v]);
  }
  UNROLLED for (int v = 0; v < VECS; v++) v_store(groups + v * LANES, most[v]);
  // No branch: which of the maxima are large is a coin's toss.
#if LANES >= 16
  for (int g = 0; g < GROUPS; g++) {
    const vec one = v_broadcast(groups + g);
    uint64_t reaching = 0;
    UNROLLED for (int v = 0; v < VECS; v++) reaching |= (uint64_t)v_at_least(most[v], one) << (v * LANES);
    const float reached = (size_t)__builtin_popcountll(reaching) >= k ? groups[g] : -__builtin_inff();
    floor = reached > floor ? reached : floor;
  }
#else
  // Where a comparison leaves its result in lanes, it is counted there; a few vectors at a time, as there are registers for.
  typedef int32_t lanes __attribute__((vector_size(4 * LANES)));
  enum { TURN = 4 };
  const lanes wanted = (lanes){0} + (int32_t)(k < GROUPS + 1 ? k : GROUPS + 1);
  for (int first = 0; first < VECS; first += TURN) {
    lanes reaching[TURN] = {0};
    for (int g = 0; g < GROUPS; g++) {
      const vec one = v_broadcast(groups + g);
      UNROLLED for (int v = 0; v < TURN; v++) reaching[v] -= (lanes)(one >= most[first + v]);
    }
    UNROLLED for (int v = 0; v < TURN; v++) {
      int32_t enough[LANES];
      const lanes is_enough = reaching[v] >= wanted;
      __builtin_memcpy(enough, &is_enough, sizeof enough);
      for (int l = 0; l < LANES; l++) {
        const float reached = enough[l] ? groups[(first + v) * LANES + l] : -__builtin_inff();
        floor = reached > floor ? reached : floor;
      }
    }
  }
#endif
  return floor;
}
