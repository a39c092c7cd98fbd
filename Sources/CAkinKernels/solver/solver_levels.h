// The solver's tables by level, for solver_table.c. Private to the target.
#ifndef AKIN_SOLVER_LEVELS_H
#define AKIN_SOLVER_LEVELS_H

#include "akin_solver.h"
#include "../level/level.h"

extern const akin_solver akin_solver_scalar;
#if AKIN_X86_64
extern const akin_solver akin_solver_avx2;
extern const akin_solver akin_solver_avx512;
#elif AKIN_AARCH64
extern const akin_solver akin_solver_neon;
#endif

#endif
