// Rows of packed links, eight at a time. Eight links are `bits` bytes, so each eight start at a whole byte, and the same
// shuffle serves all of them: four links to a half of a register, each moved to 32 bits of its own, then shifted and masked.
// unpack.h says what comes out.
//
//     for each 8 links, at least 4 times:
//       low, high = 16 bytes from the first link on, 16 from the byte of the fifth on
//       links = shuffle(low, high), by a table for `bits`: the 4 bytes that hold each link
//       links = links >> the bit where each starts, & mask
//       store 8 links
//
// Cost. Two loads, a shuffle, a shift, a mask and a store for eight links. 32 links are unpacked, however few there are: most rows
// have about as many, and a loop of one length for them is predicted. `akin, graph` of Tools/bench/graph/run.py holds it: a
// hop unpacks one row.

// Where link i of eight starts: its bit, from the first byte of its half on. The second half of an odd number of bits starts at
// bit 4 of a byte.
#define LINK_BIT(BITS, I) ((I) < 4 ? (I) * (BITS) : 4 * (BITS) % 8 + ((I) - 4) * (BITS))
#define LINK_BYTES(BITS, I)                                                                                            \
  LINK_BIT(BITS, I) / 8, LINK_BIT(BITS, I) / 8 + 1, LINK_BIT(BITS, I) / 8 + 2, LINK_BIT(BITS, I) / 8 + 3
#define LINK_EACH(BITS, OF)                                                                                            \
  { OF(BITS, 0), OF(BITS, 1), OF(BITS, 2), OF(BITS, 3), OF(BITS, 4), OF(BITS, 5), OF(BITS, 6), OF(BITS, 7) }
#define LINK_SHIFT(BITS, I) LINK_BIT(BITS, I) % 8
#define LINK_PLACES(BITS)                                                                                              \
  { LINK_EACH(BITS, LINK_BYTES), LINK_EACH(BITS, LINK_SHIFT) }

static const struct {
  uint8_t bytes[32];
  uint32_t shift[8];
} link_places[] = {
    LINK_PLACES(8),  LINK_PLACES(9),  LINK_PLACES(10), LINK_PLACES(11), LINK_PLACES(12), LINK_PLACES(13),
    LINK_PLACES(14), LINK_PLACES(15), LINK_PLACES(16), LINK_PLACES(17), LINK_PLACES(18), LINK_PLACES(19),
    LINK_PLACES(20), LINK_PLACES(21), LINK_PLACES(22), LINK_PLACES(23), LINK_PLACES(24),
};

static void unpack_links(const uint8_t *packed, uint32_t bits, size_t count, uint32_t *restrict out) {
  if (bits > 24) {
    __builtin_memcpy(out, packed, 4 * count);
    return;
  }
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)link_places[bits - 8].bytes);
  const __m256i shift = _mm256_loadu_si256((const __m256i *)link_places[bits - 8].shift);
  const __m256i mask = _mm256_set1_epi32((int)((1u << bits) - 1));
  const size_t half = bits / 2, end = count < 32 ? 32 : count;
#pragma clang loop unroll(disable)
  for (size_t i = 0; i < end; i += 8, packed += bits) {
    const __m128i low = _mm_loadu_si128((const __m128i *)packed);
    const __m128i high = _mm_loadu_si128((const __m128i *)(packed + half));
    __m256i links = _mm256_shuffle_epi8(_mm256_set_m128i(high, low), bytes);
    links = _mm256_and_si256(_mm256_srlv_epi32(links, shift), mask);
    _mm256_storeu_si256((__m256i *)(out + i), links);
  }
}
