// Many queries of byte codes against many rows of byte codes: the sums, or which of the values made of them reach a floor;
// written once for every vector level. Comes after vector_rows.h, from which it has INLINE, UNROLLED and vec.
//
// What the per-CPU file defines, all static inline:
//   MARK_QUERIES, MARK_PANELS   the block that stays in registers
//   sums16                      sixteen int32 sums, one a row of a panel
//   rows4                       four components of sixteen rows
//   MARK_LARGE, m_is_large(q, width)   where there is another way for queries of large codes: whether one is such; `large`
//                               is a constant below, 0 for all others
//   m_start(large, code_sum)    the sums before the first component: whatever m_add needs them to be
//   m_load(large, p)            four components of sixteen rows, 64 bytes
//   m_add(large, sums, rows, q) adds the products with the four components at q
//   m_store(p, sums)            the sums as sixteen floats
//   m_at_least(sums, starts, start_scale, tails, tail_scale, floor)   a bit a row: akin_kernels.h says of what; starts
//                               and tails are null or sixteen floats
//
// The sums are exact in any order, and the three roundings after them (to float, two fused multiply-adds) are the
// same everywhere: same bits at every level.
//
// Cost. With the dot products of bytes that AVX-512 VNNI and NEON have, four times the multiply-adds a cycle of
// `product`; with AVX2 1.8 times, 1.2 times where codes are large. A sixteenth of a conversion, two multiply-adds and a
// compare for each value.

// Adds the products of n queries with the rows of m panels: both are constants.
INLINE void add_codes(const int large, const int n, const int m, const int8_t *codes, size_t stride,
                      const int8_t *panels, size_t width, sums16 s[MARK_QUERIES][MARK_PANELS]) {
  for (size_t j = 0; j < width; j += 4) {
    rows4 x[MARK_PANELS];
    UNROLLED for (int v = 0; v < m; v++) x[v] = m_load(large, panels + AKIN_PANEL_ROWS * (v * width + j));
    UNROLLED for (int r = 0; r < n; r++) {
      UNROLLED for (int v = 0; v < m; v++) s[r][v] = m_add(large, s[r][v], x[v], codes + r * stride + j);
    }
  }
}

INLINE void mark_tile(const int large, const int n, const int m, const int8_t *codes, size_t stride,
                      const akin_code_query *about, const int8_t *panels, size_t width, const float *starts,
                      const float *tails, uint16_t *marks, size_t marks_stride) {
  sums16 s[MARK_QUERIES][MARK_PANELS];
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m; v++) s[r][v] = m_start(large, about[r].code_sum);
  }
  add_codes(large, n, m, codes, stride, panels, width, s);
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m; v++) {
      marks[r * marks_stride + v] =
          m_at_least(s[r][v], starts ? starts + v * AKIN_PANEL_ROWS : NULL, about[r].start_scale,
                     tails ? tails + v * AKIN_PANEL_ROWS : NULL, about[r].tail_scale, about[r].floor);
    }
  }
}

// All queries against m adjacent panels, which stay in L1 meanwhile.
INLINE void mark_panels(const int large, const int m, const int8_t *codes, size_t stride,
                        const akin_code_query *about, size_t query_count, const int8_t *panels, size_t width,
                        const float *starts, const float *tails, uint16_t *marks, size_t marks_stride) {
  size_t q = 0;
#define MARK(N)                                                                                                        \
  for (; query_count - q >= N; q += N) {                                                                               \
    mark_tile(large, N, m, codes + q * stride, stride, about + q, panels, width, starts, tails,                        \
              marks + q * marks_stride, marks_stride);                                                                 \
  }
  MARK(MARK_QUERIES)
#if MARK_QUERIES > 4
  MARK(4)
#endif
  MARK(1)
#undef MARK
}

INLINE void code_marks_of(const int large, const int8_t *codes, size_t stride, const akin_code_query *about,
                          size_t query_count, const int8_t *panels, size_t panel_count, size_t width,
                          const float *starts, const float *tails, uint16_t *marks, size_t marks_stride) {
  size_t p = 0;
  while (p < panel_count) {
    const size_t m = panel_count - p < MARK_PANELS ? 1 : MARK_PANELS;
    const int8_t *panel = panels + p * width * AKIN_PANEL_ROWS;
    const float *start = starts ? starts + p * AKIN_PANEL_ROWS : NULL;
    const float *tail = tails ? tails + p * AKIN_PANEL_ROWS : NULL;
    if (m == MARK_PANELS) {
      mark_panels(large, MARK_PANELS, codes, stride, about, query_count, panel, width, start, tail, marks + p, marks_stride);
    } else {
      mark_panels(large, 1, codes, stride, about, query_count, panel, width, start, tail, marks + p, marks_stride);
    }
    p += m;
  }
}

INLINE void code_product_tile(const int large, const int n, const int m, const int8_t *codes, size_t stride,
                              const akin_code_query *about, const int8_t *panels, size_t width, const float *starts,
                              float *out, size_t out_stride) {
  sums16 s[MARK_QUERIES][MARK_PANELS];
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m; v++) s[r][v] = m_start(large, about[r].code_sum);
  }
  add_codes(large, n, m, codes, stride, panels, width, s);
  UNROLLED for (int r = 0; r < n; r++) {
    const vec scale = v_broadcast(&about[r].start_scale);
    UNROLLED for (int v = 0; v < m; v++) {
      float *value = out + r * out_stride + v * AKIN_PANEL_ROWS;
      m_store(value, s[r][v]);
      if (!starts) continue;
      const float *start = starts + v * AKIN_PANEL_ROWS;
      UNROLLED for (int l = 0; l < AKIN_PANEL_ROWS; l += LANES) {
        v_store(value + l, v_fma(v_load(start + l), scale, v_load(value + l)));
      }
    }
  }
}

INLINE void code_product_panels(const int large, const int m, const int8_t *codes, size_t stride,
                                const akin_code_query *about, size_t query_count, const int8_t *panels, size_t width,
                                const float *starts, float *out, size_t out_stride) {
  size_t q = 0;
  for (; query_count - q >= MARK_QUERIES; q += MARK_QUERIES) {
    code_product_tile(large, MARK_QUERIES, m, codes + q * stride, stride, about + q, panels, width, starts,
                      out + q * out_stride, out_stride);
  }
  for (; q < query_count; q++) {
    code_product_tile(large, 1, m, codes + q * stride, stride, about + q, panels, width, starts, out + q * out_stride,
                      out_stride);
  }
}

INLINE void code_product_of(const int large, const int8_t *codes, size_t stride, const akin_code_query *about,
                            size_t query_count, const int8_t *panels, size_t panel_count, size_t width,
                            const float *starts, float *out, size_t out_stride) {
  size_t p = 0;
  while (p < panel_count) {
    const size_t m = panel_count - p < MARK_PANELS ? 1 : MARK_PANELS;
    const int8_t *panel = panels + p * width * AKIN_PANEL_ROWS;
    const float *start = starts ? starts + p * AKIN_PANEL_ROWS : NULL;
    float *values = out + p * AKIN_PANEL_ROWS;
    if (m == MARK_PANELS) {
      code_product_panels(large, MARK_PANELS, codes, stride, about, query_count, panel, width, start, values, out_stride);
    } else {
      code_product_panels(large, 1, codes, stride, about, query_count, panel, width, start, values, out_stride);
    }
    p += m;
  }
}

// How many queries from the first are alike, all of them large or none.
static size_t alike(const int8_t *codes, size_t stride, size_t query_count, size_t width, int *large) {
#ifdef MARK_LARGE
  size_t n = 1;
  *large = m_is_large(codes, width);
  while (n < query_count && m_is_large(codes + n * stride, width) == *large) n++;
  return n;
#else
  (void)codes, (void)stride, (void)width, *large = 0;
  return query_count;
#endif
}

static void code_filter(const int8_t *codes, size_t stride, const akin_code_query *about, size_t query_count,
                       const int8_t *panels, size_t panel_count, size_t width, const float *starts, const float *tails,
                       uint16_t *marks, size_t marks_stride) {
  int large;
  for (size_t n; query_count > 0; query_count -= n) {
    n = alike(codes, stride, query_count, width, &large);
    if (large) {
      code_marks_of(1, codes, stride, about, n, panels, panel_count, width, starts, tails, marks, marks_stride);
    } else {
      code_marks_of(0, codes, stride, about, n, panels, panel_count, width, starts, tails, marks, marks_stride);
    }
    codes += n * stride;
    about += n;
    marks += n * marks_stride;
  }
}

static void code_product(const int8_t *codes, size_t stride, const akin_code_query *about, size_t query_count,
                         const int8_t *panels, size_t panel_count, size_t width, const float *starts, float *out,
                         size_t out_stride) {
  int large;
  for (size_t n; query_count > 0; query_count -= n) {
    n = alike(codes, stride, query_count, width, &large);
    if (large) {
      code_product_of(1, codes, stride, about, n, panels, panel_count, width, starts, out, out_stride);
    } else {
      code_product_of(0, codes, stride, about, n, panels, panel_count, width, starts, out, out_stride);
    }
    codes += n * stride;
    about += n;
    out += n * out_stride;
  }
}

// One code against m adjacent panels.
INLINE void nearer_tile(const int large, const int m, const int8_t *code, int32_t code_sum, float start,
                        const int8_t *panels, size_t width, const float *starts, float *nearest) {
  sums16 s[MARK_QUERIES][MARK_PANELS];
  UNROLLED for (int v = 0; v < m; v++) s[0][v] = m_start(large, code_sum);
  add_codes(large, 1, m, code, 0, panels, width, s);
  const vec own = v_broadcast(&start);
  UNROLLED for (int v = 0; v < m; v++) {
    float values[AKIN_PANEL_ROWS];
    m_store(values, s[0][v]);
    UNROLLED for (int l = 0; l < AKIN_PANEL_ROWS; l += LANES) {
      float *to = nearest + v * AKIN_PANEL_ROWS + l;
      const vec value = v_add(v_load(starts + v * AKIN_PANEL_ROWS + l), v_add(own, v_load(values + l)));
      v_store(to, v_larger(value, v_load(to)));
    }
  }
}

INLINE void code_nearer_of(const int large, const int8_t *code, int32_t code_sum, float start, const int8_t *panels,
                           size_t panel_count, size_t width, const float *starts, float *nearest) {
  size_t p = 0;
  for (; panel_count - p >= MARK_PANELS; p += MARK_PANELS) {
    nearer_tile(large, MARK_PANELS, code, code_sum, start, panels + p * width * AKIN_PANEL_ROWS, width,
                starts + p * AKIN_PANEL_ROWS, nearest + p * AKIN_PANEL_ROWS);
  }
  for (; p < panel_count; p++) {
    nearer_tile(large, 1, code, code_sum, start, panels + p * width * AKIN_PANEL_ROWS, width,
                starts + p * AKIN_PANEL_ROWS, nearest + p * AKIN_PANEL_ROWS);
  }
}

static void code_nearer(const int8_t *code, float start, const int8_t *panels, size_t panel_count, size_t width,
                        const float *starts, float *nearest) {
  int32_t code_sum = 0;
  for (size_t j = 0; j < width; j++) code_sum += code[j];
  int large;
  alike(code, 0, 1, width, &large);
  if (large) {
    code_nearer_of(1, code, code_sum, start, panels, panel_count, width, starts, nearest);
  } else {
    code_nearer_of(0, code, code_sum, start, panels, panel_count, width, starts, nearest);
  }
}
