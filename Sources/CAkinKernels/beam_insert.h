// New candidates into a sorted pool: what every level does where it has nothing better. Comes before the table.
//
// A key holds a distance in an order-preserving form, a point, and a bit that says whether it has been expanded
// (Candidate.swift). Keys differ, so there is one order.
//
// Cost. Which candidates are near enough is found without branches, since nobody can guess it: a nanosecond each. One that is
// kept takes a search among the keys, without branches, too, and a move of those behind: 10 to 20 ns.
//
// BEAM_INSERT names the function where the table's `beam_insert` is another one.

#ifndef BEAM_INSERT
#define BEAM_INSERT beam_insert
#endif

static inline uint64_t pool_key(float distance, uint32_t point) {
  uint32_t bits;
  __builtin_memcpy(&bits, &distance, sizeof bits);
  bits = bits >> 31 ? ~bits : bits | 0x80000000u;
  return (uint64_t)bits << 32 | (uint64_t)point << 1;
}

static inline float pool_distance(uint64_t key) {
  uint32_t bits = (uint32_t)(key >> 32);
  bits = bits >> 31 ? bits & 0x7fffffffu : ~bits;
  float distance;
  __builtin_memcpy(&distance, &bits, sizeof distance);
  return distance;
}

// Moves n keys up, to where they may overlap.
static inline void move_up(uint64_t *to, const uint64_t *from, size_t n) {
  for (; n >= 4; n -= 4) {
    uint64_t four[4];
    __builtin_memcpy(four, from + n - 4, sizeof four);
    __builtin_memcpy(to + n - 4, four, sizeof four);
  }
  for (; n > 0; n--) to[n - 1] = from[n - 1];
}

enum { POOL_BATCH = 64 };

static size_t BEAM_INSERT(uint64_t *pool, size_t size, size_t limit, const float *distances, const uint32_t *points,
                         size_t count, size_t *lowest) {
  const float most = size < limit ? __builtin_inff() : pool_distance(pool[size - 1]);
  uint64_t keys[POOL_BATCH];
  for (size_t i = 0; i < count;) {
    size_t n = 0;
    for (const size_t end = count - i < POOL_BATCH ? count : i + POOL_BATCH; i < end; i++) {
      keys[n] = pool_key(distances[i], points[i]);
      n += distances[i] < most; // nor a NaN
    }
    for (size_t k = 0; k < n; k++) {
      const uint64_t key = keys[k];
      if (size == limit && key > pool[size - 1]) continue;
      size_t low = 0;
      for (size_t rest = size; rest > 0;) {
        const size_t half = (rest + 1) / 2;
        low += half & (pool[low + half - 1] < key ? ~(size_t)0 : 0);
        rest -= half;
      }
      move_up(pool + low + 1, pool + low, size - low - (size == limit));
      pool[low] = key;
      if (size < limit) size++;
      if (low < *lowest) *lowest = low;
    }
  }
  return size;
}
