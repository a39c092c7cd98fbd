// Floats as byte codes: the same loops at every level, the scalar one too.
//
//     to_bytes: v = vector - mean
//       largest = max of |v[j]| and |v[2j] + v[2j + 1]|   compared as integers, which order magnitudes alike
//       step = largest / 127                              1 where largest is below 2^-119 or not finite
//       for each j: out[j] = round(clamp(v[j] * (1 / step), -127, 127))       -64, 64 where largest is not finite
//       *sum = sum of out; return step
//     to_whole: v = vector - offset
//       for each j: out[j] = (int)clamp(v[j], -128, 127)
//       return whether the bits of all v[j] - out[j] are 0
//
// The compiler vectorizes both, with the instructions of the level that includes this file.
//
// Cost. to_bytes reads the vector twice, to_whole once. With AVX2 0.6 to 1 ns a component, and 0.2 ns (measured at 64
// and 784). Each query that goes by codes takes one of them: `akin, graph` of Tools/bench/graph/run.py holds it.

INLINE uint32_t magnitude_bits(float value) {
  uint32_t bits;
  __builtin_memcpy(&bits, &value, 4);
  return bits & 0x7FFFFFFF;
}

// `centred` is a constant: a test of it in the loops would make clang load from the null mean under a mask of zeros,
// which takes some hundred cycles on Zen 4.
INLINE float bytes_of(const int centred, const float *restrict vector,
                                                            const float *restrict mean, size_t dim,
                                                            int8_t *restrict out, int32_t *restrict sum) {
#define VALUE(J) (centred ? vector[J] - mean[J] : vector[J])
  uint32_t largest = dim > 0 ? magnitude_bits(VALUE(dim - 1)) : 0;
  for (size_t j = 0; j + 1 < dim; j++) {
    const float value = VALUE(j);
    const uint32_t one = magnitude_bits(value), both = j % 2 ? 0 : magnitude_bits(value + VALUE(j + 1));
    largest = one > largest ? one : largest;
    largest = both > largest ? both : largest;
  }
  float top;
  __builtin_memcpy(&top, &largest, 4);
  const int is_finite = largest < 0x7F800000;
  const float step = top >= 0x1p-119f && is_finite ? top / 127 : 1, inverse = 1 / step; // both normal numbers
  const float most = is_finite ? 127 : 64;
  int32_t total = 0;
  for (size_t j = 0; j < dim; j++) {
    const float value = VALUE(j) * inverse;
    const float limited = value > -most ? (value < most ? value : most) : -most;
    const int32_t whole = (int32_t)((limited + 0x1.8p23f) - 0x1.8p23f); // from there on a float has no fractions
    out[j] = (int8_t)whole;
    total += whole;
  }
#undef VALUE
  *sum = total;
  return step;
}

static float to_bytes(const float *restrict vector, const float *restrict mean, size_t dim, int8_t *restrict out,
                      int32_t *restrict sum) {
  return mean ? bytes_of(1, vector, mean, dim, out, sum) : bytes_of(0, vector, mean, dim, out, sum);
}

static int to_whole(const float *restrict vector, float offset, size_t dim, int16_t *restrict out) {
  uint32_t other = 0;
  for (size_t j = 0; j < dim; j++) {
    const float value = vector[j] - offset;
    const float limited = value > -128 ? (value < 127 ? value : 127) : -128;
    const int32_t whole = (int32_t)limited;
    const float rest = value - (float)whole;
    uint32_t bits;
    __builtin_memcpy(&bits, &rest, 4);
    other |= bits;
    out[j] = (int16_t)whole;
  }
  return other == 0;
}
