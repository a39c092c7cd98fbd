// Rows of byte codes as panels: the same loop at every level, the scalar one too.
//
//     for each 16 rows, each row l of them:               zeros past the last row
//       for each 4 components j: panel[64 * (j / 4) + 4 * l] = code[j..<j + 4]
//       starts[l] = -(code . code) / 2
//     the next panel is 16 * width bytes further
//
// Cost. A code is read twice, four bytes a load and a store the second time: some 5 ns a row of 64 bytes that is in
// cache. The seconds of a build that Tools/bench/graph/run.py prints hold it.

static void code_pack(const int8_t *base, size_t stride, size_t width, const uint32_t *rows, size_t count,
                      int8_t *panels, float *starts) {
  for (size_t first = 0; first < count; first += AKIN_PANEL_ROWS, panels += AKIN_PANEL_ROWS * width) {
    for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) {
      int8_t *to = panels + 4 * l;
      int32_t square = 0;
      if (first + l < count) {
        const int8_t *code = base + rows[first + l] * stride;
        for (size_t j = 0; j < width; j++) square += code[j] * code[j];
        for (size_t j = 0; j < width; j += 4) __builtin_memcpy(to + AKIN_PANEL_ROWS * j, code + j, 4);
      } else {
        for (size_t j = 0; j < width; j += 4) __builtin_memset(to + AKIN_PANEL_ROWS * j, 0, 4);
      }
      starts[first + l] = -0.5f * (float)square;
    }
  }
}
