// From a level to its loops.
#include "solver_levels.h"

const akin_solver *akin_solver_at(akin_level level) {
  if (!akin_level_available(level)) return 0;
  switch (level) {
  case AKIN_SCALAR: return &akin_solver_scalar;
#if AKIN_X86_64
  case AKIN_AVX2: return &akin_solver_avx2;
  case AKIN_AVX512: return &akin_solver_avx512;
#elif AKIN_AARCH64
  case AKIN_NEON: return &akin_solver_neon;
#endif
  default: return 0;
  }
}
