// What vector_rows.h wants of AVX-512: vectors of sixteen floats, thirty-two registers.
//
// Four rows have four sums each, bound by one load a cycle (Zen 4) or two (Intel). The product keeps 12 queries x 32
// rows in 24 registers.

#define LANES 16
#define SUMS 4
#define TILE_QUERIES 12
#define TILE_PANELS 2

typedef __m512 vec;
typedef __m512_u loose; // at any address
typedef __m256 eight;
typedef __m128 quad;

INLINE vec v_zero(void) { return _mm512_setzero_ps(); }
INLINE vec v_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE vec v_load_first(const float *p, size_t n) {
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p); // touches no byte of the other lanes
}
#define v_store(p, a) (*(loose *)(p) = (a))
INLINE vec v_broadcast(const float *p) { return _mm512_set1_ps(*p); }
#define v_larger(x, y) _mm512_max_ps(x, y) // y where either is a NaN
#define v_at_least(x, floor) ((unsigned)_mm512_cmp_ps_mask(x, floor, _CMP_GE_OQ))

INLINE quad q_load(const float *p) { return _mm_loadu_ps(p); }
INLINE void q_store(float *p, quad a) { _mm_storeu_ps(p, a); }
INLINE float q_first(quad a) { return _mm_cvtss_f32(a); }
INLINE void q_transpose(quad *a, quad *b, quad *c, quad *d) { _MM_TRANSPOSE4_PS(*a, *b, *c, *d); }

// Quarters of two vectors added in pairs: a0+a1, a2+a3, b0+b1, b2+b3.
#define HALVED(a, b) (_mm512_shuffle_f32x4(a, b, 0x88) + _mm512_shuffle_f32x4(a, b, 0xDD))

INLINE quad v_sums(const vec *of) {
  const vec two = HALVED(of[0], of[1]), other = HALVED(of[2], of[3]);
  vec sums = HALVED(two, other); // a quarter of four lanes for each of the four
  sums += _mm512_permute_ps(sums, 0x4E);
  sums += _mm512_permute_ps(sums, 0xB1);
  return _mm512_castps512_ps128(_mm512_maskz_compress_ps(0x1111, sums));
}

INLINE eight e_load_first(const float *p, size_t n) { return _mm256_maskz_loadu_ps((__mmask8)((1u << n) - 1), p); }
