// The eigen-decomposition of a symmetric matrix in double precision (Golub and Van Loan, Matrix Computations, 8.3).
// Eigenvectors are kept as rows, so that every inner loop runs along memory.
//
//     tridiagonal: for k = 0, 1, ...: H = I - beta v v^T reflects row k right of the diagonal into one number
//                    S = H S H = S - v w^T - w v^T        S: the rows and columns after k
//     unfold:      a = the product of the reflections, the last one first
//     akin_eigen:  for each first: until e[first] is negligible:
//                    last = the end of the block that no negligible e splits
//                    Wilkinson's shift from first, then for i = last - 1, ..., first:
//                      one rotation of d, e and of rows i and i + 1 of a
//
// Cost. About 7 n^3 flops, in one thread. The epochs of Tools/bench/wals/run.py hold one for each half-step.

#include "akin_solver.h"

#include <float.h>
#include <math.h>

static double dot(const double *a, const double *b, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
  return sum;
}

// The square root of a^2 + b^2, at most one rounding off in nearly all cases, without overflow or underflow on the way:
// the root, and one Newton step by the error of its square (Borges, Algorithm 1014, ACM Transactions on Mathematical
// Software 47(1), 2020). The C library's hypot does the same; its symbol needs a glibc of 2.35 or newer.
static double length(double a, double b) {
  a = fabs(a);
  b = fabs(b);
  if (!(a <= DBL_MAX && b <= DBL_MAX)) return a + b;
  double large = a > b ? a : b, small = a > b ? b : a, scale = 1;
  if (small <= large * (DBL_EPSILON / 2)) return large + small;
  if (large > 0x1p+511) {
    scale = 0x1p+600;
  } else if (small < 0x1p-459) {
    scale = 0x1p-600;
  }
  large /= scale;
  small /= scale;
  double root = sqrt(large * large + small * small), high, low;
  if (root <= 2 * small) {
    const double rest = root - small;
    high = large * (2 * rest - large);
    low = (rest - 2 * (large - small)) * rest;
  } else {
    const double rest = root - large;
    high = 2 * rest * (large - 2 * small);
    low = (4 * rest - small) * small + rest * rest;
  }
  root -= (high + low) / (2 * root);
  return root * scale;
}

// The reflection H = I - beta v v^T with H x = alpha e_0. v replaces x.
static double reflect(double *x, size_t n, double *alpha) {
  const double tail = dot(x + 1, x + 1, n - 1);
  if (tail == 0) {
    *alpha = x[0];
    return 0;
  }
  const double norm = sqrt(x[0] * x[0] + tail);
  *alpha = x[0] > 0 ? -norm : norm;
  x[0] -= *alpha;
  return 2 / (x[0] * x[0] + tail);
}

// Turns a into a tridiagonal matrix; the reflections' vectors stay in a, above the diagonal. w: n doubles.
static void tridiagonal(double *a, size_t n, double *diagonal, double *beside, double *beta, double *w) {
  for (size_t k = 0; k + 1 < n; k++) {
    const size_t m = n - k - 1;
    double *v = a + k * n + k + 1;
    double *rest = a + (k + 1) * n + k + 1;
    diagonal[k] = a[k * n + k];
    beta[k] = reflect(v, m, &beside[k]);
    if (beta[k] == 0) continue;
    // H S H = S - v w^T - w v^T, with w = beta (S v) - (beta^2 / 2) (v^T S v) v.
    for (size_t i = 0; i < m; i++) w[i] = beta[k] * dot(rest + i * n, v, m);
    const double half = beta[k] / 2 * dot(w, v, m);
    for (size_t i = 0; i < m; i++) w[i] -= half * v[i];
    for (size_t i = 0; i < m; i++) {
      double *row = rest + i * n;
      const double vi = v[i], wi = w[i];
      for (size_t j = 0; j < m; j++) row[j] -= vi * w[j] + wi * v[j];
    }
  }
  diagonal[n - 1] = a[n * n - 1];
  beside[n - 1] = 0;
}

// Replaces the reflections' vectors in a by their product, transposed: the last one first.
static void unfold(double *a, size_t n, const double *beta, double *v) {
  for (size_t k = n; k-- > 0;) {
    const size_t m = n - k - 1;
    double *row = a + k * n;
    for (size_t j = 0; j < m; j++) v[j] = row[k + 1 + j];
    for (size_t j = k; j < n; j++) row[j] = a[j * n + k] = j == k;
    if (m == 0 || beta[k] == 0) continue;
    for (size_t i = k + 1; i < n; i++) {
      double *other = a + i * n + k + 1;
      const double along = beta[k] * dot(other, v, m);
      for (size_t j = 0; j < m; j++) other[j] -= along * v[j];
    }
  }
}

int akin_eigen(double *a, size_t n, double *d, double *work) {
  double *e = work, *beta = work + n, *w = work + 2 * n;
  if (n == 0) return 0;
  tridiagonal(a, n, d, e, beta, w);
  unfold(a, n, beta, w);
  for (size_t first = 0; first < n; first++) {
    for (int steps = 0;; steps++) {
      size_t last = first;
      while (last + 1 < n && !(fabs(e[last]) <= DBL_EPSILON * (fabs(d[last]) + fabs(d[last + 1])))) last++;
      if (last == first) break;
      if (steps == 60) return 1;
      // Wilkinson's shift, then rotations that chase the bulge upwards.
      double g = (d[first + 1] - d[first]) / (2 * e[first]);
      g = d[last] - d[first] + e[first] / (g + copysign(length(g, 1), g));
      double sine = 1, cosine = 1, moved = 0;
      size_t i = last;
      while (i-- > first) {
        const double f = sine * e[i], b = cosine * e[i];
        const double r = length(f, g);
        e[i + 1] = r;
        if (r == 0) {
          d[i + 1] -= moved;
          break;
        }
        sine = f / r;
        cosine = g / r;
        g = d[i + 1] - moved;
        const double t = (d[i] - g) * sine + 2 * cosine * b;
        moved = sine * t;
        d[i + 1] = g + moved;
        g = cosine * t - b;
        double *lower = a + i * n, *upper = lower + n;
        for (size_t k = 0; k < n; k++) {
          const double x = lower[k], y = upper[k];
          upper[k] = sine * x + cosine * y;
          lower[k] = cosine * x - sine * y;
        }
      }
      e[last] = 0;
      if (i + 1 > first) continue; // it broke off early
      d[first] -= moved;
      e[first] = g;
    }
  }
  for (size_t k = 0; k < n; k++) {
    if (!isfinite(d[k])) return 1;
  }
  return 0;
}
