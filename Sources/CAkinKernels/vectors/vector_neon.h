// What vector_rows.h wants of NEON: vectors of four floats, thirty-two registers.
//
// Four rows have four sums each: enough for four multiply-add pipes at a latency of four. The product keeps 6 queries x
// 16 rows in 24 registers.

#define LANES 4
#define SUMS 4
#define TILE_QUERIES 6
#define TILE_PANELS 1

typedef float32x4_t vec;
typedef float32x4_t quad;
typedef struct wide {
  float64x2_t at[4];
} wide;

INLINE vec v_zero(void) { return vdupq_n_f32(0); }
INLINE vec v_load(const float *p) { return vld1q_f32(p); }
INLINE vec v_load_first(const float *p, size_t n) {
  float part[4] = {p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, 0}; // n is 1, 2 or 3
  return vld1q_f32(part);
}
INLINE void v_store(float *p, vec a) { vst1q_f32(p, a); }
INLINE vec v_broadcast(const float *p) { return vld1q_dup_f32(p); }
INLINE vec v_add(vec a, vec b) { return vaddq_f32(a, b); }
INLINE vec v_sub(vec a, vec b) { return vsubq_f32(a, b); }
INLINE vec v_fma(vec a, vec b, vec c) { return vfmaq_f32(c, a, b); }

INLINE vec v_larger(vec x, vec y) { return vbslq_f32(vcgtq_f32(x, y), x, y); }

INLINE unsigned v_at_least(vec x, vec floor) {
  const uint32x4_t bit = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(vcgeq_f32(x, floor), bit));
}

INLINE quad q_load(const float *p) { return vld1q_f32(p); }
INLINE void q_store(float *p, quad a) { vst1q_f32(p, a); }
INLINE float q_first(quad a) { return vgetq_lane_f32(a, 0); }
INLINE void q_transpose(quad *a, quad *b, quad *c, quad *d) {
  const float32x4_t ac0 = vzip1q_f32(*a, *c), ac1 = vzip2q_f32(*a, *c);
  const float32x4_t bd0 = vzip1q_f32(*b, *d), bd1 = vzip2q_f32(*b, *d);
  *a = vzip1q_f32(ac0, bd0);
  *b = vzip2q_f32(ac0, bd0);
  *c = vzip1q_f32(ac1, bd1);
  *d = vzip2q_f32(ac1, bd1);
}

INLINE quad v_sums(vec a, vec b, vec c, vec d) { return vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d)); }

INLINE wide w_zero(void) {
  const float64x2_t zero = vdupq_n_f64(0);
  return (wide){{zero, zero, zero, zero}};
}
INLINE wide w_load(const float *p) {
  const float32x4_t low = vld1q_f32(p), high = vld1q_f32(p + 4);
  return (wide){{vcvt_f64_f32(vget_low_f32(low)), vcvt_high_f64_f32(low), vcvt_f64_f32(vget_low_f32(high)),
                 vcvt_high_f64_f32(high)}};
}
INLINE wide w_load_first(const float *p, size_t n) {
  float part[8] = {0};
  for (size_t l = 0; l < n; l++) part[l] = p[l];
  return w_load(part);
}
INLINE wide w_add(wide a, wide b) {
  for (int i = 0; i < 4; i++) a.at[i] = vaddq_f64(a.at[i], b.at[i]);
  return a;
}
INLINE wide w_sub(wide a, wide b) {
  for (int i = 0; i < 4; i++) a.at[i] = vsubq_f64(a.at[i], b.at[i]);
  return a;
}
INLINE wide w_mul(wide a, wide b) {
  for (int i = 0; i < 4; i++) a.at[i] = vmulq_f64(a.at[i], b.at[i]);
  return a;
}
INLINE double w_sum(wide a) {
  const float64x2_t low = vaddq_f64(a.at[0], a.at[2]), high = vaddq_f64(a.at[1], a.at[3]); // 0+4 1+5, 2+6 3+7
  const float64x2_t two = vaddq_f64(low, high);                                           // even odd
  return vgetq_lane_f64(two, 0) + vgetq_lane_f64(two, 1);
}
