// Tells the thread sanitizer what Swift's Mutex does when it has to wait on Linux. The fast way is compiled into our code and
// seen there; the slow way is in libswiftSynchronization, which is compiled without the sanitizer, so what one thread wrote
// under the lock would look like a race with the thread that waited for it. These functions stand in for that library's: each
// calls it, and names the order that it makes.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

// _MutexHandle._lockSlow(_: UInt32), _tryLockSlow() -> Bool and _unlockSlow(), as Swift mangles them.
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void waits_lock(uint32_t own, SELF) __asm__(LOCK);
SWIFT bool waits_try_lock(SELF) __asm__(TRY_LOCK);
SWIFT void waits_unlock(SELF) __asm__(UNLOCK);

SWIFT void waits_lock(uint32_t own, SELF) {
  SWIFT void (*next)(uint32_t, SELF) = dlsym(RTLD_NEXT, LOCK);
  next(own, self);
  __tsan_acquire(self);
}

SWIFT bool waits_try_lock(SELF) {
  SWIFT bool (*next)(SELF) = dlsym(RTLD_NEXT, TRY_LOCK);
  bool has = next(self);
  if (has) __tsan_acquire(self);
  return has;
}

SWIFT void waits_unlock(SELF) {
  SWIFT void (*next)(SELF) = dlsym(RTLD_NEXT, UNLOCK);
  __tsan_release(self);
  next(self);
}
