// New candidates into a sorted pool that stays in registers: eight keys a vector, up to 128.
//
// To put key c into ascending keys v is max(min(v, c), v moved up by one): no search, no branch.
//
// Cost. Three instructions a vector and candidate that is kept; the pool is loaded and stored once.

enum { POOL_VECS = 16 };

INLINE size_t beam_insert_in(const int n, uint64_t *pool, size_t size, size_t limit, const float *distances,
                       const uint32_t *points, size_t count, size_t *lowest) {
  const __m512i none = _mm512_set1_epi64(-1);
  const size_t last = limit - 8 * (size_t)(n - 1); // places of the last vector that are in use: 1 to 8
  const __mmask8 beyond = (__mmask8)(0xff << last);
  const __m512i at_last = _mm512_set1_epi64((long long)(last - 1));
  __m512i v[POOL_VECS], before[POOL_VECS];
  UNROLLED for (int j = 0; j < n; j++) {
    const size_t first = 8 * (size_t)j, there = size <= first ? 0 : size - first;
    before[j] = v[j] = _mm512_mask_loadu_epi64(none, there < 8 ? (__mmask8)((1u << there) - 1) : 0xff, pool + first);
  }
  const float most = size < limit ? __builtin_inff() : pool_distance(pool[limit - 1]);
  uint64_t worst = size < limit ? ~(uint64_t)0 : pool[limit - 1];
  int kept = 0;
  for (size_t first = 0; first < count; first += 16) {
    const __mmask16 here = count - first < 16 ? (__mmask16)((1u << (count - first)) - 1) : 0xffff;
    const __m512 near = _mm512_maskz_loadu_ps(here, distances + first);
    for (uint32_t bits = _mm512_mask_cmp_ps_mask(here, near, _mm512_set1_ps(most), _CMP_LT_OQ); bits;
         bits &= bits - 1) {
      const size_t i = first + (size_t)__builtin_ctz(bits);
      const uint64_t own = pool_key(distances[i], points[i]);
      if (own > worst) continue;
      const __m512i key = _mm512_set1_epi64((long long)own);
      __m512i below = _mm512_setzero_si512();
      UNROLLED for (int j = 0; j < n; j++) {
        const __m512i moved = _mm512_alignr_epi64(v[j], below, 7);
        below = v[j];
        v[j] = _mm512_max_epu64(_mm512_min_epu64(v[j], key), moved);
      }
      // What was pushed out of the pool.
      v[n - 1] = _mm512_mask_mov_epi64(v[n - 1], beyond, none);
      if (size < limit) size++;
      if (size == limit) {
        const __m512i all = _mm512_permutexvar_epi64(at_last, v[n - 1]);
        worst = (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(all));
      }
      kept = 1;
    }
  }
  if (!kept) return size;
  size_t same = 0;
  int found = 0;
  UNROLLED for (int j = 0; j < n; j++) {
    const __mmask8 changed = _mm512_cmpneq_epi64_mask(v[j], before[j]);
    if (!found && changed) {
      same = 8 * (size_t)j + (size_t)__builtin_ctz(changed);
      found = 1;
    }
    _mm512_mask_storeu_epi64(pool + 8 * j, j == n - 1 ? (__mmask8)~beyond : 0xff, v[j]);
  }
  if (same < *lowest) *lowest = same;
  return size;
}

static size_t beam_insert(uint64_t *pool, size_t size, size_t limit, const float *distances, const uint32_t *points,
                    size_t count, size_t *lowest) {
#define MERGE(N)                                                                                                       \
  case N: return beam_insert_in(N, pool, size, limit, distances, points, count, lowest);
  switch ((limit + 7) / 8) {
    MERGE(1)
    MERGE(2)
    MERGE(3)
    MERGE(4)
    MERGE(5)
    MERGE(6)
    MERGE(7)
    MERGE(8)
    MERGE(9)
    MERGE(10)
    MERGE(11)
    MERGE(12)
    MERGE(13)
    MERGE(14)
    MERGE(15)
    MERGE(16)
  default: return beam_insert_one_by_one(pool, size, limit, distances, points, count, lowest);
  }
#undef MERGE
}
