// The arithmetic of small dense networks in single precision, by CPU level: a layer's forward pass, backward pass and
// gradient. No allocation, no I/O.
//
// A call takes a batch of 32 examples. A layer's inputs and outputs are tables by component: row i holds component i of
// the 32 examples. Weights are a table by input: row i holds the weights from input i to each output. All sizes are
// multiples of 16, padded with zeros that stay zeros; all tables start at multiples of 64 bytes. layers_scalar.c is the
// specification; the other levels compute the same in another order of additions. No example's result depends on the
// examples beside it.
#ifndef AKIN_LAYERS_H
#define AKIN_LAYERS_H

#include "akin_dense.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Examples of one batch.
#define AKIN_LAYER_BATCH 32

/// The loops of one level.
typedef struct akin_layers {
  akin_level level;

  // y (outputs x 32) = transpose of w (inputs x outputs) times x (inputs x 32), plus biases; with `rectify` a value
  // below 0 becomes 0, and a NaN stays a NaN.
  void (*forward)(const float *w, const float *biases, const float *x, size_t inputs, size_t outputs, int rectify,
                  float *y);

  // dx (inputs x 32) = w times dy (outputs x 32), and 0 where x, the output of a rectified layer, is not
  // above 0.
  void (*backward)(const float *w, const float *dy, const float *x, size_t inputs, size_t outputs, float *dx);

  // dw (inputs x outputs) = x times the transpose of dy, db (outputs) = the sums of dy's rows; with `keep` they are
  // added to dw and db. scratch: 32 x outputs floats.
  void (*gradient)(const float *x, const float *dy, size_t inputs, size_t outputs, int keep, float *scratch, float *dw,
                   float *db);

  // The numerators of a softmax over the outputs of each example: largest (32), which comes in as a lower bound, becomes
  // the largest of itself and y's column, y (outputs x 32) becomes exp(y - largest), to 1e-6 of the value and not below
  // that of -87, and totals (32) the sums of its columns.
  void (*shares)(float *y, size_t outputs, float *largest, float *totals);

  // y (outputs x 32) *= factors (32), column by column.
  void (*scale)(const float *factors, size_t outputs, float *y);

  // As akin_dense's: m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  w -= rate m / (sqrt(v) + epsilon).
  void (*adam)(const akin_adam *step, const float *g, float *w, float *m, float *v, size_t count);
} akin_layers;

/// The loops of a level, or null when this CPU or this build lacks it.
const akin_layers *akin_layers_at(akin_level level);

#ifdef __cplusplus
}
#endif

#endif
