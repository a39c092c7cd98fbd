import AkinSupport
import Synchronization

extension ContainerFile {
  /// Checks every byte: all checksums, the root digest, the salt, the zeros between sections and the JSON texts; then
  /// the rules of the file's kind.
  ///
  /// Changes nothing, and allocates nothing whose size the file chooses. Finds every single changed byte.
  ///
  /// - Parameters:
  ///   - execution: Threads for the checksums; progress and cancellation.
  ///   - structure: Adds what breaks the rules of the kind to the list.
  /// - Throws: ``Cancelled``, or what `structure` throws.
  /// - Complexity: O(*file bytes*).
  package func verify(
    execution: Execution = Execution(),
    structure: (ContainerFile, inout DamageList) throws -> Void = { _, _ in }
  ) throws -> VerificationReport {
    var list = try damagedBytes(execution)
    checkRootDigest(&list)
    checkTexts(&list)
    try structure(self, &list)
    return VerificationReport(
      path: path, kind: kind, checkedBytes: header.fileBytes, checkedSections: sections.count,
      damages: list.damages, omitted: list.omitted)
  }

  /// The part of `verify` that reads every byte behind the first page: chunks whose checksums do not match, and gaps
  /// between sections that are not zero, in file order. The first page was checked at open.
  package func damagedBytes(_ execution: Execution = Execution()) throws -> DamageList {
    let chunks = try damagedChunks(execution)
    var list = DamageList()
    list.omitted = chunks.omitted
    for damage in (chunks.first + damagedGaps()).sorted(by: Damage.comesFirst) { list.add(damage) }
    return list
  }

  /// Throws the first of the damages that a check of this file has found.
  package func requireSound(_ damages: [Damage]) throws(FileError) {
    guard let damage = damages.first else { return }
    throw error(.damagedChunk(section: damage.section ?? .checksums, byteRange: damage.byteRange))
  }

  /// The first damaged chunks in file order, whichever thread found them, and the number of the others.
  private func damagedChunks(_ execution: Execution) throws -> (first: [Damage], omitted: Int) {
    guard let checksums = view(.checksums), let entry = entry(.checksums) else { return ([], 0) }
    // The checksums have one of their own, in the table, which the first page's checksum covers.
    var own = CRC32C()
    unsafe own.add(checksums.buffer)
    var damages: [Damage] = []
    if own.value != entry.crc {
      damages.append(Damage(section: .checksums, byteRange: entry.range, reason: .checksum(chunk: 0)))
    }
    let found = Mutex((first: [Damage](), count: 0))
    let done = Atomic<Int>(0)
    let step = max(1, (64 << 20) >> header.chunkLog2)
    try execution.forEachChunk(of: checksums.count, by: 1) { _, range in
      for chunk in range {
        if let damage = damage(chunk: UInt64(chunk), checksums: checksums) {
          found.withLock { found in
            found.count += 1
            found.first.append(damage)
            guard found.first.count == 2 * DamageList.limit else { return }
            found.first.sort(by: Damage.comesFirst)
            found.first.removeLast(DamageList.limit)
          }
        }
        let completed = done.add(1, ordering: .relaxed).newValue
        if completed % step == 0 || completed == checksums.count {
          execution.progress?(
            ProgressEvent(stage: "verify", completed: completed, total: checksums.count, unit: "chunks"))
        }
      }
    }
    let (first, count) = found.withLock { $0 }
    damages += first.sorted(by: Damage.comesFirst).prefix(DamageList.limit)
    return (damages, count - min(count, DamageList.limit))
  }

  /// The damage of a chunk, by its number in the file, or `nil`.
  private func damage(chunk: UInt64, checksums: SectionView) -> Damage? {
    let section = sections.last { $0.name != .checksums && $0.firstChunk <= chunk }
    guard let section, let view = view(section.name), let expected = checksums.u32(at: Int(chunk)) else { return nil }
    let size = UInt64(1) << UInt64(header.chunkLog2)
    let start = (chunk - section.firstChunk) * size
    let end = min(start + size, section.byteCount)
    guard let bytes = unsafe view.slice(start, end) else { return nil }
    var crc = CRC32C(chunk: chunk, of: section.name, salt: header.salt)
    unsafe crc.add(bytes)
    if crc.value == expected { return nil }
    return Damage(
      section: section.name, byteRange: section.offset + start..<section.offset + end,
      reason: .checksum(chunk: chunk))
  }

  private func checkRootDigest(_ list: inout DamageList) {
    var hash = page.rootHash
    if let checksums = view(.checksums) {
      for start in stride(from: 0, to: checksums.byteCount, by: 4096) {
        let end = min(start + 4096, checksums.byteCount)
        if let piece = unsafe checksums.slice(UInt64(start), UInt64(end)) { unsafe hash.add(Array(piece)) }
      }
    }
    if hash.digest() != header.rootDigest {
      list.add(Damage(section: nil, byteRange: 48..<64, reason: .rootDigest))
    }
  }

  /// The gaps between sections that are not zero.
  private func damagedGaps() -> [Damage] {
    var damages: [Damage] = []
    var end = UInt64(HeaderPage.byteCount)
    for section in sections {
      let zeros = Int(end)..<Int(section.offset)
      // Safe: the table was checked, so the gap lies inside the file.
      let gap = unsafe UnsafeRawBufferPointer(start: bytes.base + zeros.lowerBound, count: zeros.count)
      if unsafe !isAllZero(gap) {
        damages.append(Damage(section: nil, byteRange: end..<section.offset, reason: .padding))
      }
      end = section.range.upperBound
    }
    return damages
  }

  /// Checks the JSON texts, and the salt, which follows from one of them.
  private func checkTexts(_ list: inout DamageList) {
    checkText(.metadata, limit: FileLimits.metadataBytes, &list)
    let provenance = checkText(.provenance, limit: FileLimits.provenanceBytes, &list)
    if let provenance, SHA256.prefix64(of: provenance) != header.salt {
      list.add(Damage(section: nil, byteRange: 88..<96, reason: .salt))
    }
  }

  /// Checks a JSON section. Returns its bytes, none when it is absent, or `nil` when it is too long to read.
  @discardableResult
  private func checkText(_ name: SectionName, limit: Int, _ list: inout DamageList) -> [UInt8]? {
    guard let view = view(name) else { return [] }
    let whole = 0..<view.byteCount
    guard view.byteCount <= limit else {
      list.add(view, whole, .json("expected at most \(limit) bytes of JSON"))
      return nil
    }
    let bytes = view.copy()
    do throws(JSONError) {
      let value = try JSONValue(parsing: bytes, limits: JSONLimits(byteCount: limit))
      if !value.text.utf8.elementsEqual(bytes) { list.add(view, whole, .json("the JSON is not canonical")) }
    } catch {
      list.add(view, whole, .json(error.description))
    }
    return bytes
  }
}

extension Damage {
  fileprivate static func comesFirst(_ a: Damage, _ b: Damage) -> Bool {
    a.byteRange.lowerBound < b.byteRange.lowerBound
  }
}
