// Products of many queries with many rows, written once for every vector level. Comes after vector_rows.h.
//
//     pack: for each 16 rows, each 4 components, each 4 of the rows:
//             transpose 4 x 4 floats into the panel       (AKIN_PANEL_ROWS says what a panel is)
//     product:
//       for each TILE_PANELS panels:                      product; they stay in L1 or L2 meanwhile
//         for each TILE_QUERIES queries, or fewer:        multiply_panels
//           sum[queries][16 * panels] = initial, or 0     multiply_tile: all sums stay in registers
//           for each component j:
//             x = component j of the panels' rows
//             for each query q: sum[q] += queries[q][j] * x        fused
//           out = sum
//
// Each sum is one chain of fused multiply-adds in the order of the components, whatever the tile: it depends on its
// query, its row and its initial value alone, and has the same bits at all vector levels.
//
// Cost. pack: 0.1 ns a float. product: the core's multiply-add peak (95 % of it measured, from dimension 64 and 6
// queries on) while the queries of one call fit in L2; callers cut them so. A panel is read once per tile of queries.
// `akin, exact` of Tools/bench/graph/run.py shows it where code_filter leaves many rows.

static void pack(const float *base, size_t stride, size_t dim, size_t count, float *panels) {
  for (size_t first = 0; first < count; first += AKIN_PANEL_ROWS, panels += dim * AKIN_PANEL_ROWS) {
    const float *rows = base + first * stride;
    size_t j = 0;
    if (count - first >= AKIN_PANEL_ROWS) {
      for (; j + 4 <= dim; j += 4) {
        for (size_t l = 0; l < AKIN_PANEL_ROWS; l += 4) {
          quad a = q_load(rows + l * stride + j), b = q_load(rows + (l + 1) * stride + j);
          quad c = q_load(rows + (l + 2) * stride + j), d = q_load(rows + (l + 3) * stride + j);
          q_transpose(&a, &b, &c, &d);
          float *to = panels + j * AKIN_PANEL_ROWS + l;
          q_store(to, a);
          q_store(to + AKIN_PANEL_ROWS, b);
          q_store(to + 2 * AKIN_PANEL_ROWS, c);
          q_store(to + 3 * AKIN_PANEL_ROWS, d);
        }
      }
    }
    for (; j < dim; j++) {
      for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) {
        panels[j * AKIN_PANEL_ROWS + l] = first + l < count ? rows[l * stride + j] : 0;
      }
    }
  }
}

enum { PANEL_VECS = AKIN_PANEL_ROWS / LANES };

// n queries (a constant) against m adjacent panels (a constant): every sum stays in a register until the end.
INLINE void multiply_tile(const int n, const int m, const float *queries, size_t query_stride, const float *panels,
                          size_t dim, const float *initial, float *out, size_t out_stride) {
  vec s[TILE_QUERIES][TILE_PANELS * PANEL_VECS];
  UNROLLED for (int v = 0; v < m * PANEL_VECS; v++) {
    const vec start = initial ? v_load(initial + v * LANES) : v_zero();
    UNROLLED for (int r = 0; r < n; r++) s[r][v] = start;
  }
  for (size_t j = 0; j < dim; j++) {
    vec x[TILE_PANELS * PANEL_VECS];
    UNROLLED for (int v = 0; v < m * PANEL_VECS; v++) {
      x[v] = v_load(panels + (v / PANEL_VECS) * dim * AKIN_PANEL_ROWS + (v % PANEL_VECS) * LANES);
    }
    UNROLLED for (int r = 0; r < n; r++) {
      const vec q = v_broadcast(queries + r * query_stride + j);
      UNROLLED for (int v = 0; v < m * PANEL_VECS; v++) s[r][v] = v_fma(q, x[v], s[r][v]);
    }
    panels += AKIN_PANEL_ROWS;
  }
  UNROLLED for (int r = 0; r < n; r++) {
    UNROLLED for (int v = 0; v < m * PANEL_VECS; v++) v_store(out + r * out_stride + v * LANES, s[r][v]);
  }
}

// All queries against m adjacent panels, which stay in L1 or L2 meanwhile.
INLINE void multiply_panels(const int m, const float *queries, size_t query_stride, size_t query_count,
                            const float *panels, size_t dim, const float *initial, float *out, size_t out_stride) {
#define TILE(N) multiply_tile(N, m, queries, query_stride, panels, dim, initial, out, out_stride)
  while (query_count > 0) {
    size_t n = query_count < TILE_QUERIES ? query_count : TILE_QUERIES;
    switch (n) {
#if TILE_QUERIES == 12 // sizes between go as two tiles
    case 12: TILE(12); break;
    case 11:
    case 10:
    case 9: n = 8; TILE(8); break;
    case 8: TILE(8); break;
    case 7: n = 6; TILE(6); break;
#endif
    case 6: TILE(6); break;
    case 5: TILE(5); break;
    case 4: TILE(4); break;
    case 3: TILE(3); break;
    case 2: TILE(2); break;
    default: TILE(1); break;
    }
    queries += n * query_stride;
    out += n * out_stride;
    query_count -= n;
  }
#undef TILE
}

static void product(const float *queries, size_t query_stride, size_t query_count, const float *panels,
                    size_t panel_count, size_t dim, const float *initial, float *out, size_t out_stride) {
  size_t p = 0;
  while (p < panel_count) {
    const size_t m = panel_count - p < TILE_PANELS ? 1 : TILE_PANELS;
    const float *panel = panels + p * dim * AKIN_PANEL_ROWS;
    const float *start = initial ? initial + p * AKIN_PANEL_ROWS : NULL;
    float *to = out + p * AKIN_PANEL_ROWS;
    if (m == TILE_PANELS) {
      multiply_panels(TILE_PANELS, queries, query_stride, query_count, panel, dim, start, to, out_stride);
    } else {
      multiply_panels(1, queries, query_stride, query_count, panel, dim, start, to, out_stride);
    }
    p += m;
  }
}
