// Rows of packed links as numbers of 32 bits: the specification, and what levels without a shuffle of bytes run.
//
//     for each link i:
//       read 32 bits at the byte of bit i * bits
//       shift off the bits of the link before, mask those of the link after
//
// Cost. A load, two shifts and a mask a link; the rows are in L1 or L2 by then, since walks prefetch them. `akin, graph` of
// Tools/bench/graph/run.py holds it, with AKIN_KERNELS=scalar: a hop unpacks one row.

static void unpack_links(const uint8_t *packed, uint32_t bits, size_t count, uint32_t *restrict out) {
  if (bits > 24) {
    __builtin_memcpy(out, packed, 4 * count);
    return;
  }
  const uint32_t mask = (1u << bits) - 1;
  for (size_t i = 0; i < count; i++) {
    const size_t bit = i * bits;
    uint32_t value;
    __builtin_memcpy(&value, packed + bit / 8, 4);
    out[i] = value >> bit % 8 & mask;
  }
}
