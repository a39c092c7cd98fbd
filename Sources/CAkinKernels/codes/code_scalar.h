// The specification of the code loops: akin_kernels.h in plain C, one obvious line per promise.

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

static void code_filter(const int8_t *codes, size_t stride, const akin_code_query *queries, size_t query_count,
                        const int8_t *panels, size_t panel_count, size_t width, const float *starts,
                        const float *tails, uint16_t *masks, size_t mask_stride) {
  for (size_t q = 0; q < query_count; q++) {
    for (size_t p = 0; p < panel_count; p++) {
      unsigned found = 0;
      for (size_t l = 0; l < AKIN_PANEL_ROWS; l++) {
        const int8_t *code = panels + p * AKIN_PANEL_ROWS * width + 4 * l;
        int32_t sum = 0;
        for (size_t j = 0; j < width; j++) sum += codes[q * stride + j] * code[16 * (j - j % 4) + j % 4];
        float value = (float)sum;
        if (starts) value = fmaf(starts[p * AKIN_PANEL_ROWS + l], queries[q].start_scale, value);
        if (tails) value = fmaf(tails[p * AKIN_PANEL_ROWS + l], queries[q].tail_scale, value);
        found |= (unsigned)(value >= queries[q].floor) << l;
      }
      masks[q * mask_stride + p] = (uint16_t)found;
    }
  }
}

static void code_product(const int8_t *codes, size_t stride, const akin_code_query *queries, size_t query_count,
                         const int8_t *panels, size_t panel_count, size_t width, const float *starts, float *out,
                         size_t out_stride) {
  for (size_t q = 0; q < query_count; q++) {
    for (size_t row = 0; row < panel_count * AKIN_PANEL_ROWS; row++) {
      const int8_t *code = panels + row / AKIN_PANEL_ROWS * AKIN_PANEL_ROWS * width + 4 * (row % AKIN_PANEL_ROWS);
      int32_t sum = 0;
      for (size_t j = 0; j < width; j++) sum += codes[q * stride + j] * code[16 * (j - j % 4) + j % 4];
      out[q * out_stride + row] = starts ? fmaf(starts[row], queries[q].start_scale, (float)sum) : (float)sum;
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
