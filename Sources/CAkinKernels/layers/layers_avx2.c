// The layers' loops for AVX2 with FMA: 2 rows of 32 sums are 8 registers.
#include "layers_levels.h"

#if AKIN_X86_64

#define LAYERS_TABLE akin_layers_avx2
#define LAYERS_LEVEL AKIN_AVX2
#define LAYERS_ROWS 2

#pragma clang attribute push(AKIN_TARGET_AVX2, apply_to = function)
#include "layers_loops.h"
#pragma clang attribute pop

#endif
