// From a level to its loops.
#include "dense_levels.h"

const akin_dense *akin_dense_at(akin_level level) {
  if (!akin_level_available(level)) return 0;
  switch (level) {
  case AKIN_SCALAR: return &akin_dense_scalar;
#if AKIN_X86_64
  case AKIN_AVX2: return &akin_dense_avx2;
  case AKIN_AVX512: return &akin_dense_avx512;
#elif AKIN_AARCH64
  case AKIN_NEON: return &akin_dense_neon;
#endif
  default: return 0;
  }
}
