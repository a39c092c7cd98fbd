// New candidates into a sorted pool: what every level does where it has nothing better. Comes before the table.
//
// A key holds a distance in an order-preserving form, a point, and a bit that says whether it has been expanded
// (Candidate.swift). Keys differ, so there is one order.
//
// Cost. A search among the keys without branches, and a move of those behind: 10 to 20 ns a candidate that is kept.
//
// POOL_MERGE names the function where the table's `merge` is another one.

#ifndef POOL_MERGE
#define POOL_MERGE merge
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

static size_t POOL_MERGE(uint64_t *pool, size_t size, size_t limit, const float *distances, const uint32_t *points,
                         size_t count, size_t *lowest) {
  float most = size < limit ? __builtin_inff() : pool_distance(pool[size - 1]);
  for (size_t i = 0; i < count; i++) {
    if (!(distances[i] < most)) continue; // nor a NaN
    const uint64_t key = pool_key(distances[i], points[i]);
    size_t low = 0;
    for (size_t rest = size; rest > 0;) {
      const size_t half = (rest + 1) / 2;
      low += half & (pool[low + half - 1] < key ? ~(size_t)0 : 0);
      rest -= half;
    }
    if (size < limit) size++;
    __builtin_memmove(pool + low + 1, pool + low, (size - low - 1) * sizeof *pool);
    pool[low] = key;
    if (low < *lowest) *lowest = low;
    if (size == limit) most = pool_distance(pool[size - 1]);
  }
  return size;
}
