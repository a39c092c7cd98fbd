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
#define s_sub(a, b) ((shorts)((__v32hi)(a) - (__v32hi)(b)))
INLINE ints i_zero(void) { return _mm512_setzero_si512(); }
#define i_add_products(sum, a, b) ((ints)((__v16si)(sum) + (__v16si)_mm512_madd_epi16(a, b)))

// vpdpbusd adds four products of a byte without sign and one with sign to each lane.
#define i_add_halves(sum, bytes, query)                                                                                \
  _mm512_dpbusd_epi32(_mm512_dpbusd_epi32(sum, _mm512_loadu_si512(bytes) & _mm512_set1_epi8(15),                       \
                                          _mm512_loadu_si512(query)),                                                  \
                      _mm512_srli_epi16(_mm512_loadu_si512(bytes), 4) & _mm512_set1_epi8(15),                          \
                      _mm512_loadu_si512((query) + 64))

INLINE quad i_sums(const ints *of) {
  __v16si pairs[2];
  for (int i = 0; i < 2; i++) { // a b a b in each quarter, c d c d
    pairs[i] = (__v16si)_mm512_unpacklo_epi32(of[2 * i], of[2 * i + 1]);
    pairs[i] += (__v16si)_mm512_unpackhi_epi32(of[2 * i], of[2 * i + 1]);
  }
  const ints ab = (ints)pairs[0], cd = (ints)pairs[1];
  const ints sums = (ints)((__v16si)_mm512_unpacklo_epi64(ab, cd) + (__v16si)_mm512_unpackhi_epi64(ab, cd)); // a b c d
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
  return _mm512_loadu_si512(p) ^ _mm512_set1_epi8((char)0x80);
}
INLINE int32_t c_four(const int8_t *q) {
  int32_t four;
  __builtin_memcpy(&four, q, 4);
  return four;
}
#define c_add(large, s, x, q) _mm512_dpbusd_epi32(s, x, _mm512_set1_epi32(c_four(q)))
#define c_store(p, s) v_store(p, __builtin_convertvector((__v16si)(s), vec))
INLINE uint16_t c_at_least(sums16 s, const float *starts, float start_scale, const float *tails, float tail_scale,
                         float floor) {
  vec value = __builtin_convertvector((__v16si)s, vec);
  if (starts) value = v_fma(v_load(starts), _mm512_set1_ps(start_scale), value);
  if (tails) value = v_fma(v_load(tails), _mm512_set1_ps(tail_scale), value);
  return (uint16_t)_mm512_cmp_ps_mask(value, _mm512_set1_ps(floor), _CMP_GE_OQ);
}
