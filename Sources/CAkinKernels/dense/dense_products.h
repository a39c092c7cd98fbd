// Products of tables in double precision. Comes after the vectors of dense_loops.h.
//
//     dense_tile: sum[DENSE_ROWS] of 8 columns each, in registers
//       for each step k: sum[r] += a(r, k) * b(k, 0..<8)   one load of b, one number of a for each r
//       c[r] += factor * sum[r]
//     multiply: for each DEEP columns of a, each 8 columns of b: pack these; a tile for each DENSE_ROWS rows of a
//     cross:    for each CROSS rows of a and b: a tile for each DENSE_ROWS columns of a, each 8 columns of b
//
// Cost, in multiply-adds: multiply rows * inner * width, cross rows * height * width; multiply copies b once. The seconds of
// `spectral` that Tools/bench/retrieval/speed.py prints hold both.

#define CROSS 64
#define DEEP 256

// c[r] += factor x the sums over `inner` of a(r, k) b(k, 0..<8); a(r, k) is at a + r * a_row + k * a_column.
INLINE64 void dense_tile(const double *a, size_t a_row, size_t a_column, size_t rows, size_t inner, const double *b,
                         size_t b_stride, double factor, double *c, size_t c_stride) {
  lanes64 sum[DENSE_ROWS] = {0};
  if (rows == DENSE_ROWS) {
    for (size_t k = 0; k < inner; k++) {
      const lanes64 right = AT(b + k * b_stride);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < DENSE_ROWS; r++) sum[r] += a[r * a_row + k * a_column] * right;
    }
  } else {
    for (size_t r = 0; r < rows; r++) {
      for (size_t k = 0; k < inner; k++) sum[r] += a[r * a_row + k * a_column] * AT(b + k * b_stride);
    }
  }
  for (size_t r = 0; r < rows; r++) PUT(c + r * c_stride) += factor * sum[r];
}

static void dense_multiply(const double *a, size_t a_stride, size_t rows, size_t inner, const double *b,
                           size_t b_stride, size_t width, double factor, double *c, size_t c_stride) {
  // 8 columns of b side by side, so that the rows of a find them in the first cache.
  double packed[DEEP * WIDE] __attribute__((aligned(64)));
  for (size_t k = 0; k < inner; k += DEEP) {
    const size_t deep = inner - k < DEEP ? inner - k : DEEP;
    for (size_t j = 0; j < width; j += WIDE) {
      for (size_t r = 0; r < deep; r++) PUT(packed + r * WIDE) = AT(b + (k + r) * b_stride + j);
      for (size_t i = 0; i < rows; i += DENSE_ROWS) {
        const size_t height = rows - i < DENSE_ROWS ? rows - i : DENSE_ROWS;
        dense_tile(a + i * a_stride + k, a_stride, 1, height, deep, packed, WIDE, factor, c + i * c_stride + j, c_stride);
      }
    }
  }
}

static void dense_cross(const double *a, size_t a_stride, size_t height, const double *b, size_t b_stride, size_t width,
                        size_t rows, double *c, size_t c_stride) {
  for (size_t k = 0; k < rows; k += CROSS) {
    const size_t inner = rows - k < CROSS ? rows - k : CROSS;
    for (size_t i = 0; i < height; i += DENSE_ROWS) {
      const size_t tall = height - i < DENSE_ROWS ? height - i : DENSE_ROWS;
      for (size_t j = 0; j < width; j += WIDE) {
        dense_tile(a + k * a_stride + i, 1, a_stride, tall, inner, b + k * b_stride + j, b_stride, 1,
                   c + i * c_stride + j, c_stride);
      }
    }
  }
}
