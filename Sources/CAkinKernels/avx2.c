// AVX2 + FMA + F16C: vectors of eight floats, sixteen registers.
//
// Cost: four rows with two sums each leave room for a query and a difference, bound by two loads a cycle (four sums
// would spill and lose a third); product keeps 6 queries x 16 rows in 12 registers.
#include "level.h"

#if AKIN_X86_64

#include <immintrin.h>

#pragma clang attribute push(AKIN_TARGET_AVX2, apply_to = function)
#pragma STDC FP_CONTRACT OFF

#define LANES 8
#define SUMS 2
#define TILE_QUERIES 6
#define TILE_PANELS 1
#define CODES 16
#define MARK_QUERIES 2
#define MARK_PANELS 2
#define MARK_LARGE

typedef __m256 vec;
typedef __m128 quad;
typedef __m256i shorts;
typedef __m256i ints;
typedef struct wide {
  __m256d low, high;
} wide;

// The lanes below n, for masked loads, which touch no byte of the others.
static inline __m256i lanes_below(size_t n) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane);
}

static inline vec v_zero(void) { return _mm256_setzero_ps(); }
static inline vec v_load(const float *p) { return _mm256_loadu_ps(p); }
static inline vec v_load_first(const float *p, size_t n) { return _mm256_maskload_ps(p, lanes_below(n)); }
static inline void v_store(float *p, vec a) { _mm256_storeu_ps(p, a); }
static inline vec v_broadcast(const float *p) { return _mm256_broadcast_ss(p); }
static inline vec v_add(vec a, vec b) { return _mm256_add_ps(a, b); }
static inline vec v_sub(vec a, vec b) { return _mm256_sub_ps(a, b); }
static inline vec v_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }

static inline vec v_larger(vec x, vec y) { return _mm256_max_ps(x, y); } // y where either is a NaN

static inline unsigned v_at_least(vec x, vec floor) {
  return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, floor, _CMP_GE_OQ));
}

static inline quad q_load(const float *p) { return _mm_loadu_ps(p); }
static inline void q_store(float *p, quad a) { _mm_storeu_ps(p, a); }
static inline float q_first(quad a) { return _mm_cvtss_f32(a); }
static inline void q_transpose(quad *a, quad *b, quad *c, quad *d) { _MM_TRANSPOSE4_PS(*a, *b, *c, *d); }

static inline quad v_sums(vec a, vec b, vec c, vec d) {
  const vec sums = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d)); // a b c d | a b c d
  return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
}

static inline wide w_of(vec a) {
  return (wide){_mm256_cvtps_pd(_mm256_castps256_ps128(a)), _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1))};
}

static inline wide w_zero(void) { return (wide){_mm256_setzero_pd(), _mm256_setzero_pd()}; }
static inline wide w_load(const float *p) { return w_of(v_load(p)); }
static inline wide w_load_first(const float *p, size_t n) { return w_of(v_load_first(p, n)); }
static inline wide w_add(wide a, wide b) { return (wide){_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)}; }
static inline wide w_sub(wide a, wide b) { return (wide){_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)}; }
static inline wide w_mul(wide a, wide b) { return (wide){_mm256_mul_pd(a.low, b.low), _mm256_mul_pd(a.high, b.high)}; }

static inline double w_sum(wide a) {
  const __m256d four = _mm256_add_pd(a.low, a.high);                                           // 0+4 1+5 2+6 3+7
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1)); // even odd
  return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}

static inline shorts s_load(const int16_t *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline shorts s_widen(const int8_t *p) { return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)p)); }
static inline shorts s_sub(shorts a, shorts b) { return _mm256_sub_epi16(a, b); }
static inline ints i_zero(void) { return _mm256_setzero_si256(); }
static inline ints i_add_products(ints sum, shorts a, shorts b) {
  return _mm256_add_epi32(sum, _mm256_madd_epi16(a, b));
}

// Four sums of two products each fit 16 bits: 8 * 15 * 128 < 2^15.
static inline ints i_add_halves(ints sum, const int8_t *bytes, const int8_t *query) {
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

static inline quad i_sums(ints a, ints b, ints c, ints d) {
  const ints sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d)); // a b c d | a b c d
  return _mm_cvtepi32_ps(_mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1)));
}

// Two vectors of eight rows.
typedef struct {
  __m256i at[2];
} sums16;
typedef sums16 rows4;

// Bytes multiply unsigned by signed, two products a sum of 16 bits, which saturates. Rows that 128 is added to are in
// 1...255, so two codes of a query may add up to 128 at the most: 255 * 128 < 2^15. Others are large: for those the query's
// magnitudes multiply the rows with its signs, 2 * 127^2 < 2^15, which takes half as long again.
static inline int m_is_large(const int8_t *q, size_t width) {
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
static inline sums16 m_start(const int large, int32_t code_sum) {
  const __m256i start = _mm256_set1_epi32(large ? 0 : -128 * code_sum);
  return (sums16){{start, start}};
}
static inline rows4 m_load(const int large, const int8_t *p) {
  const __m256i flip = _mm256_set1_epi8(large ? 0 : -128);
  return (rows4){{_mm256_xor_si256(_mm256_loadu_si256((const __m256i *)p), flip),
                  _mm256_xor_si256(_mm256_loadu_si256((const __m256i *)(p + 32)), flip)}};
}
static inline sums16 m_add(const int large, sums16 s, rows4 x, const int8_t *q) {
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
static inline void m_store(float *p, sums16 s) {
  for (int half = 0; half < 2; half++) _mm256_storeu_ps(p + 8 * half, _mm256_cvtepi32_ps(s.at[half]));
}
static inline uint16_t m_at_least(sums16 s, const float *starts, float start_scale, const float *tails,
                                  float tail_scale, float floor) {
  unsigned found = 0;
  for (int half = 0; half < 2; half++) {
    vec value = _mm256_cvtepi32_ps(s.at[half]);
    if (starts) value = v_fma(v_load(starts + 8 * half), _mm256_set1_ps(start_scale), value);
    if (tails) value = v_fma(v_load(tails + 8 * half), _mm256_set1_ps(tail_scale), value);
    found |= (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(value, _mm256_set1_ps(floor), _CMP_GE_OQ)) << (8 * half);
  }
  return (uint16_t)found;
}

#include "vector_rows.h"
#include "vector_product.h"
#include "code_rows.h"
#include "to_bytes.h"
#include "code_pack.h"
#include "code_filter.h"
#include "beam_insert.h"

AKIN_DEFINE_KERNELS(akin_avx2_kernels, "avx2", AKIN_AVX2)

#pragma clang attribute pop

#endif
