/// The bytes of memory that this machine has.
///
/// More than that is never asked for: the system might promise it, and end the process when it is used.
package var physicalMemory: UInt64 {
  let pages = UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES)))
  let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(clamping: sysconf(Int32(_SC_PAGESIZE))))
  return overflow ? .max : bytes
}

/// Memory at a 64-byte boundary; many bytes at one of 2 MiB, and the system is asked for large pages: tables that are read
/// here and there need an entry of the page table for each page that is touched.
///
/// To be given back by `free`. What is in it is anything.
///
/// - Parameter byteCount: 0 will do; runs into a precondition when there is not so much.
package func allocateAligned(byteCount: Int) -> UnsafeMutableRawPointer {
  let large = 2 << 20
  let alignment = byteCount >= 2 * large ? large : 64
  let rounded = (max(byteCount, 1) + alignment - 1) / alignment * alignment
  var pointer: UnsafeMutableRawPointer?
  let status = unsafe posix_memalign(&pointer, alignment, rounded)
  guard status == 0, let memory = unsafe pointer else { preconditionFailure("out of memory: \(rounded) bytes") }
  #if os(Linux)
    // Advice is advice: without large pages it is memory all the same.
    if alignment == large { _ = unsafe madvise(memory, rounded, Int32(MADV_HUGEPAGE)) }
  #endif
  return unsafe memory
}
