// The solver's loops for AVX2 with FMA: 4 rows of a tile are 8 registers of sums.
#include "solver_levels.h"

#if AKIN_X86_64

#define SOLVER_TABLE akin_solver_avx2
#define SOLVER_NAME "avx2"
#define SOLVER_LEVEL AKIN_AVX2
#define TILE_ROWS 4
#define TILE_WIDTH 1
#define GROUP 4

#pragma clang attribute push(AKIN_TARGET_AVX2, apply_to = function)
#include "solver_loops.h"
#pragma clang attribute pop

#endif
