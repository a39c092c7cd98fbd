// What vector_rows.h wants of AVX-512: vectors of sixteen floats, thirty-two registers.
//
// Four rows have four sums each, bound by one load a cycle (Zen 4) or two (Intel). The product keeps 12 queries x 32
// rows in 24 registers.

#define LANES 16
#define SUMS 4
#define TILE_QUERIES 12
#define TILE_PANELS 2

typedef __m512 vec;
typedef __m128 quad;
typedef __m512d wide;

INLINE vec v_zero(void) { return _mm512_setzero_ps(); }
INLINE vec v_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE vec v_load_first(const float *p, size_t n) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); // touches no byte of the other lanes
}
INLINE void v_store(float *p, vec a) { _mm512_storeu_ps(p, a); }
INLINE vec v_broadcast(const float *p) { return _mm512_set1_ps(*p); }
INLINE vec v_add(vec a, vec b) { return _mm512_add_ps(a, b); }
INLINE vec v_sub(vec a, vec b) { return _mm512_sub_ps(a, b); }
INLINE vec v_fma(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vec v_larger(vec x, vec y) { return _mm512_max_ps(x, y); } // y where either is a NaN
INLINE unsigned v_at_least(vec x, vec floor) { return _mm512_cmp_ps_mask(x, floor, _CMP_GE_OQ); }

INLINE quad q_load(const float *p) { return _mm_loadu_ps(p); }
INLINE void q_store(float *p, quad a) { _mm_storeu_ps(p, a); }
INLINE float q_first(quad a) { return _mm_cvtss_f32(a); }
INLINE void q_transpose(quad *a, quad *b, quad *c, quad *d) { _MM_TRANSPOSE4_PS(*a, *b, *c, *d); }

// Quarters of two vectors added in pairs: a0+a1, a2+a3, b0+b1, b2+b3.
INLINE vec halved(vec a, vec b) {
  return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xDD));
}

INLINE quad v_sums(vec a, vec b, vec c, vec d) {
  vec sums = halved(halved(a, b), halved(c, d)); // a quarter of four lanes for each of a, b, c, d
  sums = _mm512_add_ps(sums, _mm512_permute_ps(sums, 0x4E));
  sums = _mm512_add_ps(sums, _mm512_permute_ps(sums, 0xB1));
  return _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, sums));
}

INLINE wide w_zero(void) { return _mm512_setzero_pd(); }
INLINE wide w_load(const float *p) { return _mm512_cvtps_pd(_mm256_loadu_ps(p)); }
INLINE wide w_load_first(const float *p, size_t n) {
  return _mm512_cvtps_pd(_mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), p));
}
INLINE wide w_add(wide a, wide b) { return _mm512_add_pd(a, b); }
INLINE wide w_sub(wide a, wide b) { return _mm512_sub_pd(a, b); }
INLINE wide w_mul(wide a, wide b) { return _mm512_mul_pd(a, b); }

INLINE double w_sum(wide a) {
  const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1));  // 0+4 1+5 2+6 3+7
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1)); // even odd
  return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}
