// NEON, which every AArch64 CPU has: vectors of four floats, thirty-two registers.
//
// Cost: four rows with four sums each, enough for four multiply-add pipes at a latency of four; product keeps 6 queries
// x 16 rows in 24 registers.
#include "level.h"

#if AKIN_AARCH64

#include <arm_neon.h>

#pragma STDC FP_CONTRACT OFF

#define LANES 4
#define SUMS 4
#define TILE_QUERIES 6
#define TILE_PANELS 1
#define CODES 16
#define MARK_QUERIES 4
#define MARK_PANELS 1

typedef float32x4_t vec;
typedef float32x4_t quad;
typedef struct wide {
  float64x2_t at[4];
} wide;
typedef struct shorts {
  int16x8_t low, high;
} shorts;
typedef struct ints {
  int32x4_t low, high;
} ints;

static inline vec v_zero(void) { return vdupq_n_f32(0); }
static inline vec v_load(const float *p) { return vld1q_f32(p); }
static inline vec v_load_first(const float *p, size_t n) {
  float part[4] = {p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, 0}; // n is 1, 2 or 3
  return vld1q_f32(part);
}
static inline void v_store(float *p, vec a) { vst1q_f32(p, a); }
static inline vec v_broadcast(const float *p) { return vld1q_dup_f32(p); }
static inline vec v_add(vec a, vec b) { return vaddq_f32(a, b); }
static inline vec v_sub(vec a, vec b) { return vsubq_f32(a, b); }
static inline vec v_fma(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }

static inline vec v_larger(vec x, vec y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }

static inline unsigned v_at_least(vec x, vec floor) {
  const uint32x4_t bit = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(vcgeq_f32(x, floor), bit));
}

static inline quad q_load(const float *p) { return vld1q_f32(p); }
static inline void q_store(float *p, quad a) { vst1q_f32(p, a); }
static inline float q_first(quad a) { return vgetq_lane_f32(a, 0); }
static inline void q_transpose(quad *a, quad *b, quad *c, quad *d) {
  const float32x4_t ac0 = vzip1q_f32(*a, *c), ac1 = vzip2q_f32(*a, *c);
  const float32x4_t bd0 = vzip1q_f32(*b, *d), bd1 = vzip2q_f32(*b, *d);
  *a = vzip1q_f32(ac0, bd0);
  *b = vzip2q_f32(ac0, bd0);
  *c = vzip1q_f32(ac1, bd1);
  *d = vzip2q_f32(ac1, bd1);
}

static inline quad v_sums(vec a, vec b, vec c, vec d) { return vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d)); }

static inline wide w_zero(void) {
  const float64x2_t zero = vdupq_n_f64(0);
  return (wide){{zero, zero, zero, zero}};
}
static inline wide w_load(const float *p) {
  const float32x4_t low = vld1q_f32(p), high = vld1q_f32(p + 4);
  return (wide){{vcvt_f64_f32(vget_low_f32(low)), vcvt_high_f64_f32(low), vcvt_f64_f32(vget_low_f32(high)),
                 vcvt_high_f64_f32(high)}};
}
static inline wide w_load_first(const float *p, size_t n) {
  float part[8] = {0};
  for (size_t l = 0; l < n; l++) part[l] = p[l];
  return w_load(part);
}
static inline wide w_add(wide a, wide b) {
  for (int i = 0; i < 4; i++) a.at[i] = vaddq_f64(a.at[i], b.at[i]);
  return a;
}
static inline wide w_sub(wide a, wide b) {
  for (int i = 0; i < 4; i++) a.at[i] = vsubq_f64(a.at[i], b.at[i]);
  return a;
}
static inline wide w_mul(wide a, wide b) {
  for (int i = 0; i < 4; i++) a.at[i] = vmulq_f64(a.at[i], b.at[i]);
  return a;
}
static inline double w_sum(wide a) {
  const float64x2_t low = vaddq_f64(a.at[0], a.at[2]), high = vaddq_f64(a.at[1], a.at[3]); // 0+4 1+5, 2+6 3+7
  const float64x2_t two = vaddq_f64(low, high);                                           // even odd
  return vgetq_lane_f64(two, 0) + vgetq_lane_f64(two, 1);
}

static inline shorts s_load(const int16_t *p) { return (shorts){vld1q_s16(p), vld1q_s16(p + 8)}; }
static inline shorts s_widen(const int8_t *p) {
  const int8x16_t codes = vld1q_s8(p);
  return (shorts){vmovl_s8(vget_low_s8(codes)), vmovl_high_s8(codes)};
}
static inline shorts s_sub(shorts a, shorts b) { // compilers make a widening subtraction of it
  return (shorts){vsubq_s16(a.low, b.low), vsubq_s16(a.high, b.high)};
}
static inline ints i_zero(void) { return (ints){vdupq_n_s32(0), vdupq_n_s32(0)}; }
static inline ints i_add_products(ints sum, shorts a, shorts b) {
  sum.low = vmlal_s16(sum.low, vget_low_s16(a.low), vget_low_s16(b.low));
  sum.high = vmlal_high_s16(sum.high, a.low, b.low);
  sum.low = vmlal_s16(sum.low, vget_low_s16(a.high), vget_low_s16(b.high));
  sum.high = vmlal_high_s16(sum.high, a.high, b.high);
  return sum;
}
// Four products fit 16 bits: 4 * 15 * 128 < 2^15.
static inline ints i_add_halves(ints sum, const int8_t *bytes, const int8_t *query) {
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

static inline quad i_sums(ints a, ints b, ints c, ints d) {
  const int32x4_t ab = vpaddq_s32(vaddq_s32(a.low, a.high), vaddq_s32(b.low, b.high));
  const int32x4_t cd = vpaddq_s32(vaddq_s32(c.low, c.high), vaddq_s32(d.low, d.high));
  return vcvtq_f32_s32(vpaddq_s32(ab, cd));
}

// Four sums of four rows each; four bytes of one row against four of the query by one instruction where the CPU has it.
typedef struct {
  int32x4_t at[4];
} sums16;
typedef struct {
  int8x16_t at[4];
} rows4;

static inline sums16 m_start(const int large, int32_t code_sum) {
  (void)large, (void)code_sum;
  return (sums16){{vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0), vdupq_n_s32(0)}};
}
static inline rows4 m_load(const int large, const int8_t *p) {
  (void)large;
  return (rows4){{vld1q_s8(p), vld1q_s8(p + 16), vld1q_s8(p + 32), vld1q_s8(p + 48)}};
}
static inline sums16 m_add(const int large, sums16 s, rows4 x, const int8_t *q) {
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
static inline void m_store(float *p, sums16 s) {
  for (int i = 0; i < 4; i++) vst1q_f32(p + 4 * i, vcvtq_f32_s32(s.at[i]));
}
static inline uint16_t m_at_least(sums16 s, const float *starts, float start_scale, const float *tails,
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

#include "vector_rows.h"
#include "vector_product.h"
#include "code_rows.h"
#include "to_bytes.h"
#include "code_pack.h"
#include "code_filter.h"
#include "beam_insert.h"

AKIN_DEFINE_KERNELS(akin_neon_kernels, "neon", AKIN_NEON)

#endif
