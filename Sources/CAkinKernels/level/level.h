// Which CPU a build is for, which instructions a level may use, and the tables of akin_kernels.h. Private to the
// target.
#ifndef AKIN_LEVEL_H
#define AKIN_LEVEL_H

#include "akin_kernels.h"

// Which CPU family this build is for: a per-CPU file is empty on the others.
#if defined(__x86_64__)
#define AKIN_X86_64 1
#elif defined(__aarch64__)
#define AKIN_AARCH64 1
#endif

// The instructions of a level, for `#pragma clang attribute push(AKIN_TARGET_..., apply_to = function)`, put after the
// last #include <...>. Never a file-wide flag: code outside the push must run on every CPU.
#define AKIN_TARGET_AVX2 __attribute__((target("avx2,fma,f16c")))
#define AKIN_TARGET_AVX512 __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma,f16c")))

// A step of a loop, which has to go into the loop: in builds without optimisation, too, where calls would be most of it.
#define INLINE static inline __attribute__((always_inline))

/// 1 when this build has code for a level and this CPU can run it, else 0.
int akin_level_available(akin_level level);

/// 1 when this CPU has an instruction for CRC32C, else 0.
int akin_crc_available(void);

// The tables, one a file of this folder.
extern const akin_kernels akin_scalar_kernels;
extern const akin_kernels akin_avx2_kernels;
extern const akin_kernels akin_avx512_kernels;
extern const akin_kernels akin_neon_kernels;

// The table of one level, of the functions that its file has included.
#define AKIN_DEFINE_KERNELS(TABLE, NAME, LEVEL)                                                                        \
  const akin_kernels TABLE = {                                                                                         \
      .name = NAME,                                                                                                    \
      .level = LEVEL,                                                                                                  \
      .dot = dot,                                                                                                      \
      .squared_euclidean = squared_euclidean,                                                                          \
      .dot64 = dot64,                                                                                                  \
      .squared_euclidean64 = squared_euclidean64,                                                                      \
      .dot_and_square64 = dot_and_square64,                                                                            \
      .dot_gather = dot_gather,                                                                                        \
      .squared_euclidean_gather = squared_euclidean_gather,                                                            \
      .dot_run = dot_run,                                                                                              \
      .squared_euclidean_run = squared_euclidean_run,                                                                  \
      .pack = pack,                                                                                                    \
      .product = product,                                                                                              \
      .indices_at_least = indices_at_least,                                                                            \
      .indices_reaching = indices_reaching,                                                                            \
      .count_at_least = count_at_least,                                                                                \
      .kth_lower_bound = kth_lower_bound,                                                                              \
      .beam_insert = beam_insert,                                                                                      \
      .unpack_links = unpack_links,                                                                                    \
      .to_whole = to_whole,                                                                                            \
      .to_bytes = to_bytes,                                                                                            \
      .floats_of_halves = floats_of_halves,                                                                            \
      .floats_of_bytes = floats_of_bytes,                                                                              \
      .code_dot_gather = code_dot_gather,                                                                              \
      .code_squared_gather = code_squared_gather,                                                                      \
      .half_dot_gather = half_dot_gather,                                                                              \
      .code_filter = code_filter,                                                                                      \
      .code_product = code_product,                                                                                    \
      .code_pack = code_pack,                                                                                          \
      .code_nearer = code_nearer,                                                                                      \
  };

#endif
