// Requests to the memory, ahead of use.
#ifndef AKIN_PREFETCH_H
#define AKIN_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

/// Prefetches the cache line at an address into L2. An address that cannot be read does no harm.
static inline void akin_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

/// Prefetches whole rows of a table into L2: for each i the `bytes` bytes at base + rows[i] * stride, strides in bytes.
/// Stops after 512 lines: more would push each other out before they are read.
static inline void akin_prefetch_table(const void *base, size_t stride, size_t bytes, const uint32_t *rows,
                                       size_t count) {
  size_t lines = 512;
  for (size_t i = 0; i < count; i++) {
    const char *row = (const char *)base + rows[i] * stride;
    for (size_t j = 0; j < bytes; j += 64) {
      if (lines-- == 0) return;
      __builtin_prefetch(row + j, 0, 2);
    }
  }
}

#endif
