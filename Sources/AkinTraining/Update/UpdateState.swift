import AkinSupport
import AkinVectors

/// The embeddings of an ``Update`` between its steps: old rows at their new places, and rows that are solved.
struct UpdateState {
  private let old: Embeddings
  private let merged: Merged
  private(set) var embeddings: Embeddings
  /// The users that are solved: those with new or changed interactions.
  private let touched: [Int]

  var items: EmbeddingMatrix { embeddings.items }

  /// Moves old rows to their places in the merged table; new rows are zero.
  init(_ old: Embeddings, _ merged: Merged) {
    self.old = old
    self.merged = merged
    let x = merged.interactions
    let items = UpdateState.moved(old.items, to: merged.items, count: x.byItem.rowCount)
    embeddings = Embeddings(items: items, itemIDs: x.itemIDs, metric: old.metric)
    embeddings.userIDs = x.userIDs
    embeddings.users = old.users.map { UpdateState.moved($0, to: merged.users, count: x.byUser.rowCount) }
    embeddings.itemBiases = old.itemBiases.map { UpdateState.moved($0, to: merged.items, count: items.count) }
    embeddings.userBiases = old.userBiases.map { UpdateState.moved($0, to: merged.users, count: x.byUser.rowCount) }
    embeddings.itemDegrees = old.itemDegrees.map { UpdateState.moved($0, to: merged.items, count: items.count) }
    embeddings.globalMean = old.globalMean
    embeddings.objective = old.objective
    embeddings.history = x.history
    embeddings.historyValues = x.byUser.values
    embeddings.historyWeights = x.byUser.weights
    touched = merged.changed.indices.filter { merged.changed[$0] }
  }

  private static func moved(_ matrix: EmbeddingMatrix, to places: [Int], count: Int) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: count, dimension: matrix.dimension) { floats, stride in
      for (row, place) in places.enumerated() {
        matrix.withRow(Row(row)) { span in
          // Safe: each place is below the count, and a row has more floats than components.
          for component in 0..<span.count { unsafe floats[place * stride + component] = span[component] }
        }
      }
    }
  }

  private static func moved(_ values: [Float], to places: [Int], count: Int) -> [Float] {
    var all = [Float](repeating: 0, count: count)
    for (row, place) in places.enumerated() { all[place] = values[row] }
    return all
  }

  /// The rows of items that had interactions in the old embeddings.
  func itemsWithPairs(of old: Embeddings) -> Set<Int> {
    Set((old.history?.rows ?? []).map { merged.items[Int($0)] })
  }

  /// Sets titles, categories and attributes: those of the catalogue, else the old ones.
  mutating func describeItems(by catalogue: ItemTable?) throws {
    guard old.titles != nil || old.categories != nil || !old.attributes.isEmpty || catalogue != nil else { return }
    let count = embeddings.items.count
    let isThere = catalogue?.holds(embeddings.itemIDs) ?? []
    let described = catalogue?.columns(for: embeddings.itemIDs)
    var titles = [String](repeating: "", count: count)
    var categories = [[String]](repeating: [], count: count)
    for (row, place) in merged.items.enumerated() {
      titles[place] = old.titles?[row] ?? ""
      categories[place] = old.categories?.names(of: row) ?? []
    }
    if let described {
      for place in 0..<count where isThere[place] {
        titles[place] = described.titles[place]
        categories[place] = described.categories.names(of: place)
      }
    }
    let columns = ItemTable(ids: embeddings.itemIDs, titles: titles, categories: categories)
      .columns(for: embeddings.itemIDs)
    embeddings.titles = columns.titles
    embeddings.categories = columns.categories
    let isNamed = old.categories?.names.isEmpty == false
    let name = isNamed ? old.categories?.attributeName : described?.categories.attributeName
    embeddings.categories?.attributeName = name ?? Categories.usualAttributeName
    describeAttributes(described?.attributes ?? [], of: isThere)
  }

  /// Sets attributes: the described ones of the items that are described, else the old ones. An attribute that is described
  /// as another kind than the old one is of the new kind, and the old values are dropped.
  private mutating func describeAttributes(_ described: [Attribute], of isThere: [Bool]) {
    var oldRow = [Int?](repeating: nil, count: embeddings.items.count)
    for (row, place) in merged.items.enumerated() { oldRow[place] = row }
    var all = old.attributes.map { $0.gathered(oldRow) }
    for attribute in described {
      guard let known = all.firstIndex(where: { ItemID.text($0.name) == .text(attribute.name) }) else {
        all.append(attribute)
        continue
      }
      let values = isThere.indices.map { isThere[$0] ? attribute[Row($0)] : all[known][Row($0)] }
      all[known] = Attribute(attribute.name, attribute.kind, values)
    }
    embeddings.attributes = all
  }

  /// Solves the changed users, with the items fixed.
  ///
  /// - Parameters:
  ///   - chosen: The items whose interactions count; `nil` counts all.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  mutating func solveUsers(among chosen: Set<Int>?, execution: Execution) throws {
    guard let users = embeddings.users, !touched.isEmpty else { return }
    let fold = try UserFoldIn(embeddings, execution: execution)
    let table = merged.interactions.byUser
    let solved = try UpdateState.solved(touched.count, execution) { place in
      let pairs = (table.offsets[touched[place]]..<table.offsets[touched[place] + 1]).filter {
        chosen?.contains(Int(table.others[$0])) ?? true
      }
      return try fold.user(
        history: pairs.map { table.others[$0] }, values: pairs.map { table.values[$0] },
        weights: table.weights.map { weights in pairs.map { weights[$0] } })
    }
    embeddings.users = UpdateState.replaced(users, touched, solved)
    for (place, row) in touched.enumerated() { embeddings.userBiases?[row] = solved[place].bias }
  }

  /// Solves items, with the users fixed.
  ///
  /// - Parameters:
  ///   - rows: The items.
  ///   - execution: Threads; cancellation.
  /// - Throws: ``TrainingError`` or `Cancelled`.
  mutating func solveItems(_ rows: [Int], execution: Execution) throws {
    let fold = try ItemFoldIn(embeddings, merged.interactions, execution: execution)
    let solved = try UpdateState.solved(rows.count, execution) { try fold.item(rows[$0]) }
    set(rows, solved)
    if let objective = embeddings.objective, embeddings.itemDegrees != nil, let rule = DegreeProjection(objective) {
      let all = rule.degrees(of: merged.interactions.byItem)
      for row in rows { embeddings.itemDegrees?[row] = all[row] }
    }
  }

  /// Gives new items without interactions the mean of their categories.
  ///
  /// - Returns: The number of items with a mean, and of items without a known category.
  mutating func guessItems() -> (guessed: Int, unknown: Int) {
    var isOld = [Bool](repeating: false, count: embeddings.items.count)
    for place in merged.items { isOld[place] = true }
    let rows = isOld.indices.filter { !isOld[$0] && merged.interactions.byItem.count(ofRow: $0) == 0 }
    if rows.isEmpty { return (0, 0) }
    let means = CategoryMeans(embeddings)
    let found = rows.compactMap { row in
      means.item(in: embeddings.categories?.names(of: row) ?? []).map { (row, $0) }
    }
    set(found.map(\.0), found.map(\.1))
    return (found.count, rows.count - found.count)
  }

  /// Writes solved items.
  private mutating func set(_ rows: [Int], _ solved: [UserFoldIn.User]) {
    embeddings.items = UpdateState.replaced(embeddings.items, rows, solved)
    for (place, row) in rows.enumerated() { embeddings.itemBiases?[row] = solved[place].bias }
  }

  private static func replaced(
    _ matrix: EmbeddingMatrix, _ rows: [Int], _ solved: [UserFoldIn.User]
  ) -> EmbeddingMatrix {
    unsafe EmbeddingMatrix(count: matrix.count, dimension: matrix.dimension) { floats, stride in
      // Safe: both matrices have this many rows of this stride, and every named row is one of them.
      unsafe floats.baseAddress?.update(from: matrix.base, count: matrix.count * stride)
      for (place, row) in rows.enumerated() {
        for component in 0..<matrix.dimension {
          unsafe floats[row * stride + component] = solved[place].vector[component]
        }
      }
    }
  }

  /// Solves rows that do not depend on each other, on the execution's threads.
  private static func solved(
    _ count: Int, _ execution: Execution, _ solve: (Int) throws -> UserFoldIn.User
  ) throws -> [UserFoldIn.User] {
    var all = [UserFoldIn.User?](repeating: nil, count: count)
    try unsafe all.withUnsafeMutableBufferPointer { all in
      // Safe: each chunk writes its own elements, and `all` outlives the threads.
      nonisolated(unsafe) let all = unsafe all
      nonisolated(unsafe) let solve = solve
      try execution.forEachChunk(of: count, by: 32) { _, range in
        for place in range { unsafe all[place] = try solve(place) }
      }
    }
    return all.compactMap { $0 }
  }

  /// The residual of the old embeddings.
  func residualBefore(_ known: Set<Int>, execution: Execution) throws -> Double {
    let x = merged.interactions
    // The old pairs alone, with the rows of `embeddings`.
    var offsets = [Int](repeating: 0, count: x.byUser.rowCount + 1)
    guard let history = old.history else { return 0 }
    for (row, place) in merged.users.enumerated() {
      offsets[place + 1] = Int(history.offsets[row + 1] - history.offsets[row])
    }
    addUp(&offsets)
    var others = [UInt32](repeating: 0, count: history.rows.count)
    var values = [Float](repeating: 1, count: history.rows.count)
    var weights: [Float]? = old.historyWeights.map { _ in values }
    for (row, place) in merged.users.enumerated() {
      for (step, pair) in (Int(history.offsets[row])..<Int(history.offsets[row + 1])).enumerated() {
        others[offsets[place] + step] = UInt32(merged.items[Int(history.rows[pair])])
        values[offsets[place] + step] = old.historyValues?[pair] ?? 1
        weights?[offsets[place] + step] = old.historyWeights?[pair] ?? 1
      }
    }
    let byUser = InteractionTable(offsets: offsets, others: others, values: values, weights: weights)
    let before = Interactions(
      userIDs: x.userIDs, itemIDs: x.itemIDs, byUser: byUser, byItem: byUser.transposed(rowCount: items.count),
      rowsRead: others.count)
    let fold = try ItemFoldIn(embeddings, before, execution: execution)
    return try Residual.of(embeddings, known.sorted(), fold, execution: execution)
  }

  /// The residual of the embeddings as they are, over known items.
  func residual(_ known: Set<Int>, execution: Execution) throws -> Double {
    let fold = try ItemFoldIn(embeddings, merged.interactions, execution: execution)
    return try Residual.of(embeddings, known.sorted(), fold, execution: execution)
  }
}

extension Categories {
  /// The names of a row's categories.
  func names(of row: Int) -> [String] {
    members.rows[Int(members.offsets[row])..<Int(members.offsets[row + 1])].map { names[Int($0)] }
  }
}

extension ItemTable {
  /// Whether the catalogue has each id of a column.
  func holds(_ column: IDColumn) -> [Bool] {
    // Compared as text: one side may hold numbers where the other holds their digits.
    func spelled(_ id: ItemID) -> ItemID { .text(id.description) }
    let known = Set((0..<ids.count).map { spelled(ids[Row($0)]) })
    return (0..<column.count).map { known.contains(spelled(column[Row($0)])) }
  }
}
