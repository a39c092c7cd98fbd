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
typedef float eight __attribute__((vector_size(32)));

INLINE vec v_zero(void) { return vdupq_n_f32(0); }
INLINE vec v_load(const float *p) { return vld1q_f32(p); }
INLINE vec v_load_first(const float *p, size_t n) {
  float part[4] = {p[0], n > 1 ? p[1] : 0, n > 2 ? p[2] : 0, 0}; // n is 1, 2 or 3
  return vld1q_f32(part);
}
INLINE void v_store(float *p, vec a) { vst1q_f32(p, a); }
INLINE vec v_broadcast(const float *p) { return vld1q_dup_f32(p); }
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

INLINE quad v_sums(const vec *of) { return vpaddq_f32(vpaddq_f32(of[0], of[1]), vpaddq_f32(of[2], of[3])); }

INLINE eight e_load_first(const float *p, size_t n) {
  float part[8] = {0};
  for (size_t l = 0; l < n; l++) part[l] = p[l];
  return (eight){part[0], part[1], part[2], part[3], part[4], part[5], part[6], part[7]};
}
