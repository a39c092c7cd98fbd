// The layers' loops for NEON, which every AArch64 CPU has: 2 rows of 32 sums are 16 registers.
#include "layers_levels.h"

#if AKIN_AARCH64

#define LAYERS_TABLE akin_layers_neon
#define LAYERS_LEVEL AKIN_NEON
#define LAYERS_ROWS 2

#include "layers_loops.h"

#endif
