// The dense loops' tables by level, for dense_table.c. Private to the target.
#ifndef AKIN_DENSE_LEVELS_H
#define AKIN_DENSE_LEVELS_H

#include "akin_dense.h"
#include "../level/level.h"

extern const akin_dense akin_dense_scalar;
#if AKIN_X86_64
extern const akin_dense akin_dense_avx2;
extern const akin_dense akin_dense_avx512;
#elif AKIN_AARCH64
extern const akin_dense akin_dense_neon;
#endif

#endif
