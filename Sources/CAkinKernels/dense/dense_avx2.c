// The dense loops for AVX2 with FMA: 4 rows of a tile are 8 registers of sums.
#include "dense_levels.h"

#if AKIN_X86_64

#define DENSE_TABLE akin_dense_avx2
#define DENSE_LEVEL AKIN_AVX2
#define DENSE_ROWS 4

#pragma clang attribute push(AKIN_TARGET_AVX2, apply_to = function)
#include "dense_loops.h"
#pragma clang attribute pop

#endif
