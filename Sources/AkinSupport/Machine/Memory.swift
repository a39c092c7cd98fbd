/// The bytes of memory that this machine has.
///
/// See ``availableMemory`` for what can be had of them.
package var physicalMemory: UInt64 {
  let pages = UInt64(clamping: sysconf(Int32(_SC_PHYS_PAGES)))
  let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(clamping: sysconf(Int32(_SC_PAGESIZE))))
  return overflow ? .max : bytes
}

/// The bytes of memory that can be had now: free, or held by caches that the system gives up for it; in a container with a
/// limit at most what is left of that. All memory of the machine where the system does not tell.
///
/// Nothing asks for more: the system might grant it, and end the process when it is used.
package var availableMemory: UInt64 {
  var available = physicalMemory
  #if os(Linux)
    if let kibibytes = number(in: "/proc/meminfo", behind: "MemAvailable:") {
      available = min(available, kibibytes << 10)
    }
    if let limit = number(in: "/sys/fs/cgroup/memory.max", behind: ""),
      let used = number(in: "/sys/fs/cgroup/memory.current", behind: "")
    {
      // Pages of files that nobody has used lately are given up first.
      let cached = number(in: "/sys/fs/cgroup/memory.stat", behind: "inactive_file") ?? 0
      let held = used > cached ? used - cached : 0
      available = min(available, limit > held ? limit - held : 0)
    }
  #endif
  return available
}

/// The number behind a word at the start of a line of a system file; `nil` where there is none.
private func number(in path: String, behind word: String) -> UInt64? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { _ = close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 8192)
  // Safe: `read` writes at most `count` bytes, the size of the buffer.
  let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
  guard count > 0 else { return nil }
  for line in bytes[..<count].split(separator: 10) where line.starts(with: word.utf8) {
    let digits = line.dropFirst(word.utf8.count).drop { $0 == 32 || $0 == 9 }.prefix { 48...57 ~= $0 }
    return UInt64(String(decoding: digits, as: UTF8.self)).map { min($0, 1 << 50) }
  }
  return nil
}

/// Blocks of at least this many bytes are mapped and unmapped one by one. `malloc` would keep what is freed, and the
/// peak of a build would be the sum of all its tables.
private let leastMapped = 1 << 20
/// The bytes of a large page.
private let largePage = 2 << 20

/// Allocates zeroed memory, to be freed by ``freeAligned(_:byteCount:)``.
///
/// Blocks of 4 MiB and more start at a multiple of 2 MiB, in large pages where the system has them: a table that is
/// read all over needs one entry of the page table for each page that is touched.
///
/// - Parameters:
///   - byteCount: How many bytes; 0 is allowed. Traps when the system has not so many.
///   - alignment: What the address is a multiple of: a power of two from 64 to 4096.
package func allocateAligned(byteCount: Int, alignment: Int = 64) -> UnsafeMutableRawPointer {
  guard byteCount >= leastMapped else {
    let rounded = (max(byteCount, 1) + 63) & ~63
    var pointer: UnsafeMutableRawPointer?
    let status = unsafe posix_memalign(&pointer, alignment, rounded)
    guard status == 0, let memory = unsafe pointer else { preconditionFailure("out of memory: \(rounded) bytes") }
    unsafe memset(memory, 0, rounded)
    return unsafe memory
  }
  let size = mappedSize(byteCount)
  let isLarge = size >= 2 * largePage
  // One large page more than needed, so that it holds an aligned start; the rest before and behind is unmapped below.
  let reserved = size + (isLarge ? largePage : 0)
  let mapped = unsafe mmap(nil, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
  guard let start = unsafe mapped, unsafe start != MAP_FAILED else {
    preconditionFailure("out of memory: \(reserved) bytes")
  }
  guard isLarge else { return unsafe start }
  let memory = unsafe start.alignedUp(toMultipleOf: largePage)
  let before = unsafe memory - start
  // Safe: both parts lie in the mapping, outside of what is returned, and start and end at pages.
  if before > 0 { unsafe munmap(start, before) }
  if before < largePage { unsafe munmap(memory + size, largePage - before) }
  #if os(Linux)
    // Advice only: small pages serve too, and the last part, which fills no large page, always has small ones.
    _ = unsafe madvise(memory, size / largePage * largePage, Int32(MADV_HUGEPAGE))
  #endif
  return unsafe memory
}

/// Frees memory that ``allocateAligned(byteCount:alignment:)`` returned.
///
/// - Parameters:
///   - memory: What it returned.
///   - byteCount: The bytes that were asked for, or that ``shrinkAligned(_:byteCount:to:)`` left.
package func freeAligned(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
  if byteCount < leastMapped {
    unsafe free(memory)
  } else {
    unsafe munmap(memory, mappedSize(byteCount))
  }
}

/// Frees the end of memory that ``allocateAligned(byteCount:alignment:)`` returned, where the system can.
///
/// - Parameters:
///   - memory: What it returned.
///   - byteCount: The bytes that were asked for.
///   - rest: The bytes to keep, from the start; at most `byteCount`.
/// - Returns: The bytes that are left, for ``freeAligned(_:byteCount:)``.
package func shrinkAligned(_ memory: UnsafeMutableRawPointer, byteCount: Int, to rest: Int) -> Int {
  precondition(rest <= byteCount)
  guard rest >= leastMapped else { return byteCount }
  let (size, left) = (mappedSize(byteCount), mappedSize(rest))
  // Safe: the pages lie in the mapping, behind what is kept.
  if left < size { unsafe munmap(memory + left, size - left) }
  return rest
}

/// Returns freed memory that `malloc` keeps to the system, where the C library can: some megabytes between the phases
/// of long work. Takes about a millisecond.
package func returnFreedMemory() {
  #if canImport(Glibc)
    // Looked up, since Swift's Glibc does not declare it.
    typealias Trim = @convention(c) (Int) -> CInt
    guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
    // Safe: glibc has had this function, of this type, since version 2.
    _ = unsafe unsafeBitCast(symbol, to: Trim.self)(0)
  #endif
}

/// `byteCount` rounded up to 64 KiB, a whole number of pages on every system.
private func mappedSize(_ byteCount: Int) -> Int { (byteCount + 0xFFFF) & ~0xFFFF }
