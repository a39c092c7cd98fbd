// A row's system solved by conjugate gradients, preconditioned by its diagonal, to the rounding of single precision.
// Comes after the helpers of solver_loops.h.
//
//     D = spectrum + lambda; y = 0; r = sum of w q; p = r / D; left = first = r . (r / D)
//     until left <= 2^-42 first:
//       t = 0; for each GROUP rows q: z = q . p; t += (w - w0) z q
//       t += D p
//       along = left / (p . t)
//       y += along p; r -= along t; scores += along z
//       turn = (r . (r / D)) / left; left *= turn
//       leave the row to solver_direct.h if at this rate it would take longer than factoring
//       p = r / D + turn p
//     out = y; the loss from scores and weights
//
// Cost for h pairs, dimension d and s steps: (2 s + 1) h d + 5 s d multiply-adds. Each step reads the h x d floats
// once, from a copy in L1 or L2 (from the table where h is above akin_near_rows), and uses each for two. s is 4 to 8 on
// what Tools/bench/wals/run.py trains. The first reading, from all over the table, is prefetched while the row before
// computes.
//
// In the eigenbasis of the Gramian the system is D + Q^T C Q: the diagonal D is all that the unobserved pairs say, and
// C = diag(w - w0) is what the row's own pairs add. Preconditioned by D it is the identity and a little more, so a
// handful of steps brings the residual r down to 2^-PRECISION of the right side b: |r| <= 2^-21 |b| in the norm of
// D^(-1), about what the rounding of a factorisation leaves. No row is stopped short, and which way solves a row
// depends on nothing but the row.

typedef double wide __attribute__((vector_size(64))); // eight
typedef float quartet __attribute__((vector_size(16), aligned(4)));

#define PRECISION 21
#define OCTET(p) (*(loose_octet *)(p))
#define WIDEN(x) __builtin_convertvector(x, wide)

// sums[r] = the sum of the lanes of four[r].
INLINE void sums4(const lanes *four, float *sums) {
#define PAIRS(x, y)                                                                                                    \
  __builtin_shufflevector(x, y, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29) +                            \
      __builtin_shufflevector(x, y, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
  const lanes first = PAIRS(four[0], four[1]), last = PAIRS(four[2], four[3]);
#undef PAIRS
  const lanes all =
      __builtin_shufflevector(first, last, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
      __builtin_shufflevector(first, last, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
  const octet half = __builtin_shufflevector(all, all, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(all, all, 8, 9, 10, 11, 12, 13, 14, 15);
  *(quartet *)sums = __builtin_shufflevector(half, half, 0, 1, 2, 3) + __builtin_shufflevector(half, half, 4, 5, 6, 7);
}

INLINE double wide_total(const wide *x) {
  const wide s = *x;
  return ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
}

// For `size` rows q_r (4 or GROUP): z_r = q_r . p, and t += sum of c_r z_r q_r.
INLINE void group(const size_t size, const float *const *row, size_t stride, const float *p, const float *c, float *z,
                  float *t) {
  lanes sum[GROUP] = {0};
  for (size_t j = 0; j < stride; j += LANES) {
    const lanes right = LOAD(p + j);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < size; r++) sum[r] += LOAD(row[r] + j) * right;
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < size; r += 4) sums4(sum + r, z + r);
  float along[GROUP];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < size; r++) along[r] = c[r] * z[r];
  for (size_t j = 0; j < stride; j += LANES) {
    lanes more = LOAD(t + j);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < size; r++) more += along[r] * LOAD(row[r] + j);
    STORE(t + j) = more;
  }
}

// The same for rows that lie one after another.
INLINE void near_group(const size_t size, const float *x, size_t stride, const float *p, const float *c, float *z,
                       float *t) {
  const float *row[GROUP];
#pragma clang loop unroll(full)
  for (size_t r = 0; r < size; r++) row[r] = x + r * stride;
  group(size, row, stride, p, c, z, t);
}

// The exponent of a number above 0.
INLINE int exponent(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof bits);
  return (int)(bits >> 23 & 255) - 127;
}

// How many steps take as long as factoring does, about.
INLINE float affordable(size_t stride, size_t h) {
  const float d = (float)stride, n = (float)h, m = (float)((h + 15) & ~(size_t)15);
  const float direct = h * 4 > stride * 3 ? n * d * d / 2 + d * d * d / 6 : m * m * d + m * m * m / 3 + 6 * m * d;
  return direct / (2 * n * d + 16 * d);
}

// The vectors that the next row will read, asked for a few at a time while this one computes: all at once they would
// wait for each other, and everything else behind them.
typedef struct coming {
  const float *table;
  const uint32_t *rows;
  size_t count;
} coming;

INLINE void fetch(coming *next, size_t stride, size_t count) {
  if (next->count < count) count = next->count;
  for (size_t k = 0; k < count; k++) {
    const float *row = next->table + (size_t)next->rows[k] * stride;
    for (size_t j = 0; j < stride; j += LANES) __builtin_prefetch(row + j, 0, 2);
  }
  next->rows += count;
  next->count -= count;
}

// Returns 1, with nothing written, when the row is one for solve_direct. `near` says that the row's vectors are copied
// to scratch, where they stay in L2 for all steps; else they are read where they are.
INLINE int gradients(const size_t stride, const int near, const akin_half_step *step, const uint32_t *rows,
                     const float *weights, size_t h, float lambda, coming *next, float *scratch, float *out,
                     akin_row_loss *loss) {
  const size_t padded = (h + 3) & ~(size_t)3, most = akin_near_rows(stride);
  float *d = scratch, *inverse = d + stride;                      // D and its inverse
  float *r = inverse + stride, *p = r + stride, *y = p + stride;  // residual, direction, solution
  float *t = y + stride, *nothing = t + stride;                   // Q^T C Q p; zeros
  float *w = nothing + stride, *c = w + most, *s = c + most, *z = s + most; // weights, less w0, scores, Q p
  float *x = z + most; // Q
  const float affordable_steps = affordable(stride, h);

  clear(t, stride);
  for (size_t k = 0; k < h; k++) {
    const float *q = step->table + (size_t)rows[k] * stride;
    if (!near && k + AHEAD < h) prefetch(step->table + (size_t)rows[k + AHEAD] * stride, stride);
    for (size_t j = 0; j < stride; j += LANES) {
      const lanes part = LOAD(q + j);
      if (near) STORE(x + k * stride + j) = part;
      STORE(t + j) += weights[k] * part;
    }
  }
  if (near) {
    clear(x + h * stride, (padded - h) * stride);
    for (size_t k = 0; k < h; k++) {
      w[k] = weights[k];
      c[k] = weights[k] - step->w0;
    }
    for (size_t k = h; k < ((h + 7) & ~(size_t)7); k++) w[k] = c[k] = 0;
    for (size_t k = 0; k < h; k += 8) OCTET(s + k) = (octet){0};
  } else {
    clear(nothing, stride);
  }
  lanes sum = {0};
  for (size_t j = 0; j < stride; j += LANES) {
    const lanes diagonal = LOAD(step->spectrum + j) + lambda, part = LOAD(t + j);
    STORE(d + j) = diagonal;
    STORE(inverse + j) = 1 / diagonal;
    STORE(r + j) = part;
    STORE(p + j) = part / diagonal;
    STORE(t + j) = STORE(y + j) = (lanes){0};
    sum += part * part / diagonal;
  }
  const float first = total(&sum), enough = first * (1.0f / (1ull << 2 * PRECISION));
  if (!(first > 0) || !(first <= FLT_MAX)) return 1;
  float left = first;
  for (int taken = 1; left > enough; taken++) {
    if (near) {
      size_t k = 0;
      for (; k + GROUP <= padded; k += GROUP) {
        fetch(next, stride, GROUP / 4);
        near_group(GROUP, x + k * stride, stride, p, c + k, z + k, t);
      }
      if (GROUP > 4 && k < padded) {
        fetch(next, stride, GROUP / 4);
        near_group(4, x + k * stride, stride, p, c + k, z + k, t);
      }
    } else {
      for (size_t k = 0; k < h; k += 4) {
        const float *row[4];
        for (size_t i = 0; i < 4; i++) {
          row[i] = k + i < h ? step->table + (size_t)rows[k + i] * stride : nothing;
          c[i] = k + i < h ? weights[k + i] - step->w0 : 0;
          if (k + i + AHEAD < h) prefetch(step->table + (size_t)rows[k + i + AHEAD] * stride, stride);
        }
        group(4, row, stride, p, c, z, t);
      }
    }
    sum = (lanes){0};
    for (size_t j = 0; j < stride; j += LANES) {
      const lanes direction = LOAD(p + j), part = LOAD(d + j) * direction + LOAD(t + j);
      STORE(t + j) = part;
      sum += part * direction;
    }
    const float curve = total(&sum);
    if (!(curve > 0) || !(curve <= FLT_MAX)) return 1;
    const float along = left / curve;
    sum = (lanes){0};
    for (size_t j = 0; j < stride; j += LANES) {
      const lanes rest = LOAD(r + j) - along * LOAD(t + j);
      STORE(y + j) += along * LOAD(p + j);
      STORE(r + j) = rest;
      STORE(t + j) = (lanes){0};
      sum += rest * rest * LOAD(inverse + j);
    }
    if (near) {
      for (size_t k = 0; k < padded; k += 4) *(quartet *)(s + k) += along * *(quartet *)(z + k);
    }
    const float turn = total(&sum) / left;
    left *= turn;
    if (!(left > enough)) break;
    // All steps gain about as much: at this rate, how many will it take?
    const int gained = exponent(first) - exponent(left);
    if (taken >= 2 && (float)(2 * PRECISION * taken) > affordable_steps * (float)gained) return 1;
    for (size_t j = 0; j < stride; j += LANES) STORE(p + j) = LOAD(r + j) * LOAD(inverse + j) + turn * LOAD(p + j);
  }
  if (!(left <= enough)) return 1;
  wide norm = {0}, observed = {0}, squares = {0};
  for (size_t j = 0; j < stride; j += 8) {
    const wide part = WIDEN(OCTET(y + j));
    OCTET(out + j) = OCTET(y + j);
    norm += part * part;
  }
  if (near) {
    for (size_t k = 0; k < h; k += 8) {
      const wide score = WIDEN(OCTET(s + k)), weight = WIDEN(OCTET(w + k));
      observed += weight * (1 - score) * (1 - score);
      squares += score * score;
    }
  } else {
    for (size_t k = 0; k < h; k++) {
      if (k + AHEAD < h) prefetch(step->table + (size_t)rows[k + AHEAD] * stride, stride);
      const double score = dot(step->table + (size_t)rows[k] * stride, out, stride);
      observed[0] += weights[k] * (1 - score) * (1 - score);
      squares[0] += score * score;
    }
  }
  *loss = (akin_row_loss){wide_total(&observed), wide_total(&squares), wide_total(&norm)};
  return 0;
}

static int solve_gradients(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t h,
                           float lambda, coming *next, float *scratch, float *out, akin_row_loss *loss) {
  const size_t stride = step->stride;
  if (h > akin_near_rows(stride)) return gradients(stride, 0, step, rows, weights, h, lambda, next, scratch, out, loss);
  switch (stride) {
  case 64: return gradients(64, 1, step, rows, weights, h, lambda, next, scratch, out, loss);
  case 128: return gradients(128, 1, step, rows, weights, h, lambda, next, scratch, out, loss);
  default: return gradients(stride, 1, step, rows, weights, h, lambda, next, scratch, out, loss);
  }
}
