import AkinSupport

/// A container about to be written: its fields, and its sections in order, each with the closure that produces its
/// bytes.
///
///     var builder = ContainerBuilder(format: .embeddings)
///     builder.kindBlock.set(UInt32(dimension), at: 128)
///     builder.add("IVEC", elementBytes: 128, count: items, alignmentLog2: 12) { sink in try sink.write(vectors) }
///     let digest = try builder.write(to: path, overwrite: false, execution: execution)
///
/// Equal content gives equal bytes: no clock, host name or hash order enters them.
package struct ContainerBuilder {
  /// The fields of the kind, at the offsets that the format's table gives.
  package var kindBlock = KindBlock()
  /// Feature bits that a reader must know.
  package var requiredFeatures: UInt64 = 0
  /// Feature bits that a reader may ignore.
  package var optionalFeatures: UInt64 = 0
  /// The root digest of the file that this one is made from.
  package var sourceDigest = Digest.none
  /// The number of the build in a directory of builds; 0 elsewhere.
  package var generation: UInt64 = 0
  /// How the content came to be; always written.
  package var provenance = JSONValue.object([:])
  /// Metadata of the caller; written when there is any.
  package var metadata: JSONValue?
  /// log2 of the bytes that one checksum covers; other values are for tests.
  package var chunkLog2 = 20

  private let format: ContainerFormat
  private var sections: [(entry: SectionEntry, produce: ContainerPlan.Producer)] = []

  /// Starts a container of a kind, and registers the kind.
  ///
  /// - Parameter format: The kind.
  package init(format: ContainerFormat) {
    ContainerFormat.register(format)
    self.format = format
  }

  /// Adds a section; with a `count` of 0 it is left out, as the format wants.
  ///
  /// - Parameters:
  ///   - name: The section; each name at most once.
  ///   - elementBytes: Bytes of one element; 0 for a text, whose `count` is its bytes.
  ///   - count: How many elements it has.
  ///   - alignmentLog2: log2 of what its offset is a multiple of: 6 for most, 12 for vectors and links.
  ///   - mustUnderstand: Whether a reader that does not know it must refuse the file.
  ///   - produce: Gives the sink exactly the section's bytes, in order. It runs when the container is written.
  package mutating func add(
    _ name: SectionName, elementBytes: Int, count: Int, alignmentLog2: Int = 6, mustUnderstand: Bool = false,
    _ produce: @escaping (SectionSink) throws -> Void
  ) {
    precondition(name.isWellFormed && !sections.contains { $0.entry.name == name }, "section \(name) is added twice")
    precondition(FileLimits.alignmentLog2.contains(alignmentLog2), "an alignment of 2^\(alignmentLog2)")
    guard count > 0 else { return }
    let (bytes, overflow) = UInt64(count).multipliedReportingOverflow(by: UInt64(max(elementBytes, 1)))
    let entry = SectionEntry(
      name: name, mustUnderstand: mustUnderstand, offset: 0, byteCount: overflow ? .max : bytes,
      count: UInt64(count), elementBytes: UInt32(elementBytes), alignmentLog2: UInt32(alignmentLog2),
      firstChunk: 0, crc: 0)
    sections.append((entry, produce))
  }

  /// The container laid out, with the two JSON texts behind its sections.
  ///
  /// - Parameter path: What an error calls the file.
  /// - Throws: ``ContentError`` for a text that no reader would accept, ``FileError`` for a file above the format's
  ///   limit.
  func plan(path: String) throws -> ContainerPlan {
    typealias Field = HeaderPage.Field
    var plan = sections
    if let metadata {
      let text = try ContainerBuilder.text(metadata, "metadata", limit: FileLimits.metadataBytes)
      plan.append((ContainerBuilder.textEntry(.metadata, text), { try $0.write(text) }))
    }
    let provenance = try ContainerBuilder.text(provenance, "provenance", limit: FileLimits.provenanceBytes)
    plan.append((ContainerBuilder.textEntry(.provenance, provenance), { try $0.write(provenance) }))
    var page = HeaderPage(kind: format.kind)
    page.set(requiredFeatures, at: Field.required)
    page.set(optionalFeatures, at: Field.optional)
    page.set(sourceDigest, at: Field.sourceDigest)
    page.set(generation, at: Field.generation)
    page.set(kindBlock)
    return try ContainerPlan(
      plan, page: page, salt: SHA256.prefix64(of: provenance), chunkLog2: chunkLog2, path: path)
  }

  /// The canonical bytes of a JSON text that a reader will accept.
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
}
