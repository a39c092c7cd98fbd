// The loops of akin_layers.h, written once in 16-wide vectors that the compiler turns into the registers of each CPU. A
// batch is 32 examples: two vectors.
//
//     forward:  for each LAYERS_ROWS outputs o:
//                 sum[o] = biases[o]; for each input i: sum[o] += w[i][o] * x[i]       32 sums a row, in registers
//                 y[o] = sum[o], or max(0, sum[o]) with rectify
//     backward: for each LAYERS_ROWS inputs i:
//                 sum[i] = 0; for each output o: sum[i] += w[i][o] * dy[o]
//                 dx[i] = x[i] > 0 ? sum[i] : 0
//     gradient: scratch = the transpose of dy; db = the sums of dy's rows
//               for each 2 LAYERS_ROWS inputs i, each 16 outputs:
//                 dw[i] = sum over examples b of x[i][b] * scratch[b], added with keep
//     shares:   one pass over y for the largest, one for exponentials and their sums
//     scale:    one pass over y
//     adam:     one pass over g, m, v and w
//
// Cost:
//     forward, backward, gradient: 32 x inputs x outputs multiply-adds; gradient transposes dy before, 32 x outputs
//     shares: for each of 32 x outputs numbers a maximum, and an exponential of 9 multiply-adds
//     scale:  for each of 32 x outputs numbers a multiplication
//     adam:   for each of `count` numbers 6 multiplications, a square root and a division; g, m, v and w are read, m, v
//             and w written
// Tools/bench/towers/run.py shows the seconds of a fit.
//
// A per-CPU file defines LAYERS_TABLE, LAYERS_LEVEL and LAYERS_ROWS (rows of 32 sums that fit the registers; a divisor
// of 8), then includes this file.

typedef float lanes __attribute__((vector_size(64)));
typedef int32_t masks __attribute__((vector_size(64)));

#define LANES 16
#define BATCH AKIN_LAYER_BATCH
#define AT(p) (*(const lanes *)(p))
#define PUT(p) (*(lanes *)(p))

// Where `mask` has ones the number, elsewhere 0.
#define WHERE(mask, x) ((lanes)((masks)(x) & (mask)))

static void layers_forward(const float *w, const float *biases, const float *x, size_t inputs, size_t outputs,
                           int rectify, float *y) {
  const lanes zero = {0};
  for (size_t o = 0; o < outputs; o += LAYERS_ROWS) {
    lanes low[LAYERS_ROWS], high[LAYERS_ROWS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < LAYERS_ROWS; r++) low[r] = high[r] = zero + biases[o + r];
    for (size_t i = 0; i < inputs; i++) {
      const lanes first = AT(x + i * BATCH), second = AT(x + i * BATCH + LANES);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < LAYERS_ROWS; r++) {
        low[r] += w[i * outputs + o + r] * first;
        high[r] += w[i * outputs + o + r] * second;
      }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < LAYERS_ROWS; r++) {
      // Not "where it is above 0": a NaN is to be seen.
      PUT(y + (o + r) * BATCH) = rectify ? WHERE(~(low[r] < zero), low[r]) : low[r];
      PUT(y + (o + r) * BATCH + LANES) = rectify ? WHERE(~(high[r] < zero), high[r]) : high[r];
    }
  }
}

static void layers_backward(const float *w, const float *dy, const float *x, size_t inputs, size_t outputs, float *dx) {
  const lanes zero = {0};
  for (size_t i = 0; i < inputs; i += LAYERS_ROWS) {
    lanes low[LAYERS_ROWS] = {0}, high[LAYERS_ROWS] = {0};
    for (size_t o = 0; o < outputs; o++) {
      const lanes first = AT(dy + o * BATCH), second = AT(dy + o * BATCH + LANES);
#pragma clang loop unroll(full)
      for (size_t r = 0; r < LAYERS_ROWS; r++) {
        low[r] += w[(i + r) * outputs + o] * first;
        high[r] += w[(i + r) * outputs + o] * second;
      }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < LAYERS_ROWS; r++) {
      const float *row = x + (i + r) * BATCH;
      PUT(dx + (i + r) * BATCH) = WHERE(AT(row) > zero, low[r]);
      PUT(dx + (i + r) * BATCH + LANES) = WHERE(AT(row + LANES) > zero, high[r]);
    }
  }
}

static void layers_gradient(const float *x, const float *dy, size_t inputs, size_t outputs, int keep, float *scratch,
                            float *dw, float *db) {
  for (size_t o = 0; o < outputs; o++) {
    float sum = 0;
    for (size_t b = 0; b < BATCH; b++) {
      scratch[b * outputs + o] = dy[o * BATCH + b];
      sum += dy[o * BATCH + b];
    }
    db[o] = keep ? db[o] + sum : sum;
  }
  for (size_t i = 0; i < inputs; i += 2 * LAYERS_ROWS) {
    for (size_t o = 0; o < outputs; o += LANES) {
      lanes sum[2 * LAYERS_ROWS] = {0};
      for (size_t b = 0; b < BATCH; b++) {
        const lanes right = AT(scratch + b * outputs + o);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < 2 * LAYERS_ROWS; r++) sum[r] += x[(i + r) * BATCH + b] * right;
      }
#pragma clang loop unroll(full)
      for (size_t r = 0; r < 2 * LAYERS_ROWS; r++) {
        float *to = dw + (i + r) * outputs + o;
        PUT(to) = keep ? AT(to) + sum[r] : sum[r];
      }
    }
  }
}

// Replaces x, from -87 to 0, by e^x; below -87 it is that of -87.
//
// e^x = 2^n e^r with the whole number n nearest to x / ln 2, so |r| <= ln 2 / 2; e^r by its Taylor polynomial of degree 6.
// ln 2 is taken in two parts, of which n times the first is exact (Cody and Waite).
static inline void layers_exponential(lanes *value) {
  const lanes zero = {0}, low = zero - 87.0f;
  const lanes x = (lanes)(((masks)*value & (*value > low)) | ((masks)low & ~(*value > low)));
  // Adding 3 * 2^22 rounds to a whole number, which is then in the low bits.
  const lanes magic = zero + 12582912.0f;
  const lanes shifted = x * 1.44269504f + magic;
  const lanes n = shifted - magic;
  const lanes r = (x - n * 0.693359375f) - n * -2.1219444e-4f;
  lanes p = r * (1.0f / 720) + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  // The whole number goes to the exponent; its other bits are shifted out.
  *value = (lanes)((masks)p + ((masks)shifted << 23));
}

static void layers_shares(float *y, size_t outputs, float *largest, float *totals) {
  for (size_t half = 0; half < BATCH; half += LANES) {
    lanes top = AT(largest + half), total = {0};
    for (size_t o = 0; o < outputs; o++) top = __builtin_elementwise_max(top, AT(y + o * BATCH + half));
    for (size_t o = 0; o < outputs; o++) {
      lanes share = AT(y + o * BATCH + half) - top;
      layers_exponential(&share);
      PUT(y + o * BATCH + half) = share;
      total += share;
    }
    PUT(largest + half) = top;
    PUT(totals + half) = total;
  }
}

static void layers_scale(const float *factors, size_t outputs, float *y) {
  const lanes low = AT(factors), high = AT(factors + LANES);
  for (size_t o = 0; o < outputs; o++) {
    PUT(y + o * BATCH) *= low;
    PUT(y + o * BATCH + LANES) *= high;
  }
}

static void layers_adam(const akin_adam *step, const float *g, float *w, float *m, float *v, size_t count) {
  const float beta1 = (float)step->beta1, beta2 = (float)step->beta2, rate = (float)step->rate,
              epsilon = (float)step->epsilon;
  for (size_t j = 0; j < count; j += LANES) {
    const lanes slope = AT(g + j);
    const lanes first = beta1 * AT(m + j) + (1 - beta1) * slope;
    const lanes second = beta2 * AT(v + j) + (1 - beta2) * slope * slope;
    PUT(m + j) = first;
    PUT(v + j) = second;
    PUT(w + j) -= rate * first / (__builtin_elementwise_sqrt(second) + epsilon);
  }
}

const akin_layers LAYERS_TABLE = {
    .level = LAYERS_LEVEL,
    .forward = layers_forward,
    .backward = layers_backward,
    .gradient = layers_gradient,
    .shares = layers_shares,
    .scale = layers_scale,
    .adam = layers_adam,
};
