import AkinSupport
import AkinVectors

/// The `HVAL` and `HWGT` sections: the value of each pair of the history, and its weight, f32, in the order of `HROW`. Absent when
/// all are 1.
enum HistoryValues {
  /// Reads a section; `nil` when the file has none.
  static func read(
    _ name: SectionName, in file: ContainerFile, history: RaggedColumn?
  ) throws(FileError) -> FloatColumn? {
    guard file.entry(name) != nil else { return nil }
    guard let history else {
      try file.refuseSection(name)
      return nil
    }
    return FloatColumn(try file.requireSection(name, count: UInt64(history.rows.count), elementBytes: 4))
  }
}

extension Objective? {
  /// Whether values of the history may be below 0; without an objective they may not.
  var allowsNegativeValues: Bool { self?.model.allowsNegativeValues ?? false }
}

extension FloatColumn {
  /// Adds the values that are NaN, infinite, or below 0 where the model does not allow that.
  func checkValues(of objective: Objective?, _ list: inout DamageList) {
    check(&list)
    if objective.allowsNegativeValues { return }
    for place in 0..<count where (view.f32(at: place) ?? 0) < 0 {
      list.add(view, place * 4..<place * 4 + 4, .rule("expected a value of at least 0"))
    }
  }
}

extension FloatColumn {
  /// Adds the weights that are NaN, infinite, or not above 0.
  func checkWeights(_ list: inout DamageList) {
    check(&list)
    for place in 0..<count where (view.f32(at: place) ?? 1) <= 0 {
      list.add(view, place * 4..<place * 4 + 4, .rule("expected a weight above 0"))
    }
  }
}

extension EmbeddingFile {
  /// The items that a user has interacted with, ascending, and the value of each interaction; 1 where the file has
  /// none.
  ///
  /// Skips damaged entries: every row returned is an item of this file, every value finite, and at least 0 unless the model
  /// of ``objective`` allows other values.
  ///
  /// - Parameter user: The user's row.
  public func interactions(of user: Row) -> (items: [Row], values: [Float]) {
    let found = weighedInteractions(of: user)
    return (found.items, found.values)
  }

  /// The same, with the weight of each interaction; a damaged weight is 1.
  private func weighedInteractions(of user: Row) -> (items: [Row], values: [Float], weights: [Float]) {
    guard let historyColumn else { return ([], [], []) }
    var items: [Row] = []
    var values: [Float] = []
    var weights: [Float] = []
    let lowest: Float = objective.allowsNegativeValues ? -.greatestFiniteMagnitude : 0
    historyColumn.forEach(of: user) { place, item in
      let value = valueColumn?.view.f32(at: place) ?? 1
      guard value.isFinite, value >= lowest else { return }
      items.append(item)
      values.append(value)
      let weight = weightColumn?.view.f32(at: place) ?? 1
      weights.append(weight.isFinite && weight > 0 ? weight : 1)
    }
    return (items, values, weights)
  }

  /// The number of users that have each item in their history, by item row; `nil` when the file has no history.
  ///
  /// - Parameter threshold: The smallest value of a pair that counts.
  /// - Complexity: O(history).
  public func popularity(from threshold: Double = 0) -> [UInt32]? {
    guard let historyColumn else { return nil }
    var counts = [UInt32](repeating: 0, count: itemCount)
    for place in 0..<historyColumn.rows.count {
      guard let item = historyColumn.rows.u32(at: place), Int(item) < counts.count else { continue }
      if threshold > 0, Double(valueColumn?.view.f32(at: place) ?? 1) < threshold { continue }
      counts[Int(item)] &+= 1
    }
    return counts
  }

  /// The part of the file that a fold-in of users needs, the vectors in place: items, their biases and degrees, the mean
  /// and the objective. The history too where unknown items were drawn by popularity.
  ///
  /// - Complexity: O(*items*), and O(*history*) where that is copied.
  public var forFoldIn: Embeddings {
    var fixed = Embeddings(items: items, metric: metric)
    fixed.itemBiases = itemBiases?.values
    fixed.itemDegrees = itemDegrees?.values
    fixed.globalMean = globalMean
    fixed.objective = objective
    if objective?.training?.popularity ?? 0 != 0 { (fixed.history, fixed.historyValues, _) = historyTable }
    return fixed
  }

  /// All interactions but damaged ones; no values or weights where all are 1.
  var historyTable: (History?, values: [Float]?, weights: [Float]?) {
    guard historyColumn != nil else { return (nil, nil, nil) }
    var history = History(offsets: [0], rows: [])
    var all: [Float] = []
    var allWeights: [Float] = []
    for user in 0..<userCount {
      let (items, values, weights) = weighedInteractions(of: Row(user))
      history.rows += items.map(\.index)
      all += values
      allWeights += weights
      history.offsets.append(UInt64(history.rows.count))
    }
    return (history, valueColumn == nil ? nil : all, weightColumn == nil ? nil : allWeights)
  }
}
