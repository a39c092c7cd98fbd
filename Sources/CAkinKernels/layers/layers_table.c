// From a level to its loops.
#include "layers_levels.h"

const akin_layers *akin_layers_at(akin_level level) {
  if (!akin_level_available(level)) return 0;
  switch (level) {
  case AKIN_SCALAR: return &akin_layers_scalar;
#if AKIN_X86_64
  case AKIN_AVX2: return &akin_layers_avx2;
  case AKIN_AVX512: return &akin_layers_avx512;
#elif AKIN_AARCH64
  case AKIN_NEON: return &akin_layers_neon;
#endif
  default: return 0;
  }
}
