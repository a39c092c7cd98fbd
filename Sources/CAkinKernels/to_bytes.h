// Vectors as small integers: the same loops at every level, the scalar one too.

// Left to the compiler, which takes the instructions of the file that includes this. Magnitudes are compared as integers,
// in the same order. `centred` is a constant: were it asked about in the loops, clang would load from the null mean under
// a mask of zeros, for which Zen 4 takes some hundred cycles each time.
static inline __attribute__((always_inline)) float bytes_of(const int centred, const float *restrict vector,
                                                            const float *restrict mean, size_t dim,
                                                            int8_t *restrict out, int32_t *restrict sum) {
  uint32_t largest = 0;
  for (size_t j = 0; j < dim; j++) {
    const float value = centred ? vector[j] - mean[j] : vector[j];
    uint32_t bits;
    __builtin_memcpy(&bits, &value, 4);
    bits &= 0x7FFFFFFF;
    largest = bits > largest ? bits : largest;
  }
  float top;
  __builtin_memcpy(&top, &largest, 4);
  const float step = largest > 0 && largest < 0x7F800000 ? top / 127 : 1, inverse = 1 / step;
  int32_t total = 0;
  for (size_t j = 0; j < dim; j++) {
    const float value = (centred ? vector[j] - mean[j] : vector[j]) * inverse;
    const float limited = value > -127 ? (value < 127 ? value : 127) : -127;
    const int32_t whole = (int32_t)((limited + 0x1.8p23f) - 0x1.8p23f); // from there on a float has no fractions
    out[j] = (int8_t)whole;
    total += whole;
  }
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
