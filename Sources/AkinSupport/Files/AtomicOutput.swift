/// A file that is written front to back, and appears whole or not at all: ``AtomicFile`` with a buffer.
///
///     var output = try AtomicOutput(path: "ids.csv", overwrite: false)
///     try output.write("id,title\n")
///     try output.commit()
///
/// An output that is dropped before `commit` leaves nothing behind.
package struct AtomicOutput: ~Copyable {
  private let file: AtomicFile
  private var buffer: [UInt8] = []
  /// The number of bytes that have left the buffer.
  private var flushed: UInt64 = 0

  private static var capacity: Int { 1 << 20 }

  /// Opens a temporary file in the destination's directory.
  ///
  /// - Parameters:
  ///   - path: Where the file appears. Its directory must exist.
  ///   - byteCount: Its exact length, when known: a full disk then shows at once.
  ///   - overwrite: Whether a regular file of that name may be replaced.
  /// - Throws: ``OutputError``, also ``OutputError/exists(path:)``, before any work is done.
  package init(
    path: String, byteCount: UInt64? = nil, overwrite: Bool, ops: FileOps = .system
  ) throws(OutputError) {
    file = try AtomicFile(path: path, byteCount: byteCount, overwrite: overwrite, ops: ops)
    buffer.reserveCapacity(AtomicOutput.capacity)
  }

  /// Adds a text's UTF-8 bytes.
  package mutating func write(_ text: String) throws(OutputError) { try write(Array(text.utf8)) }

  /// Adds bytes.
  package mutating func write(_ bytes: [UInt8]) throws(OutputError) {
    // Safe: the bytes are borrowed for the call; so in `flush`.
    try unsafe write(bytes.span.bytes)
  }

  /// Adds bytes. Small pieces are buffered, large ones written at once.
  package mutating func write(_ bytes: RawSpan) throws(OutputError) {
    if buffer.count + bytes.byteCount > AtomicOutput.capacity { try flush() }
    if bytes.byteCount >= AtomicOutput.capacity {
      try put(bytes)
    } else {
      // Safe: the bytes are copied while they are lent.
      unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
    }
  }

  /// Makes all bytes durable, then gives the file its name; see ``AtomicFile/publish()``.
  package consuming func commit() throws(OutputError) {
    try flush()
    try file.publish()
  }

  private mutating func flush() throws(OutputError) {
    guard !buffer.isEmpty else { return }
    let full = buffer
    buffer.removeAll(keepingCapacity: true)
    try unsafe put(full.span.bytes)
  }

  private mutating func put(_ bytes: RawSpan) throws(OutputError) {
    // Safe: the bytes are written while they are lent.
    try unsafe bytes.withUnsafeBytes { (bytes) throws(OutputError) in unsafe try file.write(bytes, at: flushed) }
    flushed += UInt64(bytes.byteCount)
  }
}
