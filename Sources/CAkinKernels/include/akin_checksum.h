// CRC32C (Castagnoli), the checksum of the file formats.
#ifndef AKIN_CHECKSUM_H
#define AKIN_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// CRC32C of `count` bytes, continuing from `crc` (0 to start); by the CPU's instruction where it has one.
uint32_t akin_crc32c(uint32_t crc, const void *bytes, size_t count);

/// The same by table: the specification.
uint32_t akin_crc32c_table(uint32_t crc, const void *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
