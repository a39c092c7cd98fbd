import AkinSupport

#if _endian(big)
  #error("Akin's files are little-endian and read in place")
#endif

/// The bytes of one file, read-only, alive as long as this object.
///
/// Either a shared mapping of the file, or memory of this process that no other program can change or cut short.
@safe package final class MappedBytes: @unchecked Sendable {
  // Safe: `count` bytes at `base` are readable until `deinit`, and nobody in this process writes them.

  /// The first byte; at a multiple of 4096.
  @unsafe package let base: UnsafeRawPointer
  /// How many bytes there are; at least 1.
  package let count: Int
  private let isMapping: Bool
  /// The owner of the bytes, when it is not this object.
  private let owner: MappedBytes?

  /// Takes over a mapping of `count` bytes.
  @unsafe init(mapping base: UnsafeRawPointer, count: Int) {
    unsafe self.base = base
    self.count = count
    isMapping = true
    owner = nil
  }

  /// Takes over `count` bytes that ``allocate(count:)`` gave, all written.
  @unsafe init(memory base: UnsafeMutableRawPointer, count: Int) {
    unsafe self.base = UnsafeRawPointer(base)
    self.count = count
    isMapping = false
    owner = nil
  }

  /// A part of other bytes: `count` bytes from `offset` on, a multiple of 4096; both must lie inside.
  init(partOf owner: MappedBytes, offset: Int, count: Int) {
    precondition(offset >= 0 && count > 0 && offset % 4096 == 0 && count <= owner.count - offset, "a part lies inside")
    unsafe base = owner.base + offset
    self.count = count
    isMapping = owner.isMapping
    self.owner = owner
  }

  /// Allocates `count` bytes, which `fill` writes.
  convenience init<E: Error>(
    count: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    let memory = unsafe MappedBytes.allocate(count: count)
    // From here on `deinit` frees the memory, also when `fill` throws.
    unsafe self.init(memory: memory, count: count)
    try unsafe fill(UnsafeMutableRawBufferPointer(start: memory, count: count))
  }

  /// Copies bytes; at least 1.
  package convenience init(_ bytes: [UInt8]) {
    unsafe self.init(count: bytes.count) { (memory: UnsafeMutableRawBufferPointer) in
      unsafe memory.copyBytes(from: bytes)
    }
  }

  /// Zeroed memory for the bytes of a file, at a multiple of 4096; to be taken over or given to ``free(_:count:)``.
  static func allocate(count: Int) -> UnsafeMutableRawPointer {
    unsafe allocateAligned(byteCount: count, alignment: 4096)
  }

  /// Frees memory that ``allocate(count:)`` gave for as many bytes.
  static func free(_ memory: UnsafeMutableRawPointer, count: Int) { unsafe freeAligned(memory, byteCount: count) }

  /// Drops the pages of a mapping from this process's memory; the next read fetches them again. Memory of this process
  /// stays.
  package func release() {
    // Safe: the pages are the file's own, read-only; only our entries for them are dropped.
    if isMapping { _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base), count, MADV_DONTNEED) }
  }

  deinit {
    if owner != nil { return }
    let start = unsafe UnsafeMutableRawPointer(mutating: base)
    // Safe: each initialiser says which of the two it was, with this many bytes.
    if isMapping { unsafe munmap(start, count) } else { unsafe MappedBytes.free(start, count: count) }
  }
}
