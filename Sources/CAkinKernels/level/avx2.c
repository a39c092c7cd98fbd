// The table of the level `avx2`: AVX2, FMA and F16C.
#include "level.h"

#if AKIN_X86_64

#include <immintrin.h>

#pragma clang attribute push(AKIN_TARGET_AVX2, apply_to = function)
#pragma STDC FP_CONTRACT OFF

#include "../vectors/vector_avx2.h"
#include "../vectors/vector_rows.h"
#include "../vectors/vector_scores.h"
#include "../vectors/vector_product.h"

#include "../codes/code_avx2.h"
#include "../codes/code_rows.h"
#include "../codes/to_bytes.h"
#define FLOATS_OF_8_HALVES(P) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(P)))
#include "../codes/decode.h"
#include "../codes/code_pack.h"
#include "../codes/code_filter.h"

#include "../beam/beam_insert.h"

#include "../links/unpack_avx2.h"

AKIN_DEFINE_KERNELS(akin_avx2_kernels, "avx2", AKIN_AVX2)

#pragma clang attribute pop

#endif
