import AkinFiles
import AkinHNSW
import AkinSupport
import AkinVectors

extension Manifest {
  static let segmentSection: SectionName = "SEGS"
  static let deletedSection: SectionName = "TOMB"

  private typealias Field = ManifestLayout

  /// The file of this generation, about to be written.
  func container() -> ContainerBuilder {
    var builder = ContainerBuilder(format: .catalogue)
    builder.generation = generation
    builder.sourceDigest = parent
    builder.provenance = .object(facts)
    var block = KindBlock()
    block.set(UInt32(model.dimension), at: Field.dimension)
    block.set(model.metric.rawValue, at: Field.metric)
    block.set(model.hasBiases ? Field.hasBiases : 0, at: Field.flags)
    block.set(UInt64(rows), at: Field.rows)
    block.set(UInt64(live), at: Field.live)
    block.set(UInt32(segments.count), at: Field.segments)
    block.set(model.globalMean, at: Field.globalMean)
    block.set(model.lineage.low, at: Field.lineage)
    block.set(model.lineage.high, at: Field.lineage + 8)
    block.set(UInt32(model.options.m ?? 0), at: Field.m)
    block.set(UInt32(model.options.efConstruction), at: Field.efConstruction)
    block.set(model.options.seed, at: Field.seed)
    builder.kindBlock = block
    let segments = segments
    builder.add(Manifest.segmentSection, elementBytes: Field.recordBytes, count: segments.count) { sink in
      for segment in segments { try sink.write(segment.bytes) }
    }
    let words = segments.reduce(0) { $0 + $1.bitWords.count }
    builder.add(Manifest.deletedSection, elementBytes: 8, count: words) { sink in
      for segment in segments { try sink.write(segment.bitWords) }
    }
    return builder
  }

  /// Reads a manifest, whose bytes were checked.
  ///
  /// - Throws: ``FileError`` that names the first field or section that breaks a rule.
  init(_ file: ContainerFile) throws(FileError) {
    let block = file.kindBlock
    generation = file.header.generation
    parent = file.header.sourceDigest
    try file.requireField("generation", generation > 0, found: generation, expected: "at least 1")
    model = try Model(file)
    let count = block.u32(at: Field.segments)
    try file.requireField(
      "segments", count <= Field.segmentLimit, found: count, expected: "at most \(Field.segmentLimit)")
    let records = try file.requireSection(
      Manifest.segmentSection, count: UInt64(count), elementBytes: Field.recordBytes)
    let words = try file.sectionOrEmpty(Manifest.deletedSection, elementBytes: 8)
    segments = []
    var place = 0
    for index in 0..<Int(count) {
      segments.append(try SegmentRecord(index, records, words, &place, file))
    }
    try file.requireField("words of deleted rows", place == words.count, found: words.count, expected: "\(place)")
    for (name, offset, expected) in [("rows", Field.rows, rows), ("live rows", Field.live, live)] {
      let found = block.u64(at: offset)
      try file.requireField(
        name, found == UInt64(expected), found: found, expected: "\(expected), as the segments have")
    }
    try file.requireField(
      "rows", UInt64(rows) <= FileLimits.rows, found: rows, expected: "at most \(FileLimits.rows)")
    try file.requireField("reserved bytes", block.isZero(Field.reserved), found: "others", expected: "zeros")
    if case .object(let facts)? = file.provenance { self.facts = facts }
  }
}

extension Manifest.Model {
  private typealias Field = ManifestLayout

  /// Reads and checks what all segments share.
  fileprivate init(_ file: ContainerFile) throws(FileError) {
    let block = file.kindBlock
    let dimension = block.u32(at: Field.dimension)
    try file.requireField(
      "dimension", (1...UInt32(FileLimits.dimension)).contains(dimension), found: dimension,
      expected: "1 to \(FileLimits.dimension)")
    let code = block.u16(at: Field.metric)
    guard let metric = Metric(rawValue: code) else {
      throw file.error(.badField(name: "metric", found: "\(code)", expected: "0, 1 or 2"))
    }
    let flags = block.u16(at: Field.flags)
    try file.requireField("flags", flags & ~Field.hasBiases == 0, found: flags, expected: "0 or 1")
    let globalMean = block.f32(at: Field.globalMean)
    try file.requireField("global mean", globalMean.isFinite, found: globalMean, expected: "a finite number")
    let m = block.u32(at: Field.m)
    let options = HNSWBuildOptions(
      metric: metric, m: m == 0 ? nil : Int(m), efConstruction: Int(block.u32(at: Field.efConstruction)),
      seed: block.u64(at: Field.seed))
    do throws(HNSWError) {
      try options.check()
    } catch {
      throw file.error(.badField(name: "build options", found: error.description, expected: "valid ones"))
    }
    self.init(
      lineage: Digest(low: block.u64(at: Field.lineage), high: block.u64(at: Field.lineage + 8)),
      dimension: Int(dimension), metric: metric, globalMean: globalMean, hasBiases: flags & Field.hasBiases != 0,
      options: options)
  }
}

extension SegmentRecord {
  /// The words of the deleted rows; none where no row is deleted.
  fileprivate var bitWords: [UInt64] { deleted.count == 0 ? [] : deleted.bitWords }

  /// The record as a manifest stores it.
  fileprivate var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: digest.low)
    bytes.append(littleEndian: digest.high)
    bytes.append(littleEndian: UInt32(rows))
    bytes.append(littleEndian: UInt32(deleted.count))
    bytes.append(
      littleEndian: (isLinked ? ManifestLayout.isLinked : 0) | (isGrown ? ManifestLayout.isGrown : 0))
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: fileBytes)
    return bytes
  }

  /// Reads record `index`, and its deleted rows from word `place` on.
  fileprivate init(
    _ index: Int, _ records: SectionView, _ words: SectionView, _ place: inout Int, _ file: ContainerFile
  ) throws(FileError) {
    let numbers = (0..<5).map { records.u64(at: 5 * index + $0) ?? 0 }
    digest = Digest(low: numbers[0], high: numbers[1])
    let (rows, deleted) = (UInt32(truncatingIfNeeded: numbers[2]), UInt32(numbers[2] >> 32))
    fileBytes = numbers[4]
    isLinked = numbers[3] & UInt64(ManifestLayout.isLinked) != 0
    isGrown = numbers[3] & UInt64(ManifestLayout.isGrown) != 0
    let name = "segment \(index)"
    try file.requireField("\(name), rows", rows > 0, found: rows, expected: "at least 1")
    try file.requireField(
      "\(name), deleted rows", deleted < rows, found: deleted, expected: "fewer than its \(rows) rows")
    try file.requireField(
      "\(name), flags", numbers[3] <= 3 && (isLinked || !isGrown), found: numbers[3], expected: "0, 1 or 3")
    self.rows = Int(rows)
    guard deleted > 0 else {
      self.deleted = RowSet(capacity: Int(rows))
      return
    }
    let needed = (Int(rows) + 63) / 64
    try file.requireField(
      "\(name), words of deleted rows", place + needed <= words.count, found: words.count - place,
      expected: "at least \(needed)")
    let bits = (place..<place + needed).map { words.u64(at: $0) ?? 0 }
    place += needed
    self.deleted = RowSet(words: bits, capacity: Int(rows))
    let set = bits.reduce(0) { $0 + $1.nonzeroBitCount }
    try file.requireField(
      "\(name), deleted rows", self.deleted.count == Int(deleted) && set == Int(deleted), found: set,
      expected: "\(deleted) bits, none behind the last row")
  }
}
