// CRC32C: the bytes, read as one long polynomial over {0, 1}, modulo Castagnoli's polynomial. Bits are reflected, as
// always in this CRC: the highest bit of a word is the coefficient of x^0, and a zero bit appended multiplies by x.
//
//     by table:       for each 8 bytes: crc = XOR over k of table[7 - k][byte k of (the 8 bytes ^ crc)]
//     by instruction: for each 8 bytes: crc = crc32(crc, the 8 bytes)
//     from 32 KiB on: three streams, a third of the bytes each, side by side:
//                       for each 8 bytes of each: first, second, third = crc32(...)
//                       factor = x^(bits of a stream)
//                       crc = (first * factor + second) * factor + third
//     bytes that are left: one at a time
//
// Cost. By table, 8 bytes in about 10 cycles. By instruction, 8 bytes a cycle: an instruction waits 3 cycles for the
// one before it, hence three streams; joining them takes some 4,000 cycles. No benchmark reads it alone: `akin verify`
// of a file that is in memory takes little else.

#include "../level/level.h"

#define POLYNOMIAL 0x82F63B78u

// table[k][v] is the remainder of byte v with k zero bytes after it. The remainder is linear: a row holds what each of
// the eight bits contributes (bit 0 first), and v adds up its own.
#define VALUE(v, b0, b1, b2, b3, b4, b5, b6, b7)                                                                       \
  (((v) & 1 ? b0 : 0u) ^ ((v) & 2 ? b1 : 0u) ^ ((v) & 4 ? b2 : 0u) ^ ((v) & 8 ? b3 : 0u) ^                             \
   ((v) & 16 ? b4 : 0u) ^ ((v) & 32 ? b5 : 0u) ^ ((v) & 64 ? b6 : 0u) ^ ((v) & 128 ? b7 : 0u))
#define VALUES_4(v, ...)                                                                                               \
  VALUE(v, __VA_ARGS__), VALUE(v + 1, __VA_ARGS__), VALUE(v + 2, __VA_ARGS__), VALUE(v + 3, __VA_ARGS__)
#define VALUES_16(v, ...)                                                                                              \
  VALUES_4(v, __VA_ARGS__), VALUES_4(v + 4, __VA_ARGS__), VALUES_4(v + 8, __VA_ARGS__), VALUES_4(v + 12, __VA_ARGS__)
#define VALUES_64(v, ...)                                                                                              \
  VALUES_16(v, __VA_ARGS__), VALUES_16(v + 16, __VA_ARGS__), VALUES_16(v + 32, __VA_ARGS__),                           \
      VALUES_16(v + 48, __VA_ARGS__)
#define VALUES_256(v, ...)                                                                                             \
  VALUES_64(v, __VA_ARGS__), VALUES_64(v + 64, __VA_ARGS__), VALUES_64(v + 128, __VA_ARGS__),                          \
      VALUES_64(v + 192, __VA_ARGS__)

static const uint32_t table[8][256] = {
    {VALUES_256(0, 0xF26B8303, 0xE13B70F7, 0xC79A971F, 0x8AD958CF,
                0x105EC76F, 0x20BD8EDE, 0x417B1DBC, 0x82F63B78)},
    {VALUES_256(0, 0x13A29877, 0x274530EE, 0x4E8A61DC, 0x9D14C3B8,
                0x3FC5F181, 0x7F8BE302, 0xFF17C604, 0xFBC3FAF9)},
    {VALUES_256(0, 0xA541927E, 0x4F6F520D, 0x9EDEA41A, 0x38513EC5,
                0x70A27D8A, 0xE144FB14, 0xC76580D9, 0x8B277743)},
    {VALUES_256(0, 0xDD45AAB8, 0xBF672381, 0x7B2231F3, 0xF64463E6,
                0xE964B13D, 0xD725148B, 0xABA65FE7, 0x52A0C93F)},
    {VALUES_256(0, 0x38116FAC, 0x7022DF58, 0xE045BEB0, 0xC5670B91,
                0x8F2261D3, 0x1BA8B557, 0x37516AAE, 0x6EA2D55C)},
    {VALUES_256(0, 0xEF306B19, 0xDB8CA0C3, 0xB2F53777, 0x6006181F,
                0xC00C303E, 0x85F4168D, 0x0E045BEB, 0x1C08B7D6)},
    {VALUES_256(0, 0x68032CC8, 0xD0065990, 0xA5E0C5D1, 0x4E2DFD53,
                0x9C5BFAA6, 0x3D5B83BD, 0x7AB7077A, 0xF56E0EF4)},
    {VALUES_256(0, 0x493C7D27, 0x9278FA4E, 0x211D826D, 0x423B04DA,
                0x847609B4, 0x0D006599, 0x1A00CB32, 0x34019664)},
};

static uint64_t little_endian_word(const uint8_t *p) {
  uint64_t word;
  __builtin_memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

uint32_t akin_crc32c_table(uint32_t crc, const void *bytes, size_t count) {
  const uint8_t *p = bytes;
  crc = ~crc;
  for (; count >= 8; count -= 8, p += 8) {
    const uint64_t word = little_endian_word(p) ^ crc;
    crc = 0;
    for (int k = 0; k < 8; k++) crc ^= table[7 - k][word >> (8 * k) & 0xFF];
  }
  for (; count > 0; count--, p++) crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xFF];
  return ~crc;
}

#if AKIN_X86_64

#include <immintrin.h>
#pragma clang attribute push(__attribute__((target("sse4.2"))), apply_to = function)
static inline uint32_t crc_byte(uint32_t crc, uint8_t byte) { return _mm_crc32_u8(crc, byte); }
static inline uint32_t crc_word(uint32_t crc, uint64_t word) { return (uint32_t)_mm_crc32_u64(crc, word); }

#elif AKIN_AARCH64

#include <arm_acle.h>
#pragma clang attribute push(__attribute__((target("crc"))), apply_to = function)
static inline uint32_t crc_byte(uint32_t crc, uint8_t byte) { return __crc32cb(crc, byte); }
static inline uint32_t crc_word(uint32_t crc, uint64_t word) { return __crc32cd(crc, word); }

#endif

#if AKIN_X86_64 || AKIN_AARCH64

// a * b modulo the polynomial.
static uint32_t multiply(uint32_t a, uint32_t b) {
  uint32_t sum = 0;
  for (int power = 0; power < 32; power++) {
    sum ^= b & -(a >> (31 - power) & 1);
    b = b >> 1 ^ (POLYNOMIAL & -(b & 1)); // times x
  }
  return sum;
}

// x^(8 count): what count more bytes multiply a remainder by.
static uint32_t factor_of_bytes(size_t count) {
  uint32_t factor = 0x80000000u /* x^0 */, square = 0x00800000u /* x^8 */;
  for (; count > 0; count >>= 1) {
    if (count & 1) factor = multiply(factor, square);
    square = multiply(square, square);
  }
  return factor;
}

static uint32_t crc_by_instruction(uint32_t crc, const uint8_t *p, size_t count) {
  enum { WORTH_STREAMS = 32 << 10 };
  crc = ~crc;
  if (count >= WORTH_STREAMS) {
    const size_t stream = count / 24 * 8;
    uint32_t second = 0, third = 0;
    for (size_t i = 0; i < stream; i += 8) {
      crc = crc_word(crc, little_endian_word(p + i));
      second = crc_word(second, little_endian_word(p + stream + i));
      third = crc_word(third, little_endian_word(p + 2 * stream + i));
    }
    const uint32_t factor = factor_of_bytes(stream);
    crc = multiply(multiply(crc, factor) ^ second, factor) ^ third;
    p += 3 * stream;
    count -= 3 * stream;
  }
  for (; count >= 8; count -= 8, p += 8) crc = crc_word(crc, little_endian_word(p));
  for (; count > 0; count--, p++) crc = crc_byte(crc, *p);
  return ~crc;
}

#pragma clang attribute pop

uint32_t akin_crc32c(uint32_t crc, const void *bytes, size_t count) {
  return akin_crc_available() ? crc_by_instruction(crc, bytes, count) : akin_crc32c_table(crc, bytes, count);
}

#else

uint32_t akin_crc32c(uint32_t crc, const void *bytes, size_t count) { return akin_crc32c_table(crc, bytes, count); }

#endif
