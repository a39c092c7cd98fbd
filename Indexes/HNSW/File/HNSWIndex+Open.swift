import AkinFiles
import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// Opens an index file in O(1): its first page is checked, nothing else is read.
  ///
  /// Searching needs no further check: whatever the sections hold, a search stays inside the file and measures each
  /// item at most once. Whether the bytes are those that were written, ``verify(path:execution:)`` tells.
  ///
  /// - Throws: ``FileError``: the file can't be read, is something else, or is damaged.
  public convenience init(path: String) throws(FileError) {
    try self.init(container: ContainerFile(path: path, kind: .index))
  }

  package convenience init(container: ContainerFile) throws(FileError) {
    let parts = try IndexParts(container)
    unsafe self.init(storage: try parts.storage(), facts: try IndexFacts(container, parts), kernels: Kernels.table)
  }
}

/// What an index file says about itself, apart from its graph.
public struct IndexFacts: Sendable {
  /// The file.
  public let container: ContainerFile
  /// The ids of the items, by embeddings row.
  public let itemIDs: IDTable
  /// The titles of the items, by embeddings row, or `nil`.
  public let titles: TextColumn?
  /// The digest of the embeddings file that it was built from.
  public var sourceDigest: Digest { container.header.sourceDigest }
  /// Added to every score of the model.
  public let globalMean: Float
  /// Links of a node on the upper layers; twice as many on the ground.
  public let m: Int
  /// The `efConstruction` it was built with.
  public let efConstruction: Int
  /// The seed it was built with.
  public let seed: UInt64
  /// The highest level of a node.
  public let topLevel: Int
  /// How many nodes the graph links: all but copies and, under cosine, zero vectors.
  public let linkedNodes: Int
  /// How many nodes from the first a search by inner product scores before it walks.
  public let seeds: Int

  init(_ container: ContainerFile, _ parts: IndexParts) throws(FileError) {
    typealias Field = IndexLayout.Field
    let block = container.kindBlock
    self.container = container
    itemIDs = try IDTable(in: container, .items, count: parts.nodes)
    titles = try TextColumn(in: container, offsets: "ITOF", text: "ITBL", count: parts.nodes)
    globalMean = block.f32(at: Field.globalMean)
    m = parts.m
    efConstruction = Int(block.u32(at: Field.efConstruction))
    seed = block.u64(at: Field.seed)
    topLevel = parts.topLevel
    linkedNodes = Int(clamping: block.u64(at: Field.linkedNodes))
    seeds = parts.seeds
  }
}

/// The sections of an index file, each checked to be as long as the header says.
struct IndexParts {
  let container: ContainerFile
  let nodes: Int
  let dimension: Int
  let metric: Metric
  let m: Int
  let groundM: Int
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
  let ground: SectionView
  let upper: SectionView
  let upperLinks: SectionView

  init(_ file: ContainerFile) throws(FileError) {
    typealias Field = IndexLayout.Field
    let block = file.kindBlock
    func require(_ name: String, _ value: UInt64, in range: ClosedRange<UInt64>) throws(FileError) -> Int {
      try file.requireField(
        name, range.contains(value), found: value, expected: "\(range.lowerBound) to \(range.upperBound)")
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
    _ = try require("code type", UInt64(block.u16(at: Field.codeType)), in: 0...0)
    let float32 = UInt64(ElementType.float32.rawValue)
    _ = try require("element type", UInt64(block.u16(at: Field.elementType)), in: float32...float32)
    nodes = try require("nodes", block.u64(at: Field.nodes), in: 0...UInt64(Candidate.maximumNodes))
    m = try require("M", UInt64(block.u32(at: Field.m)), in: 2...256)
    groundM = try require("M0", UInt64(block.u32(at: Field.groundM)), in: 2...512)
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
    let transform = block.u32(at: Field.transform)
    try file.requireField(
      "transform", transform & ~IndexLayout.Transform.fallingNorm == 0, found: transform,
      expected: "0 or \(IndexLayout.Transform.fallingNorm)")
    let isReordered = metric == .innerProduct
    try file.requireField(
      "order", (transform != 0) == isReordered && (flags & IndexLayout.Flag.reordered != 0) == isReordered,
      found: "transform \(transform), flags \(flags)", expected: "falling norms exactly under inner product")
    let bound = block.f32(at: Field.normBound)
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
    ground = try file.requireSection(
      "LNK0", count: count, elementBytes: IndexLayout.groundStride(m0: groundM))
    upper = try file.requireSection("UPIX", count: points == 0 ? 0 : UInt64(points) + 1, elementBytes: 8)
    upperLinks = try file.sectionOrEmpty("LNKU", elementBytes: 4 * m)
  }

  /// The parts as a search reads them. O(log upper nodes): only the entry's place is looked up.
  func storage() throws(FileError) -> GraphStorage {
    unsafe GraphStorage(
      items: EmbeddingMatrix(
        base: floats(vectors), count: nodes, dimension: dimension, owner: container),
      metric: metric, biases: biases.map { unsafe floats($0) }, norms: floats(norms),
      rows: rows.map { unsafe numbers($0) }, nodes: nodeOfRow.map { unsafe numbers($0) },
      nextCopy: copies.map { unsafe numbers($0) }, ground: groundLayer, upper: upperLayers, entry: try entryPoint(),
      seeds: metric == .innerProduct ? seeds : 0, owner: container)
  }

  var groundLayer: Layer {
    unsafe Layer(
      ground: numbers(ground), stride: IndexLayout.groundStride(m0: groundM) / 4, width: groundM, nodes: nodes)
  }

  var upperLayers: [Layer] {
    guard topLevel > 0 else { return [] }
    return (1...topLevel).map { level in
      unsafe Layer(
        level: level, links: numbers(upperLinks), stride: m, width: m, rows: upperLinks.count, upper: numbers(upper),
        points: points, nodes: nodes)
    }
  }

  /// The entry node and its point on the highest layer.
  private func entryPoint() throws(FileError) -> (node: UInt32, point: UInt32)? {
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
