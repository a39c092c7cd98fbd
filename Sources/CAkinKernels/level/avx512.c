// The table of the level `avx512`: AVX-512 F, BW, DQ, VL and VNNI.
#include "level.h"

#if AKIN_X86_64

#include <immintrin.h>

#pragma clang attribute push(AKIN_TARGET_AVX512, apply_to = function)
#pragma STDC FP_CONTRACT OFF

#include "../vectors/vector_avx512.h"
#include "../vectors/vector_rows.h"
#include "../vectors/vector_scores.h"
#include "../vectors/vector_product.h"

#include "../codes/code_avx512.h"
#include "../codes/code_rows.h"
#include "../codes/to_bytes.h"
#define FLOATS_OF_8_HALVES(P) _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(P)))
#include "../codes/decode.h"
#include "../codes/code_pack.h"
#include "../codes/code_filter.h"

#define BEAM_INSERT beam_insert_in_memory
#include "../beam/beam_insert.h"
#include "../beam/beam_insert_avx512.h"

#include "../links/unpack_avx2.h"

AKIN_DEFINE_KERNELS(akin_avx512_kernels, "avx512", AKIN_AVX512)

#pragma clang attribute pop

#endif
