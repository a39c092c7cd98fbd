import AkinExhaustive
import AkinFiles
import AkinQuantization
import AkinSupport
import AkinVectors

/// The sections of an index file, each checked to be as long as the header implies.
struct IndexParts {
  let container: ContainerFile
  let header: IndexHeader
  /// The vectors, or none where codes or exact bytes stand for them.
  let vectors: SectionView
  /// A pair of numbers for each node, where vectors are bytes.
  let pairs: SectionView?
  let norms: SectionView
  let biases: SectionView?
  /// The embeddings row of each node, where nodes are reordered.
  let rows: SectionView?
  /// The node of each embeddings row, where nodes are reordered.
  let nodeOfRow: SectionView?
  let copies: SectionView?
  /// The next node of each node's group.
  let members: SectionView?
  /// The list of each node.
  let lists: SectionView?
  /// Where the nodes of each list lie.
  let listFacts: SectionView?
  let codes: Codes?
  /// Vectors of small whole numbers as bytes.
  let bytes: SectionView?
  /// The links of the base layer and the nearest nodes, packed; none without linked nodes.
  let baseLinks: SectionView
  /// The upper nodes, by slot, and where each one's links start.
  let upperIndex: SectionView
  /// The links of the upper layers, between slots.
  let upperLinks: SectionView
  /// What the index measured of itself, or `nil`.
  let measured: SectionView?

  /// The sections of codes.
  struct Codes {
    let codes: SectionView
    /// The mean and the axes, each padded like a vector.
    let book: SectionView
    /// What codes leave out of each vector, where codes have axes, under Euclidean distance.
    let tails: SectionView?
  }

  /// Checks the header, then the sections that it implies.
  ///
  /// - Throws: ``FileError`` that names the first field or section that breaks a rule.
  init(_ file: ContainerFile) throws(FileError) {
    let header = try IndexHeader(file)
    let (graph, nodes) = (header.graph, UInt64(header.graph.nodes))
    container = file
    self.header = header
    if header.hasVectors {
      vectors = try file.requireSection("VECS", count: nodes, elementBytes: header.storedBytes)
    } else {
      try file.refuseSection("VECS")
      vectors = try file.sectionOrEmpty("VECS", elementBytes: 1)
    }
    pairs = try IndexParts.section(
      "VSCL", if: header.hasVectors && header.store == .int8, in: file, count: nodes,
      elementBytes: IndexLayout.pairBytes)
    norms = try file.requireSection("NNRM", count: nodes, elementBytes: 4)
    biases = try IndexParts.column("NBIA", IndexLayout.Flag.biases, in: file, header)
    rows = try IndexParts.column("NROW", IndexLayout.Flag.reordered, in: file, header)
    nodeOfRow = try IndexParts.column("RNOD", IndexLayout.Flag.reordered, in: file, header)
    copies = try IndexParts.column("NCPY", IndexLayout.Flag.copies, in: file, header)
    members = try IndexParts.column("NGRP", IndexLayout.Flag.groups, in: file, header)
    lists = try IndexParts.section(
      "NLST", if: header.lists > 0, in: file, count: nodes, elementBytes: IndexLayout.listBytes)
    listFacts = try IndexParts.section(
      "LIST", if: header.lists > 0, in: file, count: UInt64(header.lists),
      elementBytes: 4 * ListFacts.floats(dimension: header.dimension))
    codes = try IndexParts.codes(in: file, header)
    bytes = try IndexParts.section(
      "BYTE", if: header.has(IndexLayout.Flag.bytes), in: file, count: nodes,
      elementBytes: ByteVectors.stride(dimension: header.dimension))
    baseLinks = try file.requireSection(
      "LNK0", count: graph.linkedNodes == 0 ? 0 : nodes + 1, elementBytes: header.linkShape.stride)
    upperIndex = try file.requireSection(
      "UPIX", count: graph.upperSlots == 0 ? 0 : UInt64(graph.upperSlots) + 1, elementBytes: 8)
    upperLinks = try file.sectionOrEmpty("LNKU", elementBytes: 4 * graph.m)
    measured = try IndexParts.measurements(in: file)
  }

  /// A section that must be there exactly when `isThere`.
  private static func section(
    _ name: SectionName, if isThere: Bool, in file: ContainerFile, count: UInt64, elementBytes: Int
  ) throws(FileError) -> SectionView? {
    guard isThere else {
      try file.refuseSection(name)
      return nil
    }
    return try file.requireSection(name, count: count, elementBytes: elementBytes)
  }

  /// A section of one 4-byte number for each node, which must be there exactly when its flag is set.
  private static func column(
    _ name: SectionName, _ flag: UInt16, in file: ContainerFile, _ header: IndexHeader
  ) throws(FileError) -> SectionView? {
    try section(name, if: header.has(flag), in: file, count: UInt64(header.graph.nodes), elementBytes: 4)
  }

  private static func codes(in file: ContainerFile, _ header: IndexHeader) throws(FileError) -> Codes? {
    let (fields, nodes) = (header.codes, UInt64(header.graph.nodes))
    guard fields.areThere && nodes > 0 else {
      try file.refuseSection("CODE")
      try file.refuseSection("NTAL")
      return nil
    }
    return Codes(
      codes: try file.requireSection("CODE", count: nodes, elementBytes: fields.width),
      book: try file.requireSection(
        "CBOK", count: UInt64(fields.haveAxes ? 1 + 2 * fields.width : 1), elementBytes: header.vectorBytes),
      tails: try section(
        "NTAL", if: fields.haveAxes && header.metric == .euclidean, in: file, count: nodes, elementBytes: 4))
  }

  private static func measurements(in file: ContainerFile) throws(FileError) -> SectionView? {
    let measured = try file.optionalSection(RecallTable.section, elementBytes: RecallTable.elementBytes)
    let count = measured?.count ?? 0
    try file.requireField(
      "measurements", count <= RecallCalibration.limit, found: count, expected: "at most \(RecallCalibration.limit)")
    return measured
  }
}

extension IndexHeader {
  /// The sizes of rows of links on the base layer.
  var linkShape: PackedLinks.Shape { PackedLinks.Shape(nodes: graph.nodes, m0: graph.m0, metric: metric) }

  /// Bytes from one vector to the next.
  var vectorBytes: Int { EmbeddingMatrix.stride(forDimension: dimension) * 4 }

  /// Whether the file has vectors of their own.
  var hasVectors: Bool { store != .codes && !(store == .int8 && has(IndexLayout.Flag.bytes)) }

  /// Bytes from one stored vector to the next.
  var storedBytes: Int {
    store == .float32 ? vectorBytes : PackedRows.stride(dimension: dimension, elementBytes: store.elementBytes)
  }
}
