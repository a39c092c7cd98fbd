// The dense loops for AVX-512: 8 rows of a tile are 8 registers of sums.
#include "dense_levels.h"

#if AKIN_X86_64

#define DENSE_TABLE akin_dense_avx512
#define DENSE_LEVEL AKIN_AVX512
#define DENSE_ROWS 8

#pragma clang attribute push(AKIN_TARGET_AVX512, apply_to = function)
#include "dense_loops.h"
#pragma clang attribute pop

#endif
