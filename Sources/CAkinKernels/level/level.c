// Which levels this CPU has. The CPU is asked once, since cpuid may cost microseconds inside a virtual machine; every
// later question is one load.
#include "level.h"

#include <stdatomic.h>

enum {
  HAS_AVX2 = 1u << 0,
  HAS_AVX512 = 1u << 1,
  HAS_NEON = 1u << 2,
  HAS_CRC = 1u << 3,
  ASKED = 1u << 4,
};

#if AKIN_X86_64

#include <cpuid.h>

// The registers that the operating system saves at a thread switch: a level may use no others.
static uint32_t saved_state(void) {
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return low;
}

static unsigned ask_cpu(void) {
  // Leaf 1, ecx.
  const unsigned fma = 1u << 12, sse42 = 1u << 20, osxsave = 1u << 27, avx = 1u << 28, f16c = 1u << 29;
  const unsigned avx2_base = fma | osxsave | avx | f16c;
  // Leaf 7, ebx.
  const unsigned avx2 = 1u << 5;
  const unsigned avx512 = 1u << 16 /* F */ | 1u << 17 /* DQ */ | 1u << 30 /* BW */ | 1u << 31 /* VL */;
  // Leaf 7, ecx.
  const unsigned vnni = 1u << 11;
  const uint32_t ymm_state = 0x06, zmm_state = 0xE6;

  unsigned has = 0, a, b, c, d, b7 = 0, c7 = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  if (c & sse42) has |= HAS_CRC;
  if ((c & avx2_base) != avx2_base) return has;
  if (!__get_cpuid_count(7, 0, &a, &b7, &c7, &d)) return has;
  const uint32_t state = saved_state();
  if ((state & ymm_state) != ymm_state || !(b7 & avx2)) return has;
  has |= HAS_AVX2;
  if ((state & zmm_state) == zmm_state && (b7 & avx512) == avx512 && (c7 & vnni)) has |= HAS_AVX512;
  return has;
}

#elif AKIN_AARCH64

#if defined(__linux__)
#include <sys/auxv.h>
#endif

static unsigned ask_cpu(void) {
  unsigned has = HAS_NEON; // every AArch64 CPU has it
#if defined(__linux__)
  enum { CRC32 = 1u << 7 }; // HWCAP_CRC32
  if (getauxval(AT_HWCAP) & CRC32) has |= HAS_CRC;
#elif defined(__APPLE__)
  has |= HAS_CRC; // since the first 64-bit one that Swift 6 still supports
#endif
  return has;
}

#else

static unsigned ask_cpu(void) { return 0; }

#endif

static unsigned cpu(void) {
  // Threads that race here all store the same value.
  static _Atomic(unsigned) known;
  unsigned has = atomic_load_explicit(&known, memory_order_relaxed);
  if (has == 0) {
    has = ask_cpu() | ASKED;
    atomic_store_explicit(&known, has, memory_order_relaxed);
  }
  return has;
}

int akin_level_available(akin_level level) {
  switch (level) {
  case AKIN_SCALAR: return 1;
  case AKIN_AVX2: return (cpu() & HAS_AVX2) != 0;
  case AKIN_AVX512: return (cpu() & HAS_AVX512) != 0;
  case AKIN_NEON: return (cpu() & HAS_NEON) != 0;
  }
  return 0;
}

int akin_crc_available(void) { return (cpu() & HAS_CRC) != 0; }

akin_level akin_best_level(void) {
  static const akin_level best_first[] = {AKIN_AVX512, AKIN_AVX2, AKIN_NEON};
  for (size_t i = 0; i < sizeof best_first / sizeof best_first[0]; i++) {
    if (akin_level_available(best_first[i])) return best_first[i];
  }
  return AKIN_SCALAR;
}

const akin_kernels *akin_kernels_at(akin_level level) {
  if (!akin_level_available(level)) return NULL;
  switch (level) {
  case AKIN_SCALAR: return &akin_scalar_kernels;
#if AKIN_X86_64
  case AKIN_AVX2: return &akin_avx2_kernels;
  case AKIN_AVX512: return &akin_avx512_kernels;
#elif AKIN_AARCH64
  case AKIN_NEON: return &akin_neon_kernels;
#endif
  default: return NULL;
  }
}
