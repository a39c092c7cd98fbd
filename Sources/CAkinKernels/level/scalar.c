// The table of the level `scalar`: the specification, and what runs on a CPU that no other level knows. Nothing is
// contracted to a fused multiply-add: the same bits on every CPU.
#include "level.h"

#include <math.h>

#pragma STDC FP_CONTRACT OFF

#include "../vectors/vector_scalar.h"

#include "../codes/code_scalar.h"
#include "../codes/to_bytes.h"
#include "../codes/decode.h"
#include "../codes/code_pack.h"

#include "../beam/beam_insert.h"

#include "../links/unpack.h"

AKIN_DEFINE_KERNELS(akin_scalar_kernels, "scalar", AKIN_SCALAR)
