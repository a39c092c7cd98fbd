// What code_rows.h and code_filter.h want of AVX-512 and VNNI: thirty-two int16 in a vector, and dot products of four
// bytes in one instruction.

#define CODES 32
#define CODE_TILE_QUERIES 12
#define CODE_TILE_PANELS 2

typedef __m512i shorts;
typedef __m512i ints;
typedef __m512i sums16;
typedef __m512i rows4;

INLINE shorts s_load(const int16_t *p) { return _mm512_loadu_si512(p); }
INLINE shorts s_widen(const int8_t *p) { return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)p)); }
INLINE shorts s_sub(shorts a, shorts b) { return _mm512_sub_epi16(a, b); }
INLINE ints i_zero(void) { return _mm512_setzero_si512(); }
INLINE ints i_add_products(ints sum, shorts a, shorts b) {
  return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b));
}

// vpdpbusd adds four products of a byte without sign and one with sign to each lane.
INLINE ints i_add_halves(ints sum, const int8_t *bytes, const int8_t *query) {
  const __m512i x = _mm512_loadu_si512(bytes), low = _mm512_set1_epi8(15);
  sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(x, low), _mm512_loadu_si512(query));
  return _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16(x, 4), low), _mm512_loadu_si512(query + 64));
}

INLINE quad i_sums(ints a, ints b, ints c, ints d) {
  const ints ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b)); // a b a b in each quarter
  const ints cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  const ints sums = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd)); // a b c d
  const __m256i two = _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
  return _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1)));
}

// vpdpbusd wants one side without sign: rows go in as code + 128, and the sums start at minus what that adds.
INLINE sums16 c_start(const int large, int32_t code_sum) {
  (void)large;
  return _mm512_set1_epi32(-128 * code_sum);
}
INLINE rows4 c_load(const int large, const int8_t *p) {
  (void)large;
  return _mm512_xor_si512(_mm512_loadu_si512(p), _mm512_set1_epi8((char)0x80));
}
INLINE sums16 c_add(const int large, sums16 s, rows4 x, const int8_t *q) {
  (void)large;
  int32_t four;
  __builtin_memcpy(&four, q, 4);
  return _mm512_dpbusd_epi32(s, x, _mm512_set1_epi32(four));
}
INLINE void c_store(float *p, sums16 s) { _mm512_storeu_ps(p, _mm512_cvtepi32_ps(s)); }
INLINE uint16_t c_at_least(sums16 s, const float *starts, float start_scale, const float *tails,
                                  float tail_scale, float floor) {
  vec value = _mm512_cvtepi32_ps(s);
  if (starts) value = v_fma(v_load(starts), _mm512_set1_ps(start_scale), value);
  if (tails) value = v_fma(v_load(tails), _mm512_set1_ps(tail_scale), value);
  return (uint16_t)_mm512_cmp_ps_mask(value, _mm512_set1_ps(floor), _CMP_GE_OQ);
}
