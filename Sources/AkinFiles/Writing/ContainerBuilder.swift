import AkinSupport

/// A file of either kind, about to be written: its fields, and its sections in order with who produces their bytes.
///
///     var builder = ContainerBuilder(kind: .index)
///     builder.kindBlock.set(UInt32(dimension), at: 128)
///     builder.add("LNK0", elementBytes: 128, count: nodes, alignmentLog2: 12) { sink in try sink.write(links) }
///     let digest = try builder.write(to: path, overwrite: false, execution: execution)
///
/// Equal content gives equal bytes: nothing here looks at a clock, a host or a hash order.
package struct ContainerBuilder {
  /// The fields of the kind, at the offsets that the format's table gives.
  package var kindBlock = KindBlock()
  /// Feature bits that a reader must know.
  package var requiredFeatures: UInt64 = 0
  /// Feature bits that a reader may ignore.
  package var optionalFeatures: UInt64 = 0
  /// The root digest of the file that this one is made from.
  package var sourceDigest = Digest.none
  /// Counts the builds of one index directory.
  package var generation: UInt64 = 0
  /// How the content came to be; always written.
  package var provenance = JSONValue.object([:])
  /// Free-form metadata; written when there is any.
  package var metadata: JSONValue?
  /// log2 of the bytes that one checksum covers; smaller in tests only.
  package var chunkLog2 = 20

  private let kind: FileKind
  private var sections: [(entry: SectionEntry, produce: (SectionSink) throws -> Void)] = []

  /// Starts a file.
  package init(kind: FileKind) { self.kind = kind }

  /// Adds a section; with a `count` of 0 it is left out, as the format wants.
  ///
  /// - Parameters:
  ///   - elementBytes: Bytes of one element; 0 for a text, whose `count` is its bytes.
  ///   - alignmentLog2: log2 of what its offset is a multiple of: 6 for arrays, 12 for big ones.
  ///   - mustUnderstand: Whether a reader that does not know it must refuse the file.
  ///   - produce: Gives the sink exactly the section's bytes, in order.
  package mutating func add(
    _ name: SectionName, elementBytes: Int, count: Int, alignmentLog2: Int = 6, mustUnderstand: Bool = false,
    _ produce: @escaping (SectionSink) throws -> Void
  ) {
    precondition(name.isWellFormed && !sections.contains { $0.entry.name == name }, "section \(name) stands twice")
    precondition(FileLimits.alignmentLog2.contains(alignmentLog2), "an alignment of 2^\(alignmentLog2)")
    guard count > 0 else { return }
    let (bytes, overflow) = UInt64(count).multipliedReportingOverflow(by: UInt64(max(elementBytes, 1)))
    let entry = SectionEntry(
      name: name, mustUnderstand: mustUnderstand, offset: 0, byteCount: overflow ? .max : bytes,
      count: UInt64(count), elementBytes: UInt32(elementBytes), alignmentLog2: UInt32(alignmentLog2),
      firstChunk: 0, crc: 0)
    sections.append((entry, produce))
  }

  /// Writes the file: whole under its name, or not at all.
  ///
  /// - Returns: The file's root digest.
  /// - Throws: ``OutputError``, ``FileError`` for a file above the format's limits, ``Cancelled``, or what a producer throws.
  package func write(
    to path: String, overwrite: Bool, execution: Execution = Execution(), ops: FileOps = .system
  ) throws -> Digest {
    let texts = try texts()
    let salt = SHA256.prefix64(of: texts.provenance)
    var plan = sections
    if let metadata = texts.metadata {
      plan.append((ContainerBuilder.textEntry(.metadata, metadata), { try $0.write(metadata) }))
    }
    plan.append((ContainerBuilder.textEntry(.provenance, texts.provenance), { try $0.write(texts.provenance) }))
    let (entries, fileBytes) = try layout(plan.map(\.entry), path: path)

    let file = try AtomicFile(path: path, byteCount: fileBytes, overwrite: overwrite, ops: ops)
    // On any way out but the last line the object goes away, and the unfinished file with it.
    let output = BlockWriter(file: file, totalBytes: fileBytes)
    let sink = SectionSink(
      to: output, salt: salt, chunkLog2: chunkLog2, totalBytes: fileBytes, execution: execution)
    for (entry, section) in zip(entries, plan) { try sink.take(entry, from: section.produce) }
    let checksums = sink.checksums
    try sink.take(entries[entries.count - 1]) { try $0.write(checksums) }
    try output.finish()

    // Until now there are zeros in its place.
    let page = header(entries: entries, fileBytes: fileBytes, salt: salt, checksums: checksums)
    try unsafe page.bytes.withUnsafeBytes { try unsafe file.write($0, at: 0) }
    try execution.checkCancellation()
    try file.publish()
    return page.digest(at: HeaderPage.Field.rootDigest)
  }

  /// The two JSON texts, canonical and within their limits.
  private func texts() throws(ContentError) -> (metadata: [UInt8]?, provenance: [UInt8]) {
    let provenance = try ContainerBuilder.text(provenance, "provenance", limit: FileLimits.provenanceBytes)
    guard let metadata else { return (nil, provenance) }
    return (try ContainerBuilder.text(metadata, "metadata", limit: FileLimits.metadataBytes), provenance)
  }

  private static func text(_ value: JSONValue, _ name: String, limit: Int) throws(ContentError) -> [UInt8] {
    let bytes = Array(value.text.utf8)
    do throws(JSONError) {
      _ = try JSONValue(parsing: bytes, limits: JSONLimits(byteCount: limit))
    } catch {
      throw .unreadableJSON(what: name, error)
    }
    return bytes
  }

  private static func textEntry(_ name: SectionName, _ bytes: [UInt8]) -> SectionEntry {
    SectionEntry(
      name: name, mustUnderstand: false, offset: 0, byteCount: UInt64(bytes.count), count: UInt64(bytes.count),
      elementBytes: 0, alignmentLog2: 6, firstChunk: 0, crc: 0)
  }

  /// Gives every section its place and its chunks, and adds the checksums at the end.
  private func layout(
    _ planned: [SectionEntry], path: String
  ) throws(FileError) -> (entries: [SectionEntry], fileBytes: UInt64) {
    precondition(planned.count < FileLimits.sections, "\(planned.count + 1) sections are more than the format has")
    var entries: [SectionEntry] = []
    var end = UInt64(HeaderPage.byteCount)
    var chunks: UInt64 = 0
    for var entry in planned {
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
    return (entries, checksums.range.upperBound)
  }

  private func header(
    entries: [SectionEntry], fileBytes: UInt64, salt: UInt64, checksums: [UInt32]
  ) -> HeaderPage {
    typealias Field = HeaderPage.Field
    var page = HeaderPage(kind: kind)
    page.set(fileBytes, at: Field.fileBytes)
    page.set(requiredFeatures, at: Field.required)
    page.set(optionalFeatures, at: Field.optional)
    page.set(sourceDigest, at: Field.sourceDigest)
    page.set(generation, at: Field.generation)
    page.set(salt, at: Field.salt)
    page.set(UInt32(entries.count), at: Field.sectionCount)
    page.set(UInt32(chunkLog2), at: Field.chunkLog2)
    page.set(kindBlock)
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
