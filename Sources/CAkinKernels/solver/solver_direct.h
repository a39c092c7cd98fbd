// A row's system solved by factoring, which fails only where single precision finds it not positive definite. Comes
// after the helpers of solver_loops.h.
//
//     h pairs with weights w, dimension d, D = spectrum + lambda
//     solve_short, where 4 h <= 3 d:
//       X = rows of sqrt|w - w0| q / sqrt(D)              h x d, those with w >= w0 first
//       A = J + X X^T                                     h x h; J: +1 where w >= w0, else -1
//       solve A t = J w / sqrt|w - w0|; out = X^T t / sqrt(D)
//     solve_long:
//       A = diag(D); for each 64 pairs: A += sum of (w - w0) q q^T         by tiles
//       solve A out = sum of w q
//     factor_and_solve:
//       for each 16 pivots: eliminate within the 16 rows, then take these from all rows below, by tiles
//       back substitution, 16 unknowns at a time, from the last
//
// Cost, in multiply-adds: short h^2 d / 2 + h^3 / 6, long h d^2 / 2 + d^3 / 6. Each vector is read from the table twice
// in the long way, once in the short. Tools/bench/wals/run.py shows the seconds of an epoch.

// Solves a x = right, for a = U^T J U: upper triangle, n pivots, rows of `stride` (a multiple of 16 and at least n). J
// is +1 for the first `positive` pivots and -1 for the rest. U replaces a; `right` is `stride` floats, lost on the way;
// inverse: `stride` floats of scratch. Returns 1 when a pivot has the wrong sign or is not safely away from the
// rounding of the largest diagonal element.
static int factor_and_solve(float *a, size_t stride, size_t n, size_t positive, float *right, float *inverse,
                            float *x) {
  float largest = 0;
  for (size_t k = 0; k < n; k++) {
    const float size = fabsf(a[k * stride + k]);
    if (size > largest) largest = size;
  }
  const float least = 16 * FLT_EPSILON * largest;
  clear(x, stride);
  for (size_t k0 = 0; k0 < n; k0 += LANES) {
    const size_t k1 = k0 + LANES < n ? k0 + LANES : n;
    const size_t middle = positive <= k0 ? k0 : positive < k1 ? positive : k1;
    for (size_t k = k0; k < k1; k++) {
      const float sign = k < middle ? 1 : -1;
      float *row = a + k * stride;
      const float pivot = sign * row[k];
      if (!(pivot > least) || pivot > FLT_MAX) return 1;
      const float scale = 1 / sqrtf(pivot);
      inverse[k] = scale;
      for (size_t j = k0; j < stride; j += LANES) STORE(row + j) *= sign * scale;
      for (size_t r = k + 1; r < k1; r++) add(a + r * stride + k0, -sign * row[r], row + k0, stride - k0);
      // U^T z = right, then x = J z: what this writes at or left of k is not read again.
      const float z = right[k] * scale;
      add(right + k0, -z, row + k0, stride - k0);
      x[k] = sign * z;
    }
    for (size_t i = k1; i < n; i += TILE_ROWS) {
      for (size_t j = i & ~(size_t)15; j < stride; j += LANES) {
        float *c = a + i * stride + j;
        if (middle > k0) {
          tile(TILE_ROWS, 1, a + k0 * stride + i, 1, stride, a + k0 * stride + j, stride, middle - k0, -1, c, stride);
        }
        if (middle < k1) {
          tile(TILE_ROWS, 1, a + middle * stride + i, 1, stride, a + middle * stride + j, stride, k1 - middle, 1, c,
               stride);
        }
      }
    }
  }
  // U x = x, 16 unknowns at a time from the last; columns of the block on the diagonal are rows of its transpose.
  float block[LANES * LANES] = {0}, across[LANES * LANES], rest[LANES] = {0};
  for (size_t k0 = (n - 1) & ~(size_t)15;; k0 -= LANES) {
    const size_t k1 = k0 + LANES < n ? k0 + LANES : n;
    for (size_t k = k0; k < k1; k++) {
      const float *row = a + k * stride;
      STORE(block + (k - k0) * LANES) = LOAD(row + k0);
      rest[k - k0] = x[k];
      if (k0 + LANES < stride) rest[k - k0] -= dot(row + k0 + LANES, x + k0 + LANES, stride - k0 - LANES);
    }
    transpose(block, LANES, LANES, across);
    for (size_t k = k1 - k0; k-- > 0;) {
      const float found = rest[k] * inverse[k0 + k];
      add(rest, -found, across + k * LANES, LANES);
      x[k0 + k] = found;
    }
    if (k0 == 0) break;
  }
  return 0;
}

// The short way. With c = w - w0, S = diag(sqrt|c|), J = diag(sign c), D = spectrum + lambda and X = S Q D^(-1/2), one
// row for each observed pair (Woodbury's identity):
//   (J + X X^T) t = J w / sqrt|c|,   v = X^T t,   p = D^(-1/2) v,   score k = (X v)_k / sqrt|c_k|.
// Pairs with c >= 0 stand first, then those with c < 0: then J + X X^T = U^T J U, because the system as a whole is
// positive definite.
static int solve_short(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t h,
                       size_t positive, float lambda, float *scratch, float *out, akin_row_loss *loss) {
  const size_t stride = step->stride, width = (h + 15) & ~(size_t)15;
  float *x = scratch;                 // width x stride
  float *across = x + width * stride; // stride x width
  float *a = across + stride * width; // width x width
  float *t = a + width * width;       // width
  float *inverse = t + width;         // width
  float *right = inverse + width;     // width
  float *v = right + width;           // stride
  float *shrink = v + stride;         // stride: D^(-1/2)
  // A weight that equals w0 adds nothing to the left side; the floor keeps its row of X from being 0 / 0.
  const float floor = 1e-8f * step->w0 + 1e-30f;

  for (size_t j = 0; j < stride; j++) shrink[j] = 1 / sqrtf(step->spectrum[j] + lambda);
  clear(right, width);
  size_t next[2] = {positive, 0};
  for (size_t k = 0; k < h; k++) {
    const float *q = step->table + (size_t)rows[k] * stride;
    const float above = weights[k] - step->w0;
    const float root = sqrtf(fmaxf(fabsf(above), floor));
    const size_t slot = next[above >= 0]++;
    for (size_t j = 0; j < stride; j += LANES) STORE(x + slot * stride + j) = root * LOAD(q + j) * LOAD(shrink + j);
    right[slot] = (above >= 0 ? weights[k] : -weights[k]) / root;
  }
  clear(x + h * stride, (width - h) * stride);
  transpose(x, stride, width, across);
  for (size_t i = 0; i < width; i += TILE_ROWS) {
    for (size_t j = i & ~(size_t)15; j < width; j += LANES) {
      tile(TILE_ROWS, 0, across + i, 1, width, across + j, width, stride, 1, a + i * width + j, width);
    }
  }
  for (size_t i = 0; i < width; i++) a[i * width + i] += i < positive ? 1 : -1;
  if (factor_and_solve(a, width, h, positive, right, inverse, t) != 0) return 1;
  clear(v, stride);
  for (size_t k = 0; k < h; k++) add(v, t[k], x + k * stride, stride);
  akin_row_loss sum = {0, 0, 0};
  for (size_t j = 0; j < stride; j++) {
    out[j] = v[j] * shrink[j];
    sum.norm += (double)out[j] * out[j];
  }
  next[0] = positive;
  next[1] = 0;
  for (size_t k = 0; k < h; k++) {
    const float above = weights[k] - step->w0;
    const double score = dot(x + next[above >= 0]++ * stride, v, stride) / sqrtf(fmaxf(fabsf(above), floor));
    sum.observed += weights[k] * (1 - score) * (1 - score);
    sum.squares += score * score;
  }
  *loss = sum;
  return 0;
}

// The long way: (diag(spectrum + lambda) + sum of (w - w0) q q^T) p = sum of w q, in blocks of gathered rows.
static int solve_long(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t h, float lambda,
                      float *scratch, float *out, akin_row_loss *loss) {
  const size_t stride = step->stride;
  float *a = scratch;                // stride x stride
  float *x = a + stride * stride;    // BLOCK x stride
  float *y = x + BLOCK * stride;     // BLOCK x stride
  float *inverse = y + BLOCK * stride;
  float *right = inverse + stride;
  clear(a, stride * stride);
  for (size_t j = 0; j < stride; j++) a[j * stride + j] = step->spectrum[j] + lambda;
  clear(right, stride);
  for (size_t start = 0; start < h; start += BLOCK) {
    const size_t block = h - start < BLOCK ? h - start : BLOCK;
    for (size_t k = 0; k < block; k++) {
      if (start + k + BLOCK < h) prefetch(step->table + (size_t)rows[start + k + BLOCK] * stride, stride);
      const float *q = step->table + (size_t)rows[start + k] * stride;
      const float weight = weights[start + k], above = weight - step->w0;
      for (size_t j = 0; j < stride; j += LANES) {
        const lanes part = LOAD(q + j);
        STORE(x + k * stride + j) = part;
        STORE(y + k * stride + j) = above * part;
        STORE(right + j) += weight * part;
      }
    }
    add_products(x, y, stride, block, a);
  }
  if (factor_and_solve(a, stride, stride, stride, right, inverse, out) != 0) return 1;
  akin_row_loss sum = {0, 0, 0};
  for (size_t j = 0; j < stride; j++) sum.norm += (double)out[j] * out[j];
  for (size_t k = 0; k < h; k++) {
    if (k + AHEAD < h) prefetch(step->table + (size_t)rows[k + AHEAD] * stride, stride);
    const double score = dot(step->table + (size_t)rows[k] * stride, out, stride);
    sum.observed += weights[k] * (1 - score) * (1 - score);
    sum.squares += score * score;
  }
  *loss = sum;
  return 0;
}

static int solve_direct(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count,
                        float lambda, float *scratch, float *out, akin_row_loss *loss) {
  if (count * 4 > step->stride * 3) return solve_long(step, rows, weights, count, lambda, scratch, out, loss);
  uint32_t positive = 0;
  for (size_t k = 0; k < count; k++) positive += weights[k] >= step->w0;
  return solve_short(step, rows, weights, count, positive, lambda, scratch, out, loss);
}
