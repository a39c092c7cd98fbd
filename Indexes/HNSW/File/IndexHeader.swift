import AkinExhaustive
import AkinFiles
import AkinQuantization
import AkinVectors

/// The kind block of an index file, each field checked against its rule.
struct IndexHeader {
  /// Components of a vector.
  let dimension: Int
  let metric: Metric
  /// The codes that nodes are walked by.
  let codes: Codes
  /// The graph and its sizes.
  let graph: Graph
  /// Which optional sections there are.
  let flags: UInt16
  /// What the bytes of `BYTE` are relative to; 0 without that section.
  let byteOffset: Float
  /// How the vectors are kept.
  let store: VectorStore
  /// At least the distance of any vector from the true one.
  let vectorError: Float
  /// What halves are multiplied by; 0 for others.
  let vectorScale: Float
  /// At least the largest norm.
  let normBound: Float
  /// At least the distance of a member of a group from its first node; 0 without groups.
  let groupRadius: Float
  /// The number of lists that the items are divided into; 0 for none.
  let lists: Int
  /// A constant that is added to every score of the model.
  let globalMean: Float

  /// Whether the file has the section of a flag of ``IndexLayout/Flag``.
  func has(_ flag: UInt16) -> Bool { flags & flag != 0 }

  /// Reads and checks the block of an open file, in the order of this type's fields.
  ///
  /// - Throws: ``FileError`` that names the first field that breaks its rule.
  init(_ file: ContainerFile) throws(FileError) {
    let fields = Fields(file)
    (dimension, metric) = try IndexHeader.shape(fields)
    codes = try Codes(fields, dimension: dimension)
    graph = try Graph(fields)
    store = try IndexHeader.store(fields, codes: codes)
    flags = try IndexHeader.flags(fields, codes: codes, dimension: dimension, metric: metric, store: store)
    byteOffset = try IndexHeader.byteOffset(fields, hasBytes: flags & IndexLayout.Flag.bytes != 0)
    try IndexHeader.checkOrder(fields, flags: flags, metric: metric)
    normBound = fields.block.f32(at: Field.normBound)
    try fields.require("norm bound", normBound.isFinite && normBound >= 0, normBound, "a number from 0")
    (vectorError, vectorScale) = try IndexHeader.rounding(fields, store)
    groupRadius = fields.block.f32(at: Field.groupRadius)
    let hasGroups = flags & IndexLayout.Flag.groups != 0
    try fields.require(
      "group radius", hasGroups ? groupRadius.isFinite && groupRadius >= 0 : groupRadius == 0, groupRadius,
      hasGroups ? "a number from 0" : "0")
    lists = try fields.number(
      "lists", UInt64(fields.block.u32(at: Field.lists)), in: 0...UInt64(Partition.mostLists))
    globalMean = fields.block.f32(at: Field.globalMean)
    try fields.require("global mean", globalMean.isFinite, globalMean, "a finite number")
    for range in Field.reserved {
      try fields.require(
        "reserved bytes \(range.lowerBound)..<\(range.upperBound)", fields.block.isZero(range), "others", "zeros")
    }
  }

  private typealias Field = IndexLayout.Field

  private static func shape(_ fields: Fields) throws(FileError) -> (dimension: Int, metric: Metric) {
    let block = fields.block
    let dimension = try fields.number(
      "dimension", UInt64(block.u32(at: Field.dimension)), in: 1...UInt64(FileLimits.dimension))
    _ = try fields.number(
      "source dimension", UInt64(block.u32(at: Field.sourceDimension)), in: UInt64(dimension)...UInt64(dimension))
    let code = block.u16(at: Field.metric)
    guard let metric = Metric(rawValue: code) else {
      throw fields.file.error(.badField(name: "metric", found: "\(code)", expected: "0, 1 or 2"))
    }
    return (dimension, metric)
  }

  private static func store(_ fields: Fields, codes: Codes) throws(FileError) -> VectorStore {
    let type = fields.block.u16(at: Field.elementType)
    guard let store = VectorStore.allCases.first(where: { $0.elementType == type }) else {
      throw fields.file.error(.badField(name: "element type", found: "\(type)", expected: "0, 1, 2 or 4"))
    }
    try fields.require(
      "element type", store != .codes || codes.areThere && !codes.haveAxes, type, "1, 2 or 4 without codes by component"
    )
    return store
  }

  private static func rounding(_ fields: Fields, _ store: VectorStore) throws(FileError) -> (error: Float, scale: Float)
  {
    let (error, scale) = (fields.block.f32(at: Field.vectorError), fields.block.f32(at: Field.vectorScale))
    let isRounded = store != .float32
    try fields.require(
      "vector error", isRounded ? error.isFinite && error >= 0 : error == 0, error, isRounded ? "a number from 0" : "0")
    let isHalf = store == .float16
    try fields.require(
      "vector scale", isHalf ? scale.isNormal && scale > 0 && scale.significand == 1 : scale == 0, scale,
      isHalf ? "a power of two" : "0")
    return (error, scale)
  }

  private static func flags(
    _ fields: Fields, codes: Codes, dimension: Int, metric: Metric, store: VectorStore
  ) throws(FileError) -> UInt16 {
    let flags = fields.block.u16(at: Field.flags)
    try fields.require(
      "flags", flags & ~IndexLayout.Flag.known == 0, flags, "no bit above \(IndexLayout.Flag.known)")
    let isPossible = store == .int8 || store == .float32 && codes.areThere
    let mayHaveBytes = isPossible && metric == .euclidean && ByteVectors.dimensions.contains(dimension)
    try fields.require(
      "flags", flags & IndexLayout.Flag.bytes == 0 || mayHaveBytes, flags,
      "bytes beside codes under Euclidean distance only")
    return flags
  }

  private static func byteOffset(_ fields: Fields, hasBytes: Bool) throws(FileError) -> Float {
    let offset = fields.block.f32(at: Field.byteOffset)
    try fields.require(
      "byte offset",
      hasBytes ? offset.magnitude <= ByteVectors.farthest && offset == offset.rounded() : offset == 0, offset,
      hasBytes ? "a whole number up to \(ByteVectors.farthest)" : "0")
    return offset
  }

  /// Nodes stand in falling order of their norms exactly under inner product.
  private static func checkOrder(_ fields: Fields, flags: UInt16, metric: Metric) throws(FileError) {
    let transform = fields.block.u32(at: Field.transform)
    try fields.require(
      "transform", transform & ~IndexLayout.Transform.fallingNorm == 0, transform,
      "0 or \(IndexLayout.Transform.fallingNorm)")
    let isReordered = metric == .innerProduct
    try fields.require(
      "order", (transform != 0) == isReordered && (flags & IndexLayout.Flag.reordered != 0) == isReordered,
      "transform \(transform), flags \(flags)", "falling norms exactly under inner product")
  }
}

extension IndexHeader {
  /// The fields of the codes that nodes are walked by.
  struct Codes {
    /// Whether there are codes.
    let areThere: Bool
    /// Whether a code holds coordinates along axes, not components.
    let haveAxes: Bool
    /// Bytes of a code; 0 without codes.
    let width: Int
    /// What one step of a code stands for; 0 without codes.
    let step: Float
    /// How far a distance from codes is above the true one.
    let error: CodeError

    fileprivate init(_ fields: Fields, dimension: Int) throws(FileError) {
      let block = fields.block
      let type = try fields.number("code type", UInt64(block.u16(at: Field.codeType)), in: 0...2)
      areThere = type != IndexLayout.CodeType.none
      haveAxes = type == IndexLayout.CodeType.axes
      let widths = UInt64(CodeBook.widths.lowerBound)...UInt64(CodeBook.widths.upperBound)
      width = try fields.number(
        "code width", UInt64(block.u32(at: Field.codeWidth)), in: areThere ? widths : 0...0)
      let fits =
        haveAxes ? width % 64 == 0 && 2 * width <= dimension : width == CodeBook.componentWidth(dimension: dimension)
      try fields.require(
        "code width", !areThere || fits, width,
        haveAxes ? "a multiple of 64, at most half the dimension" : "the dimension rounded up to a multiple of 32")
      step = block.f32(at: Field.codeStep)
      try fields.require(
        "code step", areThere ? step.isFinite && step > 0 : step == 0, step, areThere ? "a number above 0" : "0")
      error = CodeError(bias: block.f32(at: Field.codeBias), spread: block.f32(at: Field.codeSpread))
      for (name, value) in [("code bias", error.bias), ("code spread", error.spread)] {
        try fields.require(
          name, areThere ? value.isFinite : value == 0, value, areThere ? "a finite number" : "0")
      }
    }
  }

  /// The sizes of the graph, and where a search starts.
  struct Graph {
    let nodes: Int
    /// Links of a node on each upper layer.
    let m: Int
    /// Links of a node on the base layer.
    let m0: Int
    /// The highest level of a node.
    let topLevel: Int
    /// How many nodes from the first a search by inner product scores at least before it walks.
    let minimumPrefix: Int
    /// Nodes of level 1 and above: the slots of the upper layers.
    let upperSlots: Int
    /// Nodes that the graph links.
    let linkedNodes: Int
    /// The node that a search starts from; ``Layer/noNode`` when nothing is linked.
    let entry: UInt32

    fileprivate init(_ fields: Fields) throws(FileError) {
      let block = fields.block
      nodes = try fields.number("nodes", block.u64(at: Field.nodes), in: 0...UInt64(Candidate.maximumNodes))
      m = try fields.number("M", UInt64(block.u32(at: Field.m)), in: 2...256)
      m0 = try fields.number("M0", UInt64(block.u32(at: Field.m0)), in: 2...512)
      topLevel = try fields.number(
        "max level", UInt64(block.u32(at: Field.topLevel)), in: 0...UInt64(IndexLayout.topLevel))
      let upTo = 0...UInt64(nodes)
      minimumPrefix = try fields.number("minimum prefix", UInt64(block.u32(at: Field.minimumPrefix)), in: upTo)
      upperSlots = try fields.number("upper nodes", block.u64(at: Field.upperNodes), in: upTo)
      linkedNodes = try fields.number("linked nodes", block.u64(at: Field.linkedNodes), in: upTo)
      entry = block.u32(at: Field.entry)
      let hasLinks = linkedNodes > 0
      try fields.require(
        "entry point", hasLinks ? entry < nodes : entry == Layer.noNode, entry,
        hasLinks ? "a node below \(nodes)" : "none")
      try fields.require(
        "max level", topLevel == 0 || upperSlots > 0, topLevel, "0 where there are no upper nodes")
    }
  }

  /// The kind block, and errors about its fields.
  fileprivate struct Fields {
    let file: ContainerFile
    var block: KindBlock { file.kindBlock }

    init(_ file: ContainerFile) { self.file = file }

    /// Throws unless a field is right.
    func require(
      _ name: String, _ isRight: Bool, _ found: some CustomStringConvertible, _ expected: String
    ) throws(FileError) {
      try file.requireField(name, isRight, found: found, expected: expected)
    }

    /// A number that must lie in a range.
    func number(_ name: String, _ value: UInt64, in range: ClosedRange<UInt64>) throws(FileError) -> Int {
      let only = range.lowerBound == range.upperBound
      try require(
        name, range.contains(value), value,
        only ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)")
      return Int(value)
    }
  }
}
