// Stored halves and bytes as floats: the same loops at every level, the scalar one too.
//
//     floats_of_halves: out[j] = (float)halves[j] * scale
//     floats_of_bytes:  out[j] = (float)bytes[j] * scale + (offsets ? offsets[j] : offset)
//
// Product and sum are rounded one after the other, nothing is fused: the same bits at every level. The compiler vectorizes
// both, with the instructions of the level that includes this file; a level with an instruction for halves defines
// FLOATS_OF_8_HALVES(P), the eight at P as a __m256.
//
// Cost. A load, a conversion, a multiplication and a store a component, and an addition for bytes; a row is decoded once,
// where it is scored. `akin query` on indexes made with each --store shows it: the table of "Fewer bytes" in Searching.md.

INLINE float float_of_half(uint16_t half) {
  // The bits of a half, moved to the place of a float's, are 2^-112 of its value: exact for halves below 2^-14, too.
  const uint32_t moved = (uint32_t)(half & 0x7FFF) << 13;
  float value;
  __builtin_memcpy(&value, &moved, 4);
  value *= 0x1p112f;
  uint32_t bits;
  __builtin_memcpy(&bits, &value, 4);
  // Infinities and NaN keep the largest exponent.
  bits = (half & 0x7C00) == 0x7C00 ? moved | 0x7F800000 : bits;
  bits |= (uint32_t)(half & 0x8000) << 16;
  __builtin_memcpy(&value, &bits, 4);
  return value;
}

static void floats_of_halves(const uint16_t *restrict halves, float scale, size_t count, float *restrict out) {
  size_t j = 0;
#ifdef FLOATS_OF_8_HALVES
  for (; j + 8 <= count; j += 8)
    _mm256_storeu_ps(out + j, _mm256_mul_ps(FLOATS_OF_8_HALVES(halves + j), _mm256_set1_ps(scale)));
#endif
  for (; j < count; j++) out[j] = float_of_half(halves[j]) * scale;
}

static void floats_of_bytes(const int8_t *restrict bytes, float scale, float offset, const float *restrict offsets,
                            size_t count, float *restrict out) {
  if (offsets) {
    for (size_t j = 0; j < count; j++) {
      const float product = (float)bytes[j] * scale;
      out[j] = product + offsets[j];
    }
  } else {
    for (size_t j = 0; j < count; j++) {
      const float product = (float)bytes[j] * scale;
      out[j] = product + offset;
    }
  }
}
