import AkinSupport

#if _endian(big)
  #error("Akin's files are little-endian and read in place")
#endif

/// The bytes of one file, read-only, for as long as someone holds this object.
///
/// Either a shared mapping, or a copy in memory that no one can change or cut short.
@safe package final class MappedBytes: @unchecked Sendable {
  // Safe: `count` bytes at `base` are readable until `deinit`, and nobody in this process writes them.

  /// The first byte; at a multiple of 4096.
  @unsafe package let base: UnsafeRawPointer
  /// How many there are; at least 1.
  package let count: Int
  private let isMapping: Bool

  /// Takes over a mapping of `count` bytes.
  @unsafe init(mapping base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
    isMapping = true
  }

  /// Allocates `count` bytes that `fill` writes.
  init<E: Error>(count: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void) throws(E) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 4096)
    unsafe base = UnsafeRawPointer(memory.baseAddress!)
    self.count = count
    isMapping = false
    try unsafe fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
  }

  /// Copies bytes.
  package convenience init(_ bytes: [UInt8]) {
    unsafe self.init(count: bytes.count) { (memory: UnsafeMutableRawBufferPointer) in
      unsafe memory.copyBytes(from: bytes)
    }
  }

  /// Lets go of the pages that were read: they count as this process's memory no more, and are there again at the next read.
  package func release() {
    // Safe: the pages are the file's own, read-only; what is dropped is our entry for them.
    if isMapping { _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base), count, MADV_DONTNEED) }
  }

  deinit {
    let start = unsafe UnsafeMutableRawPointer(mutating: base)
    // Safe: each way of making this object says which of the two it was, with this many bytes.
    if isMapping { unsafe munmap(start, count) } else { unsafe start.deallocate() }
  }
}

/// What to tell the system about the order in which a mapped file will be read.
public enum MapAdvice: Sendable, CaseIterable {
  /// Nothing: the system reads ahead as it sees fit.
  case normal
  /// Pages are read here and there: no reading ahead. For files larger than memory.
  case random
  /// Pages are read front to back.
  case sequential
  /// All pages are wanted soon: start reading them now.
  case willNeed

  var flag: Int32 {
    switch self {
    case .normal: Int32(MADV_NORMAL)
    case .random: Int32(MADV_RANDOM)
    case .sequential: Int32(MADV_SEQUENTIAL)
    case .willNeed: Int32(MADV_WILLNEED)
    }
  }
}

/// How the bytes of a file are reached.
public enum OpenMode: Sendable {
  /// Mapped: opened at once, shared between processes. Should another program cut the file short *in place* while it
  /// is open, reading behind the cut ends this process (SIGBUS); replacing the file by a rename is safe.
  case map(MapAdvice)
  /// Read into memory: nothing that happens to the file later can matter. For network and uploaded files.
  case copy
}
