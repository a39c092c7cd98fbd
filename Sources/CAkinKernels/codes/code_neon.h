// What code_rows.h and code_filter.h want of NEON: sixteen int16 in two vectors, and dot products of bytes, by one
// instruction where the build may use it.

#define CODES 16
#define CODE_TILE_QUERIES 4
#define CODE_TILE_PANELS 1

typedef struct shorts {
  int16x8_t low, high;
} shorts;
typedef struct ints {
  int32x4_t low, high;
} ints;

INLINE shorts s_load(const int16_t *p) { return (shorts){vld1q_s16(p), vld1q_s16(p + 8)}; }
INLINE shorts s_widen(const int8_t *p) {
  const int8x16_t codes = vld1q_s8(p);
  return (shorts){vmovl_s8(vget_low_s8(codes)), vmovl_high_s8(codes)};
}
INLINE shorts s_sub(shorts a, shorts b) { // compilers make a widening subtraction of it
  return (shorts){vsubq_s16(a.low, b.low), vsubq_s16(a.high, b.high)};
}
INLINE ints i_zero(void) { return (ints){vdupq_n_s32(0), vdupq_n_s32(0)}; }
INLINE ints i_add_products(ints sum, shorts a, shorts b) {
  sum.low = vmlal_s16(sum.low, vget_low_s16(a.low), vget_low_s16(b.low));
  sum.high = vmlal_high_s16(sum.high, a.low, b.low);
  sum.low = vmlal_s16(sum.low, vget_low_s16(a.high), vget_low_s16(b.high));
  sum.high = vmlal_high_s16(sum.high, a.high, b.high);
  return sum;
}
// Four products fit 16 bits: 4 * 15 * 128 < 2^15.
INLINE ints i_add_halves(ints sum, const int8_t *bytes, const int8_t *query) {
  for (int j = 0; j < 64; j += 16) {
    const uint8x16_t x = vreinterpretq_u8_s8(vld1q_s8(bytes + j));
    const int8x16_t low = vreinterpretq_s8_u8(vandq_u8(x, vdupq_n_u8(15)));
    const int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(x, 4));
    const int8x16_t a = vld1q_s8(query + j), b = vld1q_s8(query + 64 + j);
    int16x8_t four = vmull_s8(vget_low_s8(low), vget_low_s8(a));
    four = vmlal_high_s8(four, low, a);
    four = vmlal_s8(four, vget_low_s8(high), vget_low_s8(b));
    four = vmlal_high_s8(four, high, b);
    sum.low = vpadalq_s16(sum.low, four);
  }
  return sum;
}

INLINE quad i_sums(const ints *of) {
  const int32x4_t ab = vpaddq_s32(vaddq_s32(of[0].low, of[0].high), vaddq_s32(of[1].low, of[1].high));
  const int32x4_t cd = vpaddq_s32(vaddq_s32(of[2].low, of[2].high), vaddq_s32(of[3].low, of[3].high));
  return vcvtq_f32_s32(vpaddq_s32(ab, cd));
}

// Four vectors of four rows.
typedef struct {
  int32x4_t at[4];
} sums16;
typedef struct {
  int8x16_t at[4];
} rows4;

INLINE sums16 c_start(const int large, int32_t code_sum) {
  (void)large, (void)code_sum;
  return (sums16){{vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)}};
}
INLINE rows4 c_load(const int large, const int8_t *p) {
  (void)large;
  return (rows4){{vld1q_s8(p), vld1q_s8(p + 16), vld1q_s8(p + 32), vld1q_s8(p + 48)}};
}
INLINE sums16 c_add(const int large, sums16 s, rows4 x, const int8_t *q) {
  (void)large;
  int32_t four;
  __builtin_memcpy(&four, q, 4);
  const int8x16_t query = vreinterpretq_s8_s32(vdupq_n_s32(four));
  for (int i = 0; i < 4; i++) {
#if defined(__ARM_FEATURE_DOTPROD)
    s.at[i] = vdotq_s32(s.at[i], x.at[i], query);
#else
    const int16x8_t low = vmull_s8(vget_low_s8(x.at[i]), vget_low_s8(query)), high = vmull_high_s8(x.at[i], query);
    s.at[i] = vaddq_s32(s.at[i], vpaddq_s32(vpaddlq_s16(low), vpaddlq_s16(high)));
#endif
  }
  return s;
}
INLINE void c_store(float *p, sums16 s) {
  for (int i = 0; i < 4; i++) vst1q_f32(p + 4 * i, vcvtq_f32_s32(s.at[i]));
}
INLINE uint16_t c_at_least(sums16 s, const float *starts, float start_scale, const float *tails,
                                  float tail_scale, float floor) {
  unsigned found = 0;
  for (int i = 0; i < 4; i++) {
    float32x4_t value = vcvtq_f32_s32(s.at[i]);
    if (starts) value = vfmaq_n_f32(value, vld1q_f32(starts + 4 * i), start_scale);
    if (tails) value = vfmaq_n_f32(value, vld1q_f32(tails + 4 * i), tail_scale);
    const uint32x4_t bit = {1u << (4 * i), 2u << (4 * i), 4u << (4 * i), 8u << (4 * i)};
    found |= vaddvq_u32(vandq_u32(vcgeq_f32(value, vdupq_n_f32(floor)), bit));
  }
  return (uint16_t)found;
}
