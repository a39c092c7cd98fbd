// AVX-512 (F, BW, DQ, VL, VNNI): vectors of sixteen floats, thirty-two registers.
//
// Cost: four rows with four sums each, bound by one load a cycle (Zen 4) or two (Intel); product keeps 12 queries x 32
// rows in 24 registers.
#include "level.h"

#if AKIN_X86_64

#include <immintrin.h>

#pragma clang attribute push(AKIN_TARGET_AVX512, apply_to = function)
#pragma STDC FP_CONTRACT OFF

#define LANES 16
#define SUMS 4
#define TILE_QUERIES 12
#define TILE_PANELS 2
#define CODES 32
#define MARK_QUERIES 12
#define MARK_PANELS 2

typedef __m512 vec;
typedef __m128 quad;
typedef __m512d wide;
typedef __m512i shorts;
typedef __m512i ints;
typedef __m512i sums16;
typedef __m512i rows4;

static inline vec v_zero(void) { return _mm512_setzero_ps(); }
static inline vec v_load(const float *p) { return _mm512_loadu_ps(p); }
static inline vec v_load_first(const float *p, size_t n) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); // touches no byte of the other lanes
}
static inline void v_store(float *p, vec a) { _mm512_storeu_ps(p, a); }
static inline vec v_broadcast(const float *p) { return _mm512_set1_ps(*p); }
static inline vec v_add(vec a, vec b) { return _mm512_add_ps(a, b); }
static inline vec v_sub(vec a, vec b) { return _mm512_sub_ps(a, b); }
static inline vec v_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
static inline vec v_larger(vec x, vec y) { return _mm512_max_ps(x, y); } // y where either is a NaN
static inline unsigned v_at_least(vec x, vec floor) { return _mm512_cmp_ps_mask(x, floor, _CMP_GE_OQ); }

static inline quad q_load(const float *p) { return _mm_loadu_ps(p); }
static inline void q_store(float *p, quad a) { _mm_storeu_ps(p, a); }
static inline float q_first(quad a) { return _mm_cvtss_f32(a); }
static inline void q_transpose(quad *a, quad *b, quad *c, quad *d) { _MM_TRANSPOSE4_PS(*a, *b, *c, *d); }

// Quarters of two vectors added in pairs: a0+a1, a2+a3, b0+b1, b2+b3.
static inline vec halved(vec a, vec b) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
}

static inline quad v_sums(vec a, vec b, vec c, vec d) {
  vec sums = halved(halved(a, b), halved(c, d)); // a quarter of four lanes for each of a, b, c, d
  sums = _mm512_add_ps(sums, _mm512_permute_ps(sums, 0x4E));
  sums = _mm512_add_ps(sums, _mm512_permute_ps(sums, 0xB1));
  return _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, sums));
}

static inline wide w_zero(void) { return _mm512_setzero_pd(); }
static inline wide w_load(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
static inline wide w_load_first(const float *p, size_t n) {
  return _mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), p));
}
static inline wide w_add(wide a, wide b) { return _mm512_add_pd(a, b); }
static inline wide w_sub(wide a, wide b) { return _mm512_sub_pd(a, b); }
static inline wide w_mul(wide a, wide b) { return _mm512_mul_pd(a, b); }

static inline double w_sum(wide a) {
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1));  // 0+4 1+5 2+6 3+7
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1)); // even odd
  return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

static inline shorts s_load(const int16_t *p) { return _mm512_loadu_si512(p); }
static inline shorts s_widen(const int8_t *p) { return _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)p)); }
static inline shorts s_sub(shorts a, shorts b) { return _mm512_sub_epi16(a, b); }
static inline ints i_zero(void) { return _mm512_setzero_si512(); }
static inline ints i_add_products(ints sum, shorts a, shorts b) {
  return _mm512_add_epi32(sum, _mm512_madd_epi16(a, b));
}

// vpdpbusd: four products of a byte without sign and one with, to each lane.
static inline ints i_add_halves(ints sum, const int8_t *bytes, const int8_t *query) {
  const __m512i x = _mm512_loadu_si512(bytes), low = _mm512_set1_epi8(15);
  sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(x, low), _mm512_loadu_si512(query));
  return _mm512_dpbusd_epi32(sum, _mm512_and_si512(_mm512_srli_epi16(x, 4), low), _mm512_loadu_si512(query + 64));
}

static inline quad i_sums(ints a, ints b, ints c, ints d) {
  const ints ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b)); // a b a b in each quarter
  const ints cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
  const ints sums = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd)); // a b c d
  const __m256i two = _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
  return _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1)));
}

// vpdpbusd wants one side without sign: rows go in as code + 128, and the sums begin with what that adds.
static inline sums16 m_start(const int large, int32_t code_sum) {
  (void)large;
  return _mm512_set1_epi32(-128 * code_sum);
}
static inline rows4 m_load(const int large, const int8_t *p) {
  (void)large;
  return _mm512_xor_si512(_mm512_loadu_si512(p), _mm512_set1_epi8((char)0x80));
}
static inline sums16 m_add(const int large, sums16 s, rows4 x, const int8_t *q) {
  (void)large;
  int32_t four;
  __builtin_memcpy(&four, q, 4);
  return _mm512_dpbusd_epi32(s, x, _mm512_set1_epi32(four));
}
static inline void m_store(float *p, sums16 s) { _mm512_storeu_ps(p, _mm512_cvtepi32_ps(s)); }
static inline uint16_t m_at_least(sums16 s, const float *starts, float start_scale, const float *tails,
                                  float tail_scale, float floor) {
  vec value = _mm512_cvtepi32_ps(s);
  if (starts) value = v_fma(v_load(starts), _mm512_set1_ps(start_scale), value);
  if (tails) value = v_fma(v_load(tails), _mm512_set1_ps(tail_scale), value);
  return (uint16_t)_mm512_cmp_ps_mask(value, _mm512_set1_ps(floor), _CMP_GE_OQ);
}

#include "vector_rows.h"
#include "vector_product.h"
#include "code_rows.h"
#include "to_bytes.h"
#include "code_pack.h"
#include "code_filter.h"
#define BEAM_INSERT beam_insert_one_by_one
#include "beam_insert.h"
#include "beam_insert_avx512.h"

AKIN_DEFINE_KERNELS(akin_avx512_kernels, "avx512", AKIN_AVX512)

#pragma clang attribute pop

#endif
