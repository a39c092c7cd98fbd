// The dense loops for NEON, which every AArch64 CPU has: 4 rows of a tile are 16 registers of sums.
#include "dense_levels.h"

#if AKIN_AARCH64

#define DENSE_TABLE akin_dense_neon
#define DENSE_LEVEL AKIN_NEON
#define DENSE_ROWS 4

#include "dense_loops.h"

#endif
