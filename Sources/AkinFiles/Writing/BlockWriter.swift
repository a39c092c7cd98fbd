import AkinSupport

/// Writes a file front to back in whole blocks of 2 MiB, whatever the size of the pieces that it takes.
///
/// The system may keep what one call wrote in one large page: on Linux (ext4, XFS, Btrfs with large folios) a block
/// becomes one page of 2 MiB, and a mapping of the file, in any process, needs one entry of the page table for it
/// instead of 512. Scattered reads touch another page nearly every time: searches of a graph answer a tenth more queries
/// with large pages (200,000 × 96, Zen 4).
final class BlockWriter: ContainerOutput {
  /// The size of a large page on x86-64 and on most arm64 systems.
  static let blockBytes = 2 << 20

  private let file: AtomicFile
  /// The bytes from `start` on that are not written yet: less than a block.
  private var pending: [UInt8] = []
  /// A multiple of a block.
  private var start: UInt64 = 0

  /// Starts at the beginning of a file of `totalBytes` bytes.
  init(file: AtomicFile, totalBytes: UInt64) {
    self.file = file
    pending.reserveCapacity(Int(min(totalBytes, UInt64(BlockWriter.blockBytes))))
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(OutputError) {
    precondition(offset >= start + UInt64(pending.count), "a file is written front to back")
    while start + UInt64(pending.count) < offset {
      let gap = min(offset - start - UInt64(pending.count), UInt64(BlockWriter.blockBytes - pending.count))
      pending.append(contentsOf: [UInt8](repeating: 0, count: Int(gap)))
      try writeWholeBlock()
    }
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      // Safe: a prefix of what the caller lent us, copied at once.
      let piece = unsafe rest.prefix(BlockWriter.blockBytes - pending.count)
      unsafe pending.append(contentsOf: UnsafeRawBufferPointer(rebasing: piece))
      unsafe rest = rest.dropFirst(piece.count)
      try writeWholeBlock()
    }
  }

  /// Writes the last, incomplete block.
  func finish() throws(OutputError) {
    try writePending()
  }

  private func writeWholeBlock() throws(OutputError) {
    if pending.count == BlockWriter.blockBytes { try writePending() }
  }

  private func writePending() throws(OutputError) {
    // The bytes are lent for the call, so the array must not be this object's meanwhile.
    var full: [UInt8] = []
    swap(&full, &pending)
    // Safe: the bytes are written while they are lent.
    try unsafe full.span.bytes.withUnsafeBytes { (bytes) throws(OutputError) in unsafe try file.write(bytes, at: start)
    }
    start += UInt64(full.count)
    full.removeAll(keepingCapacity: true)
    swap(&full, &pending)
  }
}
