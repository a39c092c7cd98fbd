import AkinSupport

/// A container laid out: each section with its place, its chunks and the closure that produces its bytes.
struct ContainerPlan {
  /// Gives the sink exactly the section's bytes, in order.
  typealias Producer = (SectionSink) throws -> Void

  /// The entries of all sections, the checksums last.
  let entries: [SectionEntry]
  /// The length of the file.
  let fileBytes: UInt64
  private let producers: [Producer]
  private let salt: UInt64
  private let chunkLog2: Int
  /// The first page, apart from what depends on the sections' bytes.
  private let page: HeaderPage

  /// Gives every section its place and its chunks, and adds the checksums at the end.
  ///
  /// - Parameters:
  ///   - sections: The sections in order, their offsets and chunks not set.
  ///   - page: The first page with all fields that do not follow from the sections.
  ///   - salt: The file's salt.
  ///   - chunkLog2: log2 of the bytes that one checksum covers.
  ///   - path: What an error calls the file.
  /// - Throws: ``FileError`` for a file above the format's limit.
  init(
    _ sections: [(entry: SectionEntry, produce: Producer)], page: HeaderPage, salt: UInt64, chunkLog2: Int, path: String
  ) throws(FileError) {
    precondition(sections.count < FileLimits.sections, "\(sections.count + 1) sections are more than the format has")
    var entries: [SectionEntry] = []
    var end = UInt64(HeaderPage.byteCount)
    var chunks: UInt64 = 0
    for var entry in sections.map(\.entry) {
      entry.offset = SectionTable.roundUp(end, log2: entry.alignmentLog2)
      guard entry.byteCount <= FileLimits.fileBytes, entry.range.upperBound <= FileLimits.fileBytes else {
        throw FileError(
          path: path, problem: .aboveLimit(name: "file bytes", found: entry.byteCount, limit: FileLimits.fileBytes))
      }
      entry.firstChunk = chunks
      chunks += entry.chunkCount(log2: chunkLog2)
      end = entry.range.upperBound
      entries.append(entry)
    }
    let checksums = SectionEntry(
      name: .checksums, mustUnderstand: false, offset: SectionTable.roundUp(end, log2: 6), byteCount: chunks * 4,
      count: chunks, elementBytes: 4, alignmentLog2: 6, firstChunk: 0, crc: 0)
    entries.append(checksums)
    self.entries = entries
    fileBytes = checksums.range.upperBound
    producers = sections.map(\.produce)
    self.page = page
    self.salt = salt
    self.chunkLog2 = chunkLog2
  }

  /// Produces all sections and their checksums, front to back.
  ///
  /// - Returns: The first page, which the caller writes last.
  /// - Throws: ``Cancelled``, what a producer throws, what the output throws.
  func fill(_ output: any ContainerOutput, execution: Execution) throws -> HeaderPage {
    let sink = SectionSink(to: output, salt: salt, chunkLog2: chunkLog2, totalBytes: fileBytes, execution: execution)
    for (entry, produce) in zip(entries, producers) { try sink.take(entry, from: produce) }
    let checksums = sink.checksums
    try sink.take(entries[entries.count - 1]) { try $0.write(checksums) }
    try execution.checkCancellation()
    return finished(checksums)
  }

  /// The first page of a file with these checksums.
  private func finished(_ checksums: [UInt32]) -> HeaderPage {
    typealias Field = HeaderPage.Field
    var page = page
    page.set(fileBytes, at: Field.fileBytes)
    page.set(salt, at: Field.salt)
    page.set(UInt32(entries.count), at: Field.sectionCount)
    page.set(UInt32(chunkLog2), at: Field.chunkLog2)
    var crc = CRC32C()
    unsafe checksums.withUnsafeBytes { unsafe crc.add($0) }
    for (index, entry) in entries.enumerated() {
      var entry = entry
      if entry.name == .checksums { entry.crc = crc.value }
      entry.write(to: &page, index: index)
    }
    var hash = page.rootHash
    var bytes: [UInt8] = []
    for checksum in checksums { bytes.append(littleEndian: checksum) }
    hash.add(bytes)
    page.set(hash.digest(), at: Field.rootDigest)
    page.seal()
    return page
  }
}
