// The layers' tables by level, for layers_table.c. Private to the target.
#ifndef AKIN_LAYERS_LEVELS_H
#define AKIN_LAYERS_LEVELS_H

#include "akin_layers.h"
#include "../level/level.h"

extern const akin_layers akin_layers_scalar;
#if AKIN_X86_64
extern const akin_layers akin_layers_avx2;
extern const akin_layers akin_layers_avx512;
#elif AKIN_AARCH64
extern const akin_layers akin_layers_neon;
#endif

#endif
