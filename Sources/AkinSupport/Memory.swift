/// The bytes of memory that this machine has.
///
/// More than that is never asked for: the system might promise it, and end the process when it is used.
package var physicalMemory: UInt64 {
  let pages = UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES)))
  let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(clamping: sysconf(Int32(_SC_PAGESIZE))))
  return overflow ? .max : bytes
}

/// From so many bytes on memory comes from the system and goes back to it: `malloc` would keep what is freed, and a build's
/// peak would be the sum of what it ever needed.
private let leastMapped = 1 << 20
/// The bytes of a large page.
private let largePage = 2 << 20

/// Zeroed memory at a 64-byte boundary; many bytes at one of 2 MiB, and the system is asked for large pages: tables that are
/// read here and there need an entry of the page table for each page that is touched.
///
/// To be given back by ``freeAligned(_:byteCount:)``.
///
/// - Parameter byteCount: 0 will do; runs into a precondition when there is not so much.
package func allocateAligned(byteCount: Int) -> UnsafeMutableRawPointer {
  guard byteCount >= leastMapped else {
    let rounded = (max(byteCount, 1) + 63) & ~63
    var pointer: UnsafeMutableRawPointer?
    let status = unsafe posix_memalign(&pointer, 64, rounded)
    guard status == 0, let memory = unsafe pointer else { preconditionFailure("out of memory: \(rounded) bytes") }
    unsafe memset(memory, 0, rounded)
    return unsafe memory
  }
  let size = mappedSize(byteCount)
  let isLarge = size >= 2 * largePage
  // As much more as brings a boundary of a large page into it; what is before and behind is given back.
  let reserved = size + (isLarge ? largePage : 0)
  let mapped = unsafe mmap(nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
  guard let start = unsafe mapped, unsafe start != MAP_FAILED else {
    preconditionFailure("out of memory: \(reserved) bytes")
  }
  guard isLarge else { return unsafe start }
  let memory = unsafe start.alignedUp(toMultipleOf: largePage)
  let before = unsafe memory - start
  // Safe: both parts lie in the mapping, outside of what is returned, and begin and end with pages.
  if before > 0 { unsafe munmap(start, before) }
  if before < largePage { unsafe munmap(memory + size, largePage - before) }
  #if os(Linux)
    // Advice is advice: without large pages it is memory all the same. The end that fills none has small ones.
    _ = unsafe madvise(memory, size / largePage * largePage, Int32(MADV_HUGEPAGE))
  #endif
  return unsafe memory
}

/// Gives memory back that ``allocateAligned(byteCount:)`` returned for as many bytes.
package func freeAligned(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
  if byteCount < leastMapped {
    unsafe free(memory)
  } else {
    unsafe munmap(memory, mappedSize(byteCount))
  }
}

/// Gives the end of memory back that ``allocateAligned(byteCount:)`` returned, as far as that is possible.
///
/// - Returns: The bytes that are left, for ``freeAligned(_:byteCount:)``.
package func shrinkAligned(_ memory: UnsafeMutableRawPointer, byteCount: Int, to rest: Int) -> Int {
  precondition(rest <= byteCount)
  guard rest >= leastMapped else { return byteCount }
  let (size, left) = (mappedSize(byteCount), mappedSize(rest))
  // Safe: the pages lie in the mapping, behind what is kept.
  if left < size { unsafe munmap(memory + left, size - left) }
  return rest
}

/// Gives what `malloc` keeps of freed memory back to the system, where the C library can: between the phases of long work
/// that is some megabytes. Takes about a millisecond.
package func returnFreedMemory() {
  #if canImport(Glibc)
    // Looked up, since Swift's Glibc does not declare it.
    typealias Trim = @convention(c) (Int) -> CInt
    guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
    // Safe: glibc has had this function, of this type, since version 2.
    _ = unsafe unsafeBitCast(symbol, to: Trim.self)(0)
  #endif
}

/// Whole pages of any size that a system has.
private func mappedSize(_ byteCount: Int) -> Int { (byteCount + 0xFFFF) & ~0xFFFF }
