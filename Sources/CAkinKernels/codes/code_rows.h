// Inner products and squared distances of one query of small integers and rows of byte codes, written once for every
// vector level. Comes after vector_rows.h, which has UNROLLED, DOT and EUCLIDEAN.
//
//     for each 4 rows of the call:                        code_gather
//       prefetch rows further on into L2                  8 KiB ahead
//       sum[4] = 0                                        int32 lanes, in registers
//       for each CODES bytes of the rows, each row r:     code_sums
//         x = row[r], widened to 16 bits
//         sum[r] += query * x                             or (query - x)^2
//       half bytes: for each 64 bytes of the rows, each row r:
//         sum[r] += 128 products, by i_add_halves
//       out[4] = (float)(sum of the lanes of sum[r])
//     the last 1...3 rows: the same, together             code_rest
//
// Cost. A row is read once, the query once per four rows, from L1: width / CODES widening loads, multiplications and
// additions a row, as many subtractions for a squared distance, a quarter of one reduction. A row from DRAM costs its
// width / 64 cache lines. `akin, graph` of Tools/bench/graph/run.py shows it: this is what a walk by codes waits for.
//
// Sums of integers are exact in any order, and the one conversion to float rounds to nearest: same bits at every level.
// No sum overflows: 255^2 * 32,768 < 2^31 for bytes, 1,328^2 * 1,024 < 2^31 for the queries of a code table, and a lane
// holds a part of that.
//
// The per-CPU files code_avx2.h, code_avx512.h and code_neon.h come before this file. They define, as inline functions
// and macros:
//   CODES                       components in a shorts, a divisor of 32
//   shorts                      int16 lanes: s_load, s_widen (from as many bytes), s_sub
//   ints                        int32 lanes: i_zero, i_add_products(sum, a, b): every a * b is added to some lane,
//                               i_add_halves(sum, bytes, query): each half byte of 64 bytes times its own of 128 signed
//                               bytes is added to some lane,
//                               i_sums(of): the sum over the lanes of each of four, a quad of floats

// Beside DOT and EUCLIDEAN: two components a byte, the query as signed bytes.
enum { HALVES = 2 };

// The sums of n rows (a constant) as floats; those past n are 0. One accumulator a row: an integer addition takes a
// cycle, so there is nothing to wait for.
INLINE quad code_sums(const int kind, const int n, const void *query_codes, const int8_t *const *row, size_t width) {
  ints sum[4] = {i_zero(), i_zero(), i_zero(), i_zero()};
  if (kind == HALVES) {
    for (size_t j = 0; j < width; j += 64) {
      UNROLLED for (int r = 0; r < n; r++) {
        sum[r] = i_add_halves(sum[r], row[r] + j, (const int8_t *)query_codes + 2 * j);
      }
    }
    return i_sums(sum);
  }
  const int16_t *query = query_codes;
  for (size_t j = 0; j < width; j += 32) {
    UNROLLED for (size_t c = j; c < j + 32; c += CODES) {
      const shorts q = s_load(query + c);
      UNROLLED for (int r = 0; r < n; r++) {
        const shorts x = s_widen(row[r] + c), d = kind == DOT ? q : s_sub(q, x);
        sum[r] = i_add_products(sum[r], d, kind == DOT ? x : d);
      }
    }
  }
  return i_sums(sum);
}

// The 1...3 rows that are left: n is a constant.
INLINE void code_rest(const int kind, const int n, const void *query, const int8_t *base, size_t stride,
                      size_t width, const uint32_t *rows, float *out) {
  const int8_t *row[4];
  float sums[4];
  UNROLLED for (int r = 0; r < n; r++) row[r] = base + rows[r] * stride;
  q_store(sums, code_sums(kind, n, query, row, width));
  UNROLLED for (int r = 0; r < n; r++) out[r] = sums[r];
}

// Into L2, as fetch_row. A row that does not start at a multiple of 32 may miss once more, in its last line.
INLINE void fetch_codes(const int8_t *row, size_t width) {
  for (size_t j = 0; j < width; j += 64) __builtin_prefetch(row + j, 0, 2);
}

INLINE void code_gather(const int kind, const void *query, const int8_t *base, size_t stride, size_t width,
                        const uint32_t *rows, size_t count, float *out) {
  // As far ahead as score_gather: about 128 lines; rows of many lines: at least the next two groups.
  const size_t lines = width / 64 + 1, ahead = lines < 16 ? 128 / lines : 8;
  size_t fetched = 0, i = 0;
  for (;; i += 4) {
    for (; fetched < count && fetched < i + 4 + ahead; fetched++) fetch_codes(base + rows[fetched] * stride, width);
    if (count - i < 4) break;
    const int8_t *const row[4] = {base + rows[i] * stride, base + rows[i + 1] * stride, base + rows[i + 2] * stride,
                                  base + rows[i + 3] * stride};
    q_store(out + i, code_sums(kind, 4, query, row, width));
  }
  if (count - i == 3) code_rest(kind, 3, query, base, stride, width, rows + i, out + i);
  if (count - i == 2) code_rest(kind, 2, query, base, stride, width, rows + i, out + i);
  if (count - i == 1) code_rest(kind, 1, query, base, stride, width, rows + i, out + i);
}

// Rows of one and two lines are the common ones, and short: with their width a constant there is no loop, and the query
// stays in registers, which saves a fifth and a tenth of the time when the rows are in L2. Half bytes come in whole lines.
INLINE void code_gather_widths(const int kind, const void *query, const int8_t *base, size_t stride, size_t width,
                               const uint32_t *rows, size_t count, float *out) {
  if (width == 64) return code_gather(kind, query, base, stride, 64, rows, count, out);
  if (kind != HALVES && width == 96) return code_gather(kind, query, base, stride, 96, rows, count, out);
  if (width == 128) return code_gather(kind, query, base, stride, 128, rows, count, out);
  code_gather(kind, query, base, stride, width, rows, count, out);
}

static void code_dot_gather(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                            const uint32_t *rows, size_t count, float *out) {
  code_gather_widths(DOT, query, base, stride, width, rows, count, out);
}

static void code_squared_gather(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                                const uint32_t *rows, size_t count, float *out) {
  code_gather_widths(EUCLIDEAN, query, base, stride, width, rows, count, out);
}

static void half_dot_gather(const int16_t *query, const int8_t *base, size_t stride, size_t width,
                            const uint32_t *rows, size_t count, float *out) {
  int8_t bytes[2048];
  for (size_t j = 0; j < 2 * width; j++) bytes[j] = (int8_t)query[j];
  code_gather_widths(HALVES, bytes, base, stride, width, rows, count, out);
}
