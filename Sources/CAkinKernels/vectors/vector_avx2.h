// What vector_rows.h wants of AVX2 with FMA and F16C: vectors of eight floats, sixteen registers.
//
// Four rows with two sums each leave room for a query and a difference, bound by two loads a cycle; four sums would
// spill and lose a third. The product keeps 6 queries x 16 rows in 12 registers.

#define LANES 8
#define SUMS 2
#define TILE_QUERIES 6
#define TILE_PANELS 1

typedef __m256 vec;
typedef __m256_u loose; // at any address
typedef __m256 eight;
typedef __m128 quad;

// The lanes below n, for masked loads, which touch no byte of the others.
INLINE __m256i lanes_below(size_t n) {
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane);
}

INLINE vec v_zero(void) { return _mm256_setzero_ps(); }
INLINE vec v_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE vec v_load_first(const float *p, size_t n) { return _mm256_maskload_ps(p, lanes_below(n)); }
#define v_store(p, a) (*(loose *)(p) = (a))
INLINE vec v_broadcast(const float *p) { return _mm256_broadcast_ss(p); }
#define v_larger(x, y) _mm256_max_ps(x, y) // y where either is a NaN
#define v_at_least(x, floor) ((unsigned)_mm256_movemask_ps(_mm256_cmp_ps(x, floor, _CMP_GE_OQ)))

INLINE quad q_load(const float *p) { return _mm_loadu_ps(p); }
INLINE void q_store(float *p, quad a) { _mm_storeu_ps(p, a); }
INLINE float q_first(quad a) { return _mm_cvtss_f32(a); }
INLINE void q_transpose(quad *a, quad *b, quad *c, quad *d) { _MM_TRANSPOSE4_PS(*a, *b, *c, *d); }

INLINE quad v_sums(const vec *of) {
  // a b c d | a b c d
  const vec sums = _mm256_hadd_ps(_mm256_hadd_ps(of[0], of[1]), _mm256_hadd_ps(of[2], of[3]));
  return _mm_add_ps(_mm256_castps256_ps128(sums), _mm256_extractf128_ps(sums, 1));
}

INLINE eight e_load_first(const float *p, size_t n) { return v_load_first(p, n); }
