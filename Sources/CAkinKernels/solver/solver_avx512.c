// The solver's loops for AVX-512: 8 rows of a tile are 8 registers of sums.
#include "solver_levels.h"

#if AKIN_X86_64

#define SOLVER_TABLE akin_solver_avx512
#define SOLVER_NAME "avx512"
#define SOLVER_LEVEL AKIN_AVX512
#define TILE_ROWS 8
#define TILE_WIDTH 2
#define GROUP 8

#pragma clang attribute push(AKIN_TARGET_AVX512, apply_to = function)
#include "solver_loops.h"
#pragma clang attribute pop

#endif
