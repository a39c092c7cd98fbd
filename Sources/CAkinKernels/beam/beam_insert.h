// New candidates into a search's beam, which is sorted: at every level but avx512, and there for beams that do not fit
// its registers.
//
//     most = distance of the beam's last candidate        +infinity while the beam has room
//     for each 64 new candidates:
//       keys = those with distance < most                 collected without branches
//       for each key:
//         skip it if the beam is full and its last key is smaller
//         low = how many keys of the beam are smaller     binary search, without branches
//         move the keys from low on up by one             a full beam loses its last one
//         beam[low] = key
//         lowest = min(lowest, low)
//
// A candidate's key has the layout of Indexes/HNSW/Graph/Candidate.swift: candidate_key is its `pack` (not yet
// expanded), candidate_distance its `distance`. Keys differ, so there is one order.
//
// Cost. About 1 ns for each new candidate. One that is taken costs 10 to 20 ns more, for the search and the move: 8
// bytes a key behind it. `akin, graph` of Tools/bench/graph/run.py shows it, with AKIN_KERNELS=avx2.
//
// BEAM_INSERT is the name of the function, where the table's `beam_insert` is another one.

#ifndef BEAM_INSERT
#define BEAM_INSERT beam_insert
#endif

static inline uint64_t candidate_key(float distance, uint32_t node) {
  uint32_t bits;
  __builtin_memcpy(&bits, &distance, sizeof bits);
  bits = bits >> 31 ? ~bits : bits | 0x80000000u;
  return (uint64_t)bits << 32 | (uint64_t)node << 1;
}

static inline float candidate_distance(uint64_t key) {
  uint32_t bits = (uint32_t)(key >> 32);
  bits = bits >> 31 ? bits & 0x7fffffffu : ~bits;
  float distance;
  __builtin_memcpy(&distance, &bits, sizeof distance);
  return distance;
}

// Moves n keys up; the two places may overlap.
static inline void move_up(uint64_t *to, const uint64_t *from, size_t n) {
  for (; n >= 4; n -= 4) {
    uint64_t four[4];
    __builtin_memcpy(four, from + n - 4, sizeof four);
    __builtin_memcpy(to + n - 4, four, sizeof four);
  }
  for (; n > 0; n--) to[n - 1] = from[n - 1];
}

enum { BEAM_BATCH = 64 };

static size_t BEAM_INSERT(uint64_t *beam, size_t size, size_t capacity, const float *distances, const uint32_t *nodes,
                          size_t count, size_t *lowest) {
  const float most = size < capacity ? __builtin_inff() : candidate_distance(beam[size - 1]);
  uint64_t keys[BEAM_BATCH];
  for (size_t i = 0; i < count;) {
    size_t n = 0;
    for (const size_t end = count - i < BEAM_BATCH ? count : i + BEAM_BATCH; i < end; i++) {
      keys[n] = candidate_key(distances[i], nodes[i]);
      n += distances[i] < most; // false for a NaN
    }
    for (size_t k = 0; k < n; k++) {
      const uint64_t key = keys[k];
      if (size == capacity && key > beam[size - 1]) continue;
      size_t low = 0;
      for (size_t rest = size; rest > 0;) {
        const size_t half = (rest + 1) / 2;
        low += half & (beam[low + half - 1] < key ? ~(size_t)0 : 0);
        rest -= half;
      }
      move_up(beam + low + 1, beam + low, size - low - (size == capacity));
      beam[low] = key;
      if (size < capacity) size++;
      if (low < *lowest) *lowest = low;
    }
  }
  return size;
}
