import AkinSupport
import AkinVectors

extension Embeddings {
  /// Writes an embeddings file: whole under its name, or not at all.
  ///
  /// All rules are checked first (finite numbers, counts, ids that differ), so that every written file can be opened.
  /// Equal embeddings give equal bytes. An empty matrix of users reads back as `nil`.
  ///
  /// - Parameters:
  ///   - path: The file to make, usually `NAME.emb`.
  ///   - overwrite: Whether a regular file of that name may be replaced.
  ///   - execution: Threads for the checks; progress and cancellation.
  /// - Returns: The digest that names the content.
  /// - Throws: ``ContentError`` for embeddings that break a rule, ``OutputError``, ``Cancelled``.
  /// - Complexity: O(*bytes*) and O(*n* log *n*) for the ids of *n* rows; the vectors are not copied.
  @discardableResult
  public func write(
    to path: String, overwrite: Bool = false, execution: Execution = Execution()
  ) throws -> Digest {
    try write(to: path, overwrite: overwrite, replacing: nil, execution: execution)
  }

  /// Writes an embeddings file in the place of one that must not have changed meanwhile; otherwise as above.
  ///
  /// - Parameter expected: The file that must still have the name in the end; `nil` when it does not matter.
  @discardableResult
  package func write(
    to path: String, overwrite: Bool, replacing expected: FileIdentity?, execution: Execution
  ) throws -> Digest {
    // Fail now when the name is taken: the checks may take long.
    try AtomicFile.checkTarget(path, overwrite: overwrite)
    return try builder(execution: execution).write(
      to: path, overwrite: overwrite, replacing: expected, execution: execution)
  }

  /// The container about to be written, all rules checked.
  package func builder(execution: Execution = Execution()) throws -> ContainerBuilder {
    try check(execution)
    var builder = ContainerBuilder(format: .embeddings)
    builder.provenance = .object(provenance)
    let users = users.flatMap { $0.count > 0 ? $0 : nil }

    Embeddings.add(items, as: "IVEC", to: &builder)
    if let users { Embeddings.add(users, as: "UVEC", to: &builder) }
    if let itemBiases { builder.add("IBIA", elementBytes: 4, count: itemBiases.count) { try $0.write(itemBiases) } }
    if let userBiases, users != nil {
      builder.add("UBIA", elementBytes: 4, count: userBiases.count) { try $0.write(userBiases) }
    }
    if let itemDegrees { builder.add("IDEG", elementBytes: 4, count: itemDegrees.count) { try $0.write(itemDegrees) } }
    let itemIDKind = try builder.add(ids: itemIDs, as: .items)
    let userIDKind =
      if let userIDs, users != nil { try builder.add(ids: userIDs, as: .users) } else { IDKind.rowNumber }
    if let objective {
      let record = ObjectiveRecord.bytes(of: objective)
      builder.add("OBJV", elementBytes: record.count, count: 1) { try $0.write(record) }
    }
    if let towers {
      builder.add(towers.users, as: .users)
      builder.add(towers.items, as: .items)
    }
    if let titles { builder.add(titles: titles) }
    if let categories { try builder.add(categories: categories, items: items.count) }
    try builder.add(attributes: attributes, categories: categories, items: items.count)
    if let history, users != nil {
      try builder.add(
        ragged: history, owners: users?.count ?? 0, limit: items.count, what: "history", offsets: "HOFF",
        rows: "HROW")
      if let values = historyValues, values.contains(where: { $0 != 1 }) {
        builder.add("HVAL", elementBytes: 4, count: values.count) { try $0.write(values) }
      }
      if let weights = historyWeights, weights.contains(where: { $0 != 1 }) {
        builder.add("HWGT", elementBytes: 4, count: weights.count) { try $0.write(weights) }
      }
    }

    FeatureSections.add(self, to: &builder)

    var flags: EmbeddingLayout.Flags = .finite
    if itemBiases != nil { flags.insert(.itemBiases) }
    if userBiases != nil && users != nil { flags.insert(.userBiases) }
    builder.kindBlock =
      EmbeddingLayout(
        dimension: items.dimension, metric: metric, items: items.count, users: users?.count ?? 0, flags: flags,
        itemIDKind: itemIDKind, userIDKind: userIDKind, globalMean: globalMean
      ).kindBlock
    return builder
  }

  /// Adds a section of vectors.
  static func add(_ matrix: EmbeddingMatrix, as name: SectionName, to builder: inout ContainerBuilder) {
    builder.add(name, elementBytes: matrix.stride * 4, count: matrix.count, alignmentLog2: 12) { sink in
      // Safe: the matrix, which this closure keeps, holds `count` rows of `stride` floats.
      try unsafe sink.write(UnsafeRawBufferPointer(start: matrix.base, count: matrix.count * matrix.stride * 4))
    }
  }
}
