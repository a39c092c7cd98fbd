// The table of the level `neon`, which every AArch64 CPU has.
#include "level.h"

#if AKIN_AARCH64

#include <arm_neon.h>

#pragma STDC FP_CONTRACT OFF

#include "../vectors/vector_neon.h"
#include "../vectors/vector_rows.h"
#include "../vectors/vector_scores.h"
#include "../vectors/vector_product.h"

#include "../codes/code_neon.h"
#include "../codes/code_rows.h"
#include "../codes/to_bytes.h"
#include "../codes/decode.h"
#include "../codes/code_pack.h"
#include "../codes/code_filter.h"

#include "../beam/beam_insert.h"

#include "../links/unpack.h"

AKIN_DEFINE_KERNELS(akin_neon_kernels, "neon", AKIN_NEON)

#endif
