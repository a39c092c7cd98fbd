#ifndef AKIN_PREFETCH_H
#define AKIN_PREFETCH_H

/// Asks for the cache line at an address that will be read soon; an address that can't be read does no harm.
static inline void akin_prefetch(const void *address) { __builtin_prefetch(address, 0, 3); }

#endif
