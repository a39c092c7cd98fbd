// What vector_rows.h wants of AVX2 with FMA and F16C: vectors of eight floats, sixteen registers.
//
// Four rows with two sums each leave room for a query and a difference, bound by two loads a cycle; four sums would
// spill and lose a third. The product keeps 6 queries x 16 rows in 12 registers.

#define LANES 8
#define SUMS 2
#define TILE_QUERIES 6
#define TILE_PANELS 1

typedef __m256 vec;
typedef __m128 quad;
typedef struct wide {
  __m256d low, high;
} wide;

// The lanes below n, for masked loads, which touch no byte of the others.
INLINE __m256i lanes_below(size_t n) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane);
}

INLINE vec v_zero(void) { return _mm256_setzero_ps(); }
INLINE vec v_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE vec v_load_first(const float *p, size_t n) { return _mm256_maskload_ps(p, lanes_below(n)); }
INLINE void v_store(float *p, vec a) { _mm256_storeu_ps(p, a); }
INLINE vec v_broadcast(const float *p) { return _mm256_broadcast_ss(p); }
INLINE vec v_add(vec a, vec b) { return _mm256_add_ps(a, b); }
INLINE vec v_sub(vec a, vec b) { return _mm256_sub_ps(a, b); }
INLINE vec v_fma(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }

INLINE vec v_larger(vec x, vec y) { return _mm256_max_ps(x, y); } // y where either is a NaN

INLINE unsigned v_at_least(vec x, vec floor) {
  return (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, floor, _CMP_GE_OQ));
}

INLINE quad q_load(const float *p) { return _mm_loadu_ps(p); }
INLINE void q_store(float *p, quad a) { _mm_storeu_ps(p, a); }
INLINE float q_first(quad a) { return _mm_cvtss_f32(a); }
INLINE void q_transpose(quad *a, quad *b, quad *c, quad *d) { _MM_TRANSPOSE4_PS(*a, *b, *c, *d); }

INLINE quad v_sums(vec a, vec b, vec c, vec d) {
  const vec sums = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d)); // a b c d | a b c d
  return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
}

INLINE wide w_of(vec a) {
  return (wide){_mm256_cvtps_pd(_mm256_castps256_ps128(a)), _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1))};
}

INLINE wide w_zero(void) { return (wide){_mm256_setzero_pd(), _mm256_setzero_pd()}; }
INLINE wide w_load(const float *p) { return w_of(v_load(p)); }
INLINE wide w_load_first(const float *p, size_t n) { return w_of(v_load_first(p, n)); }
INLINE wide w_add(wide a, wide b) { return (wide){_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)}; }
INLINE wide w_sub(wide a, wide b) { return (wide){_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)}; }
INLINE wide w_mul(wide a, wide b) { return (wide){_mm256_mul_pd(a.low, b.low), _mm256_mul_pd(a.high, b.high)}; }

INLINE double w_sum(wide a) {
  const __m256d four = _mm256_add_pd(a.low, a.high);                                           // 0+4 1+5 2+6 3+7
  const __m128d two = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1)); // even odd
  return _mm_cvtsd_f64(two) + _mm_cvtsd_f64(_mm_unpackhi_pd(two, two));
}
