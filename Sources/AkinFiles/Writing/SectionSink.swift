import AkinSupport

/// Takes the bytes of one section after another, in order: cuts them into chunks, sums each chunk, passes it on.
///
/// Holds at most one chunk, whatever the section's size; pieces that fill whole chunks are passed on without a copy.
package final class SectionSink {
  private let output: any ContainerOutput
  private let salt: UInt64
  private let execution: Execution
  private let totalBytes: UInt64
  private let chunkBytes: Int
  private var chunk: [UInt8] = []
  private var section: SectionEntry?
  private var written: UInt64 = 0
  private var finishedBytes: UInt64 = 0
  /// The checksums of all chunks so far.
  private(set) var checksums: [UInt32] = []

  /// Starts the sections of a container of `totalBytes` bytes.
  init(to output: any ContainerOutput, salt: UInt64, chunkLog2: Int, totalBytes: UInt64, execution: Execution) {
    self.output = output
    self.salt = salt
    self.execution = execution
    self.totalBytes = totalBytes
    chunkBytes = 1 << chunkLog2
  }

  /// Takes all bytes of a section from `produce`; traps unless they are as many as its entry says.
  func take(_ entry: SectionEntry, from produce: (SectionSink) throws -> Void) throws {
    section = entry
    written = 0
    try produce(self)
    if !chunk.isEmpty {
      try unsafe chunk.withUnsafeBytes { try unsafe finishChunk($0) }
      chunk.removeAll(keepingCapacity: true)
    }
    precondition(written == entry.byteCount, "section \(entry.name) got \(written) of its \(entry.byteCount) bytes")
  }

  /// Takes the next bytes of the section.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      if chunk.isEmpty, unsafe rest.count >= chunkBytes {
        // Safe: a prefix of what the caller lent us.
        try unsafe finishChunk(UnsafeRawBufferPointer(rebasing: rest.prefix(chunkBytes)))
        unsafe rest = rest.dropFirst(chunkBytes)
        continue
      }
      let piece = unsafe rest.prefix(chunkBytes - chunk.count)
      unsafe chunk.append(contentsOf: piece)
      unsafe rest = rest.dropFirst(piece.count)
      if chunk.count == chunkBytes {
        try unsafe chunk.withUnsafeBytes { try unsafe finishChunk($0) }
        chunk.removeAll(keepingCapacity: true)
      }
    }
  }

  /// Takes the next bytes of the section.
  package func write(_ bytes: [UInt8]) throws { try unsafe bytes.withUnsafeBytes { try unsafe write($0) } }
  /// Takes the next numbers of the section.
  package func write(_ numbers: [UInt16]) throws { try unsafe numbers.withUnsafeBytes { try unsafe write($0) } }
  /// Takes the next numbers of the section.
  package func write(_ numbers: [UInt32]) throws { try unsafe numbers.withUnsafeBytes { try unsafe write($0) } }
  /// Takes the next numbers of the section.
  package func write(_ numbers: [UInt64]) throws { try unsafe numbers.withUnsafeBytes { try unsafe write($0) } }
  /// Takes the next numbers of the section.
  package func write(_ numbers: [Float]) throws { try unsafe numbers.withUnsafeBytes { try unsafe write($0) } }
  /// Takes the next numbers of the section.
  package func write(_ numbers: [Double]) throws { try unsafe numbers.withUnsafeBytes { try unsafe write($0) } }

  /// Sums a chunk, passes it on, and reports progress about every 64 MiB.
  private func finishChunk(_ bytes: UnsafeRawBufferPointer) throws {
    guard let section else { preconditionFailure("bytes belong to a section") }
    let end = written + UInt64(bytes.count)
    precondition(end <= section.byteCount, "section \(section.name) got more than its \(section.byteCount) bytes")
    try execution.checkCancellation()
    if section.name != .checksums {
      var crc = CRC32C(chunk: UInt64(checksums.count), of: section.name, salt: salt)
      unsafe crc.add(bytes)
      checksums.append(crc.value)
    }
    try unsafe output.write(bytes, at: section.offset + written)
    written = end
    finishedBytes += UInt64(bytes.count)
    if finishedBytes & (64 << 20 - 1) < UInt64(bytes.count) {
      execution.progress?(
        ProgressEvent(stage: "write", completed: Int(finishedBytes), total: Int(totalBytes), unit: "bytes"))
    }
  }
}
