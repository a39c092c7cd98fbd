// The CPU levels, and the best one that this CPU has.
#ifndef AKIN_LEVEL_CHOICE_H
#define AKIN_LEVEL_CHOICE_H

#ifdef __cplusplus
extern "C" {
#endif

typedef enum akin_level {
  AKIN_SCALAR = 0, // plain C: the specification
  AKIN_AVX2 = 1,   // x86-64 with AVX2, FMA and F16C
  AKIN_AVX512 = 2, // x86-64 with AVX-512 F, BW, DQ, VL and VNNI
  AKIN_NEON = 3,   // AArch64
} akin_level;

/// The best level that this CPU has.
akin_level akin_best_level(void);

#ifdef __cplusplus
}
#endif

#endif
