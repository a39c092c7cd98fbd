// Scores against a floor, and a floor for the k best scores; written once for every vector level. Comes after
// vector_rows.h.
//
//     indices_at_least:
//       for each 4 vectors of scores:
//         bits = scores >= floor                          4 * LANES bits in one word, which is 0 most of the time
//         for each bit set: out[found++] = its index
//     indices_reaching: the same for scores + reaches
//     count_at_least:
//       for each 4 vectors of scores:
//         found = found + (scores >= floor)               lane by lane
//     kth_lower_bound:
//       maxima[64] = -infinity
//       for each 64 values: maxima = max(maxima, values)  value i in group i mod 64
//       bound = -infinity
//       for each of the 64 maxima m:
//         if at least k of the maxima are >= m: bound = max(bound, m)       without a branch
//
// Cost. Scores are read once. indices_at_least and indices_reaching: one compare a vector and a few cycles an index found.
// count_at_least: one compare and one subtraction a vector. kth_lower_bound: one maximum a vector, and about 50 ns for the
// 64 maxima. `akin, exact` of Tools/bench/graph/run.py shows these but for indices_reaching, which only a build calls.

static uint32_t indices_at_least(const float *scores, uint32_t count, float floor, uint32_t *out) {
  const vec least = v_broadcast(&floor);
  uint32_t found = 0, i = 0;
  // Four vectors to one word of bits: almost always none is set.
  for (; count - i >= 4 * LANES; i += 4 * LANES) {
    uint64_t bits = 0;
    for (int c = 0; c < 4; c++) bits |= (uint64_t)v_at_least(v_load(scores + i + c * LANES), least) << (c * LANES);
    for (; bits; bits &= bits - 1) out[found++] = i + (uint32_t)__builtin_ctzll(bits);
  }
  for (; i < count; i++) {
    if (scores[i] >= floor) out[found++] = i;
  }
  return found;
}

static uint32_t indices_reaching(const float *scores, const float *reaches, uint32_t count, float floor,
                                 uint32_t *out) {
  const vec least = v_broadcast(&floor);
  uint32_t found = 0, i = 0;
  for (; count - i >= 4 * LANES; i += 4 * LANES) {
    uint64_t bits = 0;
    for (int c = 0; c < 4; c++) {
      const uint32_t at = i + (uint32_t)c * LANES;
      bits |= (uint64_t)v_at_least(v_load(scores + at) + v_load(reaches + at), least) << (c * LANES);
    }
    for (; bits; bits &= bits - 1) out[found++] = i + (uint32_t)__builtin_ctzll(bits);
  }
  for (; i < count; i++) {
    if (scores[i] + reaches[i] >= floor) out[found++] = i;
  }
  return found;
}

static size_t count_at_least(const float *scores, size_t count, float floor) {
  size_t found = 0, i = 0;
#if LANES >= 16
  const vec least = v_broadcast(&floor);
  for (; count - i >= LANES; i += LANES) found += (size_t)__builtin_popcountll(v_at_least(v_load(scores + i), least));
#else
  // A comparison leaves -1 or 0 in a lane, so it is counted there. A lane counts below 2^31.
  typedef int32_t lanes __attribute__((vector_size(4 * LANES)));
  const vec least = v_broadcast(&floor);
  while (count - i >= 4 * LANES) {
    const size_t rest = count - i, end = i + (rest < (1u << 30) ? rest : (1u << 30)) / (4 * LANES) * (4 * LANES);
    lanes reaching[4] = {0};
    for (; i < end; i += 4 * LANES) {
      UNROLLED for (int c = 0; c < 4; c++) reaching[c] -= (lanes)(v_load(scores + i + c * LANES) >= least);
    }
    UNROLLED for (int c = 0; c < 4; c++) {
      for (int l = 0; l < LANES; l++) found += (size_t)reaching[c][l];
    }
  }
#endif
  for (; i < count; i++) found += scores[i] >= floor;
  return found;
}

static float kth_lower_bound(const float *values, size_t count, size_t k) {
  enum { GROUPS = 64, VECS = GROUPS / LANES };
  float groups[GROUPS], bound = -__builtin_inff(), part[GROUPS];
  if (k == 0) return bound;
  vec maxima[VECS];
  UNROLLED for (int v = 0; v < VECS; v++) maxima[v] = v_broadcast(&bound);
  size_t i = 0;
  for (; count - i >= GROUPS; i += GROUPS) {
    UNROLLED for (int v = 0; v < VECS; v++) maxima[v] = v_larger(v_load(values + i + v * LANES), maxima[v]);
  }
  if (i < count) {
    for (size_t g = 0; g < GROUPS; g++) part[g] = i + g < count ? values[i + g] : -__builtin_inff();
    UNROLLED for (int v = 0; v < VECS; v++) maxima[v] = v_larger(v_load(part + v * LANES), maxima[v]);
  }
  UNROLLED for (int v = 0; v < VECS; v++) v_store(groups + v * LANES, maxima[v]);
  // Groups without a value bound nothing.
  const int used = (int)(count < GROUPS ? count : GROUPS);
  // No branch: which of the maxima are large is unpredictable.
#if LANES >= 16
  for (int g = 0; g < used; g++) {
    const vec one = v_broadcast(groups + g);
    uint64_t reaching = 0;
    UNROLLED for (int v = 0; v < VECS; v++) reaching |= (uint64_t)v_at_least(maxima[v], one) << (v * LANES);
    const float reached = (size_t)__builtin_popcountll(reaching) >= k ? groups[g] : -__builtin_inff();
    bound = reached > bound ? reached : bound;
  }
#else
  // A comparison leaves its result in lanes, so it is counted there; a few vectors at a time, for want of registers.
  typedef int32_t lanes __attribute__((vector_size(4 * LANES)));
  enum { BATCH = 4 };
  const lanes wanted = (lanes){0} + (int32_t)(k < GROUPS + 1 ? k : GROUPS + 1);
  for (int first = 0; first < VECS; first += BATCH) {
    lanes reaching[BATCH] = {0};
    for (int g = 0; g < used; g++) {
      const vec one = v_broadcast(groups + g);
      UNROLLED for (int v = 0; v < BATCH; v++) reaching[v] -= (lanes)(one >= maxima[first + v]);
    }
    UNROLLED for (int v = 0; v < BATCH; v++) {
      int32_t enough[LANES];
      const lanes is_enough = reaching[v] >= wanted;
      __builtin_memcpy(enough, &is_enough, sizeof enough);
      for (int l = 0; l < LANES; l++) {
        const float reached = enough[l] ? groups[(first + v) * LANES + l] : -__builtin_inff();
        bound = reached > bound ? reached : bound;
      }
    }
  }
#endif
  return bound;
}
