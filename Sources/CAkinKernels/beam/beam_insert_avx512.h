// New candidates into a search's beam, which is sorted and stays in registers: eight keys a vector, up to 128. Comes
// after beam_insert.h.
//
//     v = the beam in ascending vectors                   unused places hold all ones
//     for each 16 new candidates:
//       bits = distance < most                            most: the beam's last distance, or +infinity
//       for each bit set:
//         key = candidate_key(distance, node)
//         skip it if the beam is full and its last key is smaller
//         v = max(min(v, key), v moved up by one place)   inserts the key: no search, no branch
//         the place past capacity holds all ones again
//     beam = v
//     lowest = min(lowest, first place that differs from before)
//
// Cost. Three instructions for each vector and candidate that is taken; the beam is loaded and stored once a call.
// `akin, graph` of Tools/bench/graph/run.py shows it.

enum { BEAM_VECS = 16 };

// For a beam of n vectors, a constant.
INLINE size_t beam_insert_in_registers(const int n, uint64_t *beam, size_t size, size_t capacity,
                                       const float *distances, const uint32_t *nodes, size_t count, size_t *lowest) {
  const __m512i none = _mm512_set1_epi64(-1);
  const size_t last = capacity - 8 * (size_t)(n - 1); // places of the last vector that are in use: 1 to 8
  const __mmask8 beyond = (__mmask8)(0xff << last);
  const __m512i at_last = _mm512_set1_epi64((long long)(last - 1));
  __m512i v[BEAM_VECS], before[BEAM_VECS];
  UNROLLED for (int j = 0; j < n; j++) {
    const size_t first = 8 * (size_t)j, there = size <= first ? 0 : size - first;
    before[j] = v[j] = _mm512_mask_loadu_epi64(none, there < 8 ? (__mmask8)((1u << there) - 1) : 0xff, beam + first);
  }
  const float most = size < capacity ? __builtin_inff() : candidate_distance(beam[capacity - 1]);
  uint64_t worst = size < capacity ? ~(uint64_t)0 : beam[capacity - 1];
  int kept = 0;
  for (size_t first = 0; first < count; first += 16) {
    const __mmask16 here = count - first < 16 ? (__mmask16)((1u << (count - first)) - 1) : 0xffff;
    const __m512 near = _mm512_maskz_loadu_ps(here, distances + first);
    for (uint32_t bits = _mm512_mask_cmp_ps_mask(here, near, _mm512_set1_ps(most), _CMP_LT_OQ); bits;
         bits &= bits - 1) {
      const size_t i = first + (size_t)__builtin_ctz(bits);
      const uint64_t own = candidate_key(distances[i], nodes[i]);
      if (own > worst) continue;
      const __m512i key = _mm512_set1_epi64((long long)own);
      __m512i below = _mm512_setzero_si512();
      UNROLLED for (int j = 0; j < n; j++) {
        const __m512i moved = _mm512_alignr_epi64(v[j], below, 7);
        below = v[j];
        const __v8du least = __builtin_elementwise_min((__v8du)v[j], (__v8du)key);
        v[j] = (__m512i)__builtin_elementwise_max(least, (__v8du)moved);
      }
      // The key that was pushed out of the beam.
      v[n - 1] = _mm512_mask_mov_epi64(v[n - 1], beyond, none);
      if (size < capacity) size++;
      if (size == capacity) {
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
    _mm512_mask_storeu_epi64(beam + 8 * j, j == n - 1 ? (__mmask8)~beyond : 0xff, v[j]);
  }
  if (same < *lowest) *lowest = same;
  return size;
}

static size_t beam_insert(uint64_t *beam, size_t size, size_t capacity, const float *distances, const uint32_t *nodes,
                          size_t count, size_t *lowest) {
#define INSERT(N)                                                                                                      \
  case N: return beam_insert_in_registers(N, beam, size, capacity, distances, nodes, count, lowest);
  switch ((capacity + 7) / 8) {
    INSERT(1)
    INSERT(2)
    INSERT(3)
    INSERT(4)
    INSERT(5)
    INSERT(6)
    INSERT(7)
    INSERT(8)
    INSERT(9)
    INSERT(10)
    INSERT(11)
    INSERT(12)
    INSERT(13)
    INSERT(14)
    INSERT(15)
    INSERT(16)
  default: return beam_insert_in_memory(beam, size, capacity, distances, nodes, count, lowest);
  }
#undef INSERT
}
