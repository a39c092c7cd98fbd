// The solver's loops for NEON, which every AArch64 CPU has: 4 rows of a tile are 16 registers of sums.
#include "solver_levels.h"

#if AKIN_AARCH64

#define SOLVER_TABLE akin_solver_neon
#define SOLVER_NAME "neon"
#define SOLVER_LEVEL AKIN_NEON
#define TILE_ROWS 4
#define TILE_WIDTH 1
#define GROUP 4

#include "solver_loops.h"

#endif
