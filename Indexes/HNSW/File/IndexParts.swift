import AkinFiles
import AkinQuantization
import AkinSupport
import AkinVectors

/// The sections of an index file, each checked to be as long as the header says.
struct IndexParts {
  let container: ContainerFile
  let nodes: Int
  let dimension: Int
  let metric: Metric
  let m: Int
  let m0: Int
  let topLevel: Int
  let entry: UInt32
  let seeds: Int
  let points: Int
  let vectors: SectionView
  let biases: SectionView?
  let norms: SectionView
  let rows: SectionView?
  let nodeOfRow: SectionView?
  let copies: SectionView?
  /// Codes, tails, and the book: the mean and the axes, each padded like a vector.
  let codes: SectionView?
  let tails: SectionView?
  let book: SectionView?
  let codeWidth: Int
  let hasAxes: Bool
  let codeStep: Float
  /// Vectors of small whole numbers as bytes, and what each byte is relative to.
  let bytes: SectionView?
  let byteOffset: Float
  let codeError: CodeError
  let normBound: Float
  let ground: SectionView
  let upper: SectionView
  let upperLinks: SectionView
  /// What the index measured of itself, or `nil`.
  let measured: SectionView?

  init(_ file: ContainerFile) throws(FileError) {
    typealias Field = IndexLayout.Field
    let block = file.kindBlock
    func require(_ name: String, _ value: UInt64, in range: ClosedRange<UInt64>) throws(FileError) -> Int {
      let only = range.lowerBound == range.upperBound
      try file.requireField(
        name, range.contains(value), found: value,
        expected: only ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)")
      return Int(value)
    }
    container = file
    dimension = try require(
      "dimension", UInt64(block.u32(at: Field.dimension)), in: 1...UInt64(FileLimits.dimension))
    _ = try require(
      "source dimension", UInt64(block.u32(at: Field.sourceDimension)), in: UInt64(dimension)...UInt64(dimension))
    guard let metric = Metric(rawValue: block.u16(at: Field.metric)) else {
      throw file.error(.badField(name: "metric", found: "\(block.u16(at: Field.metric))", expected: "0, 1 or 2"))
    }
    self.metric = metric
    let codeType = try require("code type", UInt64(block.u16(at: Field.codeType)), in: 0...2)
    let hasCodes = codeType != IndexLayout.CodeType.none
    hasAxes = codeType == IndexLayout.CodeType.axes
    let widths = UInt64(CodeBook.widths.lowerBound)...UInt64(CodeBook.widths.upperBound)
    codeWidth = try require("code width", UInt64(block.u32(at: Field.codeWidth)), in: hasCodes ? widths : 0...0)
    try file.requireField(
      "code width",
      codeWidth % 64 == 0
        && (!hasCodes || (hasAxes ? 2 * codeWidth <= dimension : codeWidth == (dimension + 63) & ~63)),
      found: codeWidth,
      expected: hasAxes
        ? "a multiple of 64, at most half the dimension" : "the dimension rounded up to a multiple of 64")
    codeStep = block.f32(at: Field.codeStep)
    try file.requireField(
      "code step", hasCodes ? codeStep.isFinite && codeStep > 0 : codeStep == 0, found: codeStep,
      expected: hasCodes ? "a number above 0" : "0")
    codeError = CodeError(bias: block.f32(at: Field.codeBias), spread: block.f32(at: Field.codeSpread))
    for (name, field) in [("code bias", Field.codeBias), ("code spread", Field.codeSpread)] {
      let value = block.f32(at: field)
      try file.requireField(
        name, hasCodes ? value.isFinite : value == 0, found: value, expected: hasCodes ? "a finite number" : "0")
    }
    let float32 = UInt64(ElementType.float32.rawValue)
    _ = try require("element type", UInt64(block.u16(at: Field.elementType)), in: float32...float32)
    nodes = try require("nodes", block.u64(at: Field.nodes), in: 0...UInt64(Candidate.maximumNodes))
    m = try require("M", UInt64(block.u32(at: Field.m)), in: 2...256)
    m0 = try require("M0", UInt64(block.u32(at: Field.m0)), in: 2...512)
    topLevel = try require(
      "max level", UInt64(block.u32(at: Field.topLevel)), in: 0...UInt64(IndexLayout.topLevel))
    seeds = try require("seed nodes", UInt64(block.u32(at: Field.seeds)), in: 0...UInt64(nodes))
    points = try require("upper nodes", block.u64(at: Field.upperNodes), in: 0...UInt64(nodes))
    let linked = try require("linked nodes", block.u64(at: Field.linkedNodes), in: 0...UInt64(nodes))
    entry = block.u32(at: Field.entry)
    try file.requireField(
      "entry point", linked == 0 ? entry == Layer.noNode : entry < nodes, found: entry,
      expected: linked == 0 ? "none" : "a node below \(nodes)")
    try file.requireField(
      "max level", topLevel == 0 || points > 0, found: topLevel, expected: "0 where there are no upper nodes")
    let flags = block.u16(at: Field.flags)
    try file.requireField(
      "flags", flags & ~IndexLayout.Flag.known == 0, found: flags, expected: "no bit above \(IndexLayout.Flag.known)")
    let hasBytes = flags & IndexLayout.Flag.bytes != 0
    let isFit = hasCodes && metric == .euclidean && ByteVectors.dimensions.contains(dimension)
    try file.requireField(
      "flags", !hasBytes || isFit, found: flags, expected: "bytes beside codes under Euclidean distance only")
    byteOffset = block.f32(at: Field.byteOffset)
    try file.requireField(
      "byte offset",
      hasBytes
        ? byteOffset.magnitude <= ByteVectors.farthest && byteOffset == byteOffset.rounded() : byteOffset == 0,
      found: byteOffset, expected: hasBytes ? "a whole number up to \(ByteVectors.farthest)" : "0")
    let transform = block.u32(at: Field.transform)
    try file.requireField(
      "transform", transform & ~IndexLayout.Transform.fallingNorm == 0, found: transform,
      expected: "0 or \(IndexLayout.Transform.fallingNorm)")
    let isReordered = metric == .innerProduct
    try file.requireField(
      "order", (transform != 0) == isReordered && (flags & IndexLayout.Flag.reordered != 0) == isReordered,
      found: "transform \(transform), flags \(flags)", expected: "falling norms exactly under inner product")
    let bound = block.f32(at: Field.normBound)
    normBound = bound
    try file.requireField("norm bound", bound.isFinite && bound >= 0, found: bound, expected: "a number from 0")
    let mean = block.f32(at: Field.globalMean)
    try file.requireField("global mean", mean.isFinite, found: mean, expected: "a finite number")
    for range in IndexLayout.Field.reserved {
      try file.requireField(
        "reserved bytes \(range.lowerBound)..<\(range.upperBound)", block.isZero(range), found: "others",
        expected: "zeros")
    }

    let count = UInt64(nodes)
    func column(_ name: SectionName, _ flag: UInt16) throws(FileError) -> SectionView? {
      guard flags & flag != 0 else {
        try file.refuseSection(name)
        return nil
      }
      return try file.requireSection(name, count: count, elementBytes: 4)
    }
    vectors = try file.requireSection(
      "VECS", count: count, elementBytes: EmbeddingMatrix.stride(forDimension: dimension) * 4)
    norms = try file.requireSection("NNRM", count: count, elementBytes: 4)
    biases = try column("NBIA", IndexLayout.Flag.biases)
    rows = try column("NROW", IndexLayout.Flag.reordered)
    nodeOfRow = try column("RNOD", IndexLayout.Flag.reordered)
    copies = try column("NCPY", IndexLayout.Flag.copies)
    if hasCodes && nodes > 0 {
      codes = try file.requireSection("CODE", count: count, elementBytes: codeWidth)
      book = try file.requireSection(
        "CBOK", count: UInt64(hasAxes ? 1 + 2 * codeWidth : 1),
        elementBytes: EmbeddingMatrix.stride(forDimension: dimension) * 4)
    } else {
      try file.refuseSection("CODE")
      codes = nil
      book = nil
    }
    if codes != nil && hasAxes && metric == .euclidean {
      tails = try file.requireSection("NTAL", count: count, elementBytes: 4)
    } else {
      try file.refuseSection("NTAL")
      tails = nil
    }
    if hasBytes {
      bytes = try file.requireSection("BYTE", count: count, elementBytes: ByteVectors.stride(dimension: dimension))
    } else {
      try file.refuseSection("BYTE")
      bytes = nil
    }
    ground = try file.requireSection(
      "LNK0", count: count, elementBytes: IndexLayout.groundStride(m0: m0))
    upper = try file.requireSection("UPIX", count: points == 0 ? 0 : UInt64(points) + 1, elementBytes: 8)
    upperLinks = try file.sectionOrEmpty("LNKU", elementBytes: 4 * m)
    measured = try file.optionalSection(RecallTable.section, elementBytes: RecallTable.elementBytes)
    try file.requireField(
      "measurements", measured?.count ?? 0 <= RecallCalibration.limit, found: measured?.count ?? 0,
      expected: "at most \(RecallCalibration.limit)")
  }

  /// The parts as a search reads them. O(log upper nodes): only the entry's place is looked up.
  func storage() throws(FileError) -> GraphStorage {
    unsafe GraphStorage(
      items: EmbeddingMatrix(
        base: floats(vectors), count: nodes, dimension: dimension, owner: container),
      metric: metric, biases: biases.map { unsafe floats($0) }, norms: floats(norms),
      rows: rows.map { unsafe numbers($0) }, nodes: nodeOfRow.map { unsafe numbers($0) },
      nextCopy: copies.map { unsafe numbers($0) }, codes: codeTable,
      bytes: byteVectors, codeError: codeError, normBound: normBound, baseLayer: baseLayer, upperLayers: upperLayers,
      entry: try entryPoint(),
      minimumPrefix: metric == .innerProduct ? seeds : 0, kernels: Kernels.table, owner: container)
  }

  var codeTable: CodeTable? {
    guard let codes, let book else { return nil }
    let stride = EmbeddingMatrix.stride(forDimension: dimension)
    // Safe: the book holds 1 + 2 * codeWidth rows of `stride` floats where there are axes.
    let axes =
      unsafe hasAxes
      ? EmbeddingMatrix(base: floats(book) + stride, count: 2 * codeWidth, dimension: dimension, owner: container) : nil
    return unsafe CodeTable(
      book: CodeBook(
        metric: metric, dimension: dimension, width: codeWidth, step: codeStep, mean: floats(book), axes: axes,
        owner: container),
      bytes: codes.base.assumingMemoryBound(to: Int8.self), tails: tails.map { unsafe floats($0) },
      kernels: Kernels.table)
  }

  var byteVectors: ByteVectors? {
    // Safe: the section holds a row for each node.
    bytes.map {
      unsafe ByteVectors(base: $0.base.assumingMemoryBound(to: Int8.self), dimension: dimension, offset: byteOffset)
    }
  }

  var baseLayer: Layer {
    unsafe Layer(
      base: numbers(ground), stride: IndexLayout.groundStride(m0: m0) / 4, width: m0, nodes: nodes)
  }

  var upperLayers: [Layer] {
    guard topLevel > 0 else { return [] }
    return (1...topLevel).map { level in
      unsafe Layer(
        level: level, links: numbers(upperLinks), stride: m, width: m, rows: upperLinks.count, upper: numbers(upper),
        slots: points, nodes: nodes)
    }
  }

  /// The entry node and its slot on the highest layer.
  private func entryPoint() throws(FileError) -> (node: UInt32, slot: UInt32)? {
    guard entry != Layer.noNode else { return nil }
    guard topLevel > 0 else { return (entry, entry) }
    var low = 0
    var high = points
    while low < high {
      let middle = low + (high - low) / 2
      if (upper.u32(at: 2 * middle) ?? 0) < entry { low = middle + 1 } else { high = middle }
    }
    guard low < points, upper.u32(at: 2 * low) == entry else {
      throw container.error(
        .badField(name: "entry point", found: "\(entry)", expected: "a node that section UPIX lists"))
    }
    return (entry, UInt32(low))
  }

  // Safe: every section starts at a multiple of 64 bytes and is as long as `init` required; an absent one has no rows.
  private func numbers(_ view: SectionView) -> UnsafePointer<UInt32> {
    unsafe view.base.assumingMemoryBound(to: UInt32.self)
  }

  private func floats(_ view: SectionView) -> UnsafePointer<Float> {
    unsafe view.base.assumingMemoryBound(to: Float.self)
  }
}
