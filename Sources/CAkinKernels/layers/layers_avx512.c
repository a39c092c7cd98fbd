// The layers' loops for AVX-512: 8 rows of 32 sums are 16 registers.
#include "layers_levels.h"

#if AKIN_X86_64

#define LAYERS_TABLE akin_layers_avx512
#define LAYERS_LEVEL AKIN_AVX512
#define LAYERS_ROWS 8

#pragma clang attribute push(AKIN_TARGET_AVX512, apply_to = function)
#include "layers_loops.h"
#pragma clang attribute pop

#endif
