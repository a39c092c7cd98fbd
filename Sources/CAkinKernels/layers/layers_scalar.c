// The layers' specification: what akin_layers.h says, one number at a time.
#include "layers_levels.h"

#include <math.h>

#define BATCH AKIN_LAYER_BATCH

static void forward(const float *w, const float *biases, const float *x, size_t inputs, size_t outputs, int rectify,
                    float *y) {
  for (size_t o = 0; o < outputs; o++) {
    for (size_t b = 0; b < BATCH; b++) {
      float sum = biases[o];
      for (size_t i = 0; i < inputs; i++) sum += w[i * outputs + o] * x[i * BATCH + b];
      y[o * BATCH + b] = rectify && sum < 0 ? 0 : sum;
    }
  }
}

static void backward(const float *w, const float *dy, const float *x, size_t inputs, size_t outputs, float *dx) {
  for (size_t i = 0; i < inputs; i++) {
    for (size_t b = 0; b < BATCH; b++) {
      float sum = 0;
      for (size_t o = 0; o < outputs; o++) sum += w[i * outputs + o] * dy[o * BATCH + b];
      dx[i * BATCH + b] = x[i * BATCH + b] > 0 ? sum : 0;
    }
  }
}

static void gradient(const float *x, const float *dy, size_t inputs, size_t outputs, int keep, float *scratch,
                     float *dw, float *db) {
  (void)scratch;
  for (size_t i = 0; i < inputs; i++) {
    for (size_t o = 0; o < outputs; o++) {
      float sum = 0;
      for (size_t b = 0; b < BATCH; b++) sum += x[i * BATCH + b] * dy[o * BATCH + b];
      dw[i * outputs + o] = keep ? dw[i * outputs + o] + sum : sum;
    }
  }
  for (size_t o = 0; o < outputs; o++) {
    float sum = 0;
    for (size_t b = 0; b < BATCH; b++) sum += dy[o * BATCH + b];
    db[o] = keep ? db[o] + sum : sum;
  }
}

static void shares(float *y, size_t outputs, float *largest, float *totals) {
  for (size_t b = 0; b < BATCH; b++) {
    for (size_t o = 0; o < outputs; o++) largest[b] = fmaxf(largest[b], y[o * BATCH + b]);
    totals[b] = 0;
    for (size_t o = 0; o < outputs; o++) {
      y[o * BATCH + b] = expf(fmaxf(y[o * BATCH + b] - largest[b], -87));
      totals[b] += y[o * BATCH + b];
    }
  }
}

static void scale(const float *factors, size_t outputs, float *y) {
  for (size_t o = 0; o < outputs; o++) {
    for (size_t b = 0; b < BATCH; b++) y[o * BATCH + b] *= factors[b];
  }
}

static void adam(const akin_adam *step, const float *g, float *w, float *m, float *v, size_t count) {
  const float beta1 = (float)step->beta1, beta2 = (float)step->beta2, rate = (float)step->rate,
              epsilon = (float)step->epsilon;
  for (size_t j = 0; j < count; j++) {
    m[j] = beta1 * m[j] + (1 - beta1) * g[j];
    v[j] = beta2 * v[j] + (1 - beta2) * g[j] * g[j];
    w[j] -= rate * m[j] / (sqrtf(v[j]) + epsilon);
  }
}

const akin_layers akin_layers_scalar = {
    .level = AKIN_SCALAR,
    .forward = forward,
    .backward = backward,
    .gradient = gradient,
    .shares = shares,
    .scale = scale,
    .adam = adam,
};
