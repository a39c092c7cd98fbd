// Products of many queries of byte codes with many rows of byte codes, and which of them reach a floor; written once
// for every vector level. Comes after vector_rows.h, which has INLINE, UNROLLED and vec.
//
//     code_filter, code_product:
//       for each CODE_TILE_PANELS panels:                 code_filter_of; they stay in L1 meanwhile
//         for each CODE_TILE_QUERIES queries, or fewer:   filter_panels
//           sum[queries][panels] = c_start                filter_tile: 16 int32 each, all in registers
//           for each 4 components:                        add_codes
//             x = these of the panels' rows               64 bytes a panel
//             for each query q: sum[q] += q's 4 components . x
//           value = fma(tails, tail_scale, fma(starts, start_scale, (float)sum))
//           masks = value >= floor, one bit a row         code_product: out = value, without tails
//     code_nearer: the same for one query, then nearest = max(nearest, starts + (start + sum))
//
// Cost. A panel is read once per tile of queries, from L1. With the dot products of bytes of AVX-512 VNNI (or of
// NEON), four times the multiply-adds a cycle of `product`; with AVX2 1.8 times, 1.2 times where codes are large. Each
// vector of values takes a conversion, two multiply-adds and a compare. `akin, exact` of Tools/bench/graph/run.py shows
// code_filter; its seconds of a build show code_product and code_nearer.
//
// The sums are exact in any order, and the three roundings after them (to float, two fused multiply-adds) are the same
// everywhere: same bits at every level.
//
// What code_avx2.h, code_avx512.h and code_neon.h define for this file, as inline functions and macros:
//   CODE_TILE_QUERIES, CODE_TILE_PANELS   the tile that stays in registers
//   sums16                      sixteen int32 sums, one for each row of a panel
//   rows4                       four components of sixteen rows
//   HAS_LARGE_CODES, c_is_large(q, width)   only where queries of large codes need another way: whether one is such.
//                               `large` below is a constant, 0 at all other levels
//   c_start(large, code_sum)    the sums before the first component: whatever c_add needs them to be
//   c_load(large, p)            four components of sixteen rows, 64 bytes
//   c_add(large, sums, rows, q) adds the products with the four components at q
//   c_store(p, sums)            the sums as sixteen floats
//   c_at_least(sums, starts, start_scale, tails, tail_scale, floor)   the mask of one panel; starts and tails are
//                               null or sixteen floats

// Adds the products of n queries with the rows of m panels: both are constants.
INLINE void add_codes(const int large, const int n, const int m, const int8_t *codes, size_t stride,
                      const int8_t *panels, size_t width, sums16 s[CODE_TILE_QUERIES][CODE_TILE_PANELS]) {
  for (size_t j = 0; j < width; j += 4) {
    rows4 x[CODE_TILE_PANELS];
    UNROLLED for (int v = 0; v < m; v++) x[v] = c_load(large, panels + AKIN_PANEL_ROWS * (v * width + j));
    UNROLLED for (int r = 0; r < n; r++) {
      UNROLLED for (int v = 0; v < m; v++) s[r][v] = c_add(large, s[r][v], x[v], codes + r * stride + j);
    }
  }
}

INLINE void filter_tile(const int large, const int n, const int m, const int8_t *codes, size_t stride,
                        const akin_code_query *queries, const int8_t *panels, size_t width, const float *starts,
                        const float *tails, uint16_t *masks, size_t mask_stride) {
  sums16 s[CODE_TILE_QUERIES][CODE_TILE_PANELS];
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m; v++) s[r][v] = c_start(large, queries[r].code_sum);
  }
  add_codes(large, n, m, codes, stride, panels, width, s);
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m; v++) {
      masks[r * mask_stride + v] =
          c_at_least(s[r][v], starts ? starts + v * AKIN_PANEL_ROWS : NULL, queries[r].start_scale,
                     tails ? tails + v * AKIN_PANEL_ROWS : NULL, queries[r].tail_scale, queries[r].floor);
    }
  }
}

// All queries against m adjacent panels, which stay in L1 meanwhile.
INLINE void filter_panels(const int large, const int m, const int8_t *codes, size_t stride,
                          const akin_code_query *queries, size_t query_count, const int8_t *panels, size_t width,
                          const float *starts, const float *tails, uint16_t *masks, size_t mask_stride) {
  size_t q = 0;
#define FILTER(N)                                                                                                      \
  for (; query_count - q >= N; q += N) {                                                                               \
    filter_tile(large, N, m, codes + q * stride, stride, queries + q, panels, width, starts, tails,                    \
              masks + q * mask_stride, mask_stride);                                                                   \
  }
  FILTER(CODE_TILE_QUERIES)
#if CODE_TILE_QUERIES > 4
  FILTER(4)
#endif
  FILTER(1)
#undef FILTER
}

INLINE void code_filter_of(const int large, const int8_t *codes, size_t stride, const akin_code_query *queries,
                           size_t query_count, const int8_t *panels, size_t panel_count, size_t width,
                           const float *starts, const float *tails, uint16_t *masks, size_t mask_stride) {
  size_t p = 0;
  while (p < panel_count) {
    const size_t m = panel_count - p < CODE_TILE_PANELS ? 1 : CODE_TILE_PANELS;
    const int8_t *panel = panels + p * width * AKIN_PANEL_ROWS;
    const float *start = starts ? starts + p * AKIN_PANEL_ROWS : NULL;
    const float *tail = tails ? tails + p * AKIN_PANEL_ROWS : NULL;
    if (m == CODE_TILE_PANELS) {
      filter_panels(large, CODE_TILE_PANELS, codes, stride, queries, query_count, panel, width, start, tail, masks + p,
                    mask_stride);
    } else {
      filter_panels(large, 1, codes, stride, queries, query_count, panel, width, start, tail, masks + p, mask_stride);
    }
    p += m;
  }
}

INLINE void code_product_tile(const int large, const int n, const int m, const int8_t *codes, size_t stride,
                              const akin_code_query *queries, const int8_t *panels, size_t width, const float *starts,
                              float *out, size_t out_stride) {
  sums16 s[CODE_TILE_QUERIES][CODE_TILE_PANELS];
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m; v++) s[r][v] = c_start(large, queries[r].code_sum);
  }
  add_codes(large, n, m, codes, stride, panels, width, s);
  UNROLLED for (int r = 0; r < n; r++) {
    const vec scale = v_broadcast(&queries[r].start_scale);
    UNROLLED for (int v = 0; v < m; v++) {
      float *value = out + r * out_stride + v * AKIN_PANEL_ROWS;
      c_store(value, s[r][v]);
      if (!starts) continue;
      const float *start = starts + v * AKIN_PANEL_ROWS;
      UNROLLED for (int l = 0; l < AKIN_PANEL_ROWS; l += LANES) {
        v_store(value + l, v_fma(v_load(start + l), scale, v_load(value + l)));
      }
    }
  }
}

INLINE void code_product_panels(const int large, const int m, const int8_t *codes, size_t stride,
                                const akin_code_query *queries, size_t query_count, const int8_t *panels, size_t width,
                                const float *starts, float *out, size_t out_stride) {
  size_t q = 0;
  for (; query_count - q >= CODE_TILE_QUERIES; q += CODE_TILE_QUERIES) {
    code_product_tile(large, CODE_TILE_QUERIES, m, codes + q * stride, stride, queries + q, panels, width, starts,
                      out + q * out_stride, out_stride);
  }
  for (; q < query_count; q++) {
    code_product_tile(large, 1, m, codes + q * stride, stride, queries + q, panels, width, starts, out + q * out_stride,
                      out_stride);
  }
}

INLINE void code_product_of(const int large, const int8_t *codes, size_t stride, const akin_code_query *queries,
                            size_t query_count, const int8_t *panels, size_t panel_count, size_t width,
                            const float *starts, float *out, size_t out_stride) {
  size_t p = 0;
  while (p < panel_count) {
    const size_t m = panel_count - p < CODE_TILE_PANELS ? 1 : CODE_TILE_PANELS;
    const int8_t *panel = panels + p * width * AKIN_PANEL_ROWS;
    const float *start = starts ? starts + p * AKIN_PANEL_ROWS : NULL;
    float *values = out + p * AKIN_PANEL_ROWS;
    if (m == CODE_TILE_PANELS) {
      code_product_panels(large, CODE_TILE_PANELS, codes, stride, queries, query_count, panel, width, start, values,
                          out_stride);
    } else {
      code_product_panels(large, 1, codes, stride, queries, query_count, panel, width, start, values, out_stride);
    }
    p += m;
  }
}

// How many queries, from the first on, are alike: all of them with large codes, or none. Levels without
// HAS_LARGE_CODES take all queries at once.
static size_t alike(const int8_t *codes, size_t stride, size_t query_count, size_t width, int *large) {
#ifdef HAS_LARGE_CODES
  size_t n = 1;
  *large = c_is_large(codes, width);
  while (n < query_count && c_is_large(codes + n * stride, width) == *large) n++;
  return n;
#else
  (void)codes, (void)stride, (void)width, *large = 0;
  return query_count;
#endif
}

static void code_filter(const int8_t *codes, size_t stride, const akin_code_query *queries, size_t query_count,
                        const int8_t *panels, size_t panel_count, size_t width, const float *starts,
                        const float *tails, uint16_t *masks, size_t mask_stride) {
  int large;
  for (size_t n; query_count > 0; query_count -= n) {
    n = alike(codes, stride, query_count, width, &large);
    if (large) {
      code_filter_of(1, codes, stride, queries, n, panels, panel_count, width, starts, tails, masks, mask_stride);
    } else {
      code_filter_of(0, codes, stride, queries, n, panels, panel_count, width, starts, tails, masks, mask_stride);
    }
    codes += n * stride;
    queries += n;
    masks += n * mask_stride;
  }
}

static void code_product(const int8_t *codes, size_t stride, const akin_code_query *queries, size_t query_count,
                         const int8_t *panels, size_t panel_count, size_t width, const float *starts, float *out,
                         size_t out_stride) {
  int large;
  for (size_t n; query_count > 0; query_count -= n) {
    n = alike(codes, stride, query_count, width, &large);
    if (large) {
      code_product_of(1, codes, stride, queries, n, panels, panel_count, width, starts, out, out_stride);
    } else {
      code_product_of(0, codes, stride, queries, n, panels, panel_count, width, starts, out, out_stride);
    }
    codes += n * stride;
    queries += n;
    out += n * out_stride;
  }
}

// One code against m adjacent panels.
INLINE void nearer_tile(const int large, const int m, const int8_t *code, int32_t code_sum, float start,
                        const int8_t *panels, size_t width, const float *starts, float *nearest) {
  sums16 s[CODE_TILE_QUERIES][CODE_TILE_PANELS];
  UNROLLED for (int v = 0; v < m; v++) s[0][v] = c_start(large, code_sum);
  add_codes(large, 1, m, code, 0, panels, width, s);
  const vec own = v_broadcast(&start);
  UNROLLED for (int v = 0; v < m; v++) {
    float values[AKIN_PANEL_ROWS];
    c_store(values, s[0][v]);
    UNROLLED for (int l = 0; l < AKIN_PANEL_ROWS; l += LANES) {
      float *to = nearest + v * AKIN_PANEL_ROWS + l;
      const vec value = v_load(starts + v * AKIN_PANEL_ROWS + l) + (own + v_load(values + l));
      v_store(to, v_larger(value, v_load(to)));
    }
  }
}

INLINE void code_nearer_of(const int large, const int8_t *code, int32_t code_sum, float start, const int8_t *panels,
                           size_t panel_count, size_t width, const float *starts, float *nearest) {
  size_t p = 0;
  for (; panel_count - p >= CODE_TILE_PANELS; p += CODE_TILE_PANELS) {
    nearer_tile(large, CODE_TILE_PANELS, code, code_sum, start, panels + p * width * AKIN_PANEL_ROWS, width,
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
