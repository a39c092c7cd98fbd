// What code_rows.h and code_filter.h want of AVX2: sixteen int16 in a vector, and products of bytes whose sums of two
// have 16 bits.

#define CODES 16
#define CODE_TILE_QUERIES 2
#define CODE_TILE_PANELS 2
#define HAS_LARGE_CODES

typedef __m256i shorts;
typedef __m256i ints;

INLINE shorts s_load(const int16_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
INLINE shorts s_widen(const int8_t *p) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p)); }
#define s_sub(a, b) _mm256_sub_epi16(a, b)
INLINE ints i_zero(void) { return _mm256_setzero_si256(); }
#define i_add_products(sum, a, b) _mm256_add_epi32(sum, _mm256_madd_epi16(a, b))

// Four sums of two products each fit 16 bits: 8 * 15 * 128 < 2^15.
INLINE ints i_add_halves(ints sum, const int8_t *bytes, const int8_t *query) {
  const __m256i low = _mm256_set1_epi8(15);
  __m256i pairs = _mm256_setzero_si256();
  for (int half = 0; half < 2; half++) {
    const __m256i x = _mm256_loadu_si256((const __m256i *)(bytes + 32 * half));
    const __m256i a = _mm256_loadu_si256((const __m256i *)(query + 32 * half));
    const __m256i b = _mm256_loadu_si256((const __m256i *)(query + 64 + 32 * half));
    pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(_mm256_and_si256(x, low), a));
    pairs = _mm256_add_epi16(pairs, _mm256_maddubs_epi16(_mm256_and_si256(_mm256_srli_epi16(x, 4), low), b));
  }
  return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
}

INLINE quad i_sums(const ints *of) {
  // a b c d | a b c d
  const ints sums = _mm256_hadd_epi32(_mm256_hadd_epi32(of[0], of[1]), _mm256_hadd_epi32(of[2], of[3]));
  return _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
}

// Two vectors of eight rows.
typedef struct {
  __m256i at[2];
} sums16;
typedef sums16 rows4;

// vpmaddubsw multiplies bytes without sign by bytes with one, and adds two products to 16 bits, which saturate. Rows go
// in as code + 128, 1...255, so codes 2j and 2j + 1 of a query may add up to 128 at the most: 255 * 128 < 2^15. A query
// with others has large codes: its magnitudes multiply the rows, which take its signs, 2 * 127^2 < 2^15. That takes
// half as long again.
INLINE int c_is_large(const int8_t *q, size_t width) {
  __m256i most = i_zero();
  size_t j = 0;
  for (; j + 32 <= width; j += 32) {
    const __m256i codes = _mm256_loadu_si256((const __m256i *)(q + j));
    most = _mm256_max_epi16(most, _mm256_abs_epi16(_mm256_maddubs_epi16(_mm256_set1_epi8(1), codes)));
  }
  unsigned large = (unsigned)_mm256_movemask_epi8(_mm256_cmpgt_epi16(most, _mm256_set1_epi16(128)));
  for (; j < width; j += 2) large |= q[j] + q[j + 1] > 128 || q[j] + q[j + 1] < -128;
  return large != 0;
}
INLINE sums16 c_start(const int large, int32_t code_sum) {
  const __m256i start = _mm256_set1_epi32(large ? 0 : -128 * code_sum);
  return (sums16){{start, start}};
}
INLINE rows4 c_load(const int large, const int8_t *p) {
  const __m256i flip = _mm256_set1_epi8(large ? 0 : -128);
  return (rows4){{_mm256_xor_si256(_mm256_loadu_si256((const __m256i *)p), flip),
                  _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(p + 32)), flip)}};
}
INLINE sums16 c_add(const int large, sums16 s, rows4 x, const int8_t *q) {
  int32_t four;
  __builtin_memcpy(&four, q, 4);
  const __m256i query = _mm256_set1_epi32(four), size = _mm256_abs_epi8(query);
  for (int i = 0; i < 2; i++) {
    const __m256i pairs = large ? _mm256_maddubs_epi16(size, _mm256_sign_epi8(x.at[i], query))
                                : _mm256_maddubs_epi16(x.at[i], query);
    s.at[i] = _mm256_add_epi32(s.at[i], _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
  return s;
}
INLINE void c_store(float *p, sums16 s) {
  for (int half = 0; half < 2; half++) _mm256_storeu_ps(p + 8 * half, _mm256_cvtepi32_ps(s.at[half]));
}
INLINE uint16_t c_at_least(sums16 s, const float *starts, float start_scale, const float *tails, float tail_scale,
                           float floor) {
  unsigned found = 0;
  for (int half = 0; half < 2; half++) {
    vec value = _mm256_cvtepi32_ps(s.at[half]);
    if (starts) value = v_fma(v_load(starts + 8 * half), _mm256_set1_ps(start_scale), value);
    if (tails) value = v_fma(v_load(tails + 8 * half), _mm256_set1_ps(tail_scale), value);
    found |= (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(value, _mm256_set1_ps(floor), _CMP_GE_OQ)) << (8 * half);
  }
  return (uint16_t)found;
}
