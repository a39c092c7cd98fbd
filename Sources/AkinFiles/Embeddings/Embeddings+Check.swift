import AkinSupport
import AkinVectors

extension Embeddings {
  /// Throws ``ContentError`` unless these embeddings can be written. Ids, history and categories are checked when they
  /// are packed into sections.
  package func check(_ execution: Execution) throws {
    try checkShapes()
    try checkNumbers()
    if let towers {
      try towers.users.check(TowerTable.Sections.users.noun, dimension: items.dimension)
      try towers.items.check(TowerTable.Sections.items.noun, dimension: items.dimension)
    }
    try Embeddings.checkVectors(items, "item", execution)
    if let users { try Embeddings.checkVectors(users, "user", execution) }
    try checkFeatures(execution)
  }

  private func checkShapes() throws(ContentError) {
    guard items.dimension <= FileLimits.dimension else { throw .dimensionAboveLimit(found: items.dimension) }
    try Embeddings.checkRows(items.count, "items")
    try Embeddings.checkCount("item ids", itemIDs.count, items.count)
    try Embeddings.checkCount("item biases", itemBiases?.count, items.count)
    try Embeddings.checkCount("item degrees", itemDegrees?.count, items.count)
    try Embeddings.checkCount("titles", titles?.count, items.count)
    guard let users else {
      if userIDs != nil { throw .withoutUsers(what: "user ids") }
      if userBiases != nil { throw .withoutUsers(what: "user biases") }
      if history != nil { throw .withoutUsers(what: "history") }
      if historyValues != nil { throw .withoutUsers(what: "history values") }
      if historyWeights != nil { throw .withoutUsers(what: "history weights") }
      return
    }
    guard users.dimension == items.dimension else {
      throw .dimensionMismatch(items: items.dimension, users: users.dimension)
    }
    guard let userIDs else { throw .usersWithoutIDs }
    try Embeddings.checkRows(users.count, "users")
    try Embeddings.checkCount("user ids", userIDs.count, users.count)
    try Embeddings.checkCount("user biases", userBiases?.count, users.count)
    if let history { try Embeddings.checkCount("history, lists", history.offsets.count - 1, users.count) }
    try Embeddings.checkCount("history values", historyValues?.count, history?.rows.count ?? 0)
    try Embeddings.checkCount("history weights", historyWeights?.count, history?.rows.count ?? 0)
  }

  private func checkNumbers() throws(ContentError) {
    guard globalMean.isFinite else { throw .numberNotFinite(what: "the global mean") }
    if let row = itemBiases?.firstIndex(where: { !$0.isFinite }) {
      throw .numberNotFinite(what: "the bias of item \(row)")
    }
    if let row = userBiases?.firstIndex(where: { !$0.isFinite }) {
      throw .numberNotFinite(what: "the bias of user \(row)")
    }
    if let row = itemDegrees?.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw .numberNotFinite(what: "the degree of item \(row)")
    }
    let allowsNegative = objective.allowsNegativeValues
    if let values = historyValues,
      let place = values.firstIndex(where: { !($0.isFinite && ($0 >= 0 || allowsNegative)) })
    {
      throw .badValue(place: place, found: values[place], allowsNegative: allowsNegative)
    }
    if let place = historyWeights?.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
      throw .numberNotFinite(what: "the weight of interaction \(place), above 0")
    }
    if let objective {
      guard ObjectiveRecord.numbers(of: objective).allSatisfy(\.isFinite),
        objective.training?.popularity.isFinite ?? true,
        objective.degrees.map({ [$0.user, $0.item, $0.score].allSatisfy(\.isFinite) }) ?? true
      else {
        throw .numberNotFinite(what: "a number of the objective")
      }
    }
  }

  /// Throws for the first row with a component that is not finite, or padding that is not zero.
  static func checkVectors(_ matrix: EmbeddingMatrix, _ noun: String, _ execution: Execution) throws {
    guard let worst = try VectorCheck.badRows(of: matrix, execution).first else { return }
    switch worst.problem {
    case .notFinite(let component): throw ContentError.notFinite(what: noun, row: worst.row, component: component)
    case .padding: throw ContentError.paddingNotZero(what: noun, row: worst.row)
    }
  }

  private static func checkRows(_ count: Int, _ what: String) throws(ContentError) {
    guard UInt64(count) <= FileLimits.rows else { throw .tooManyRows(what: what, found: count) }
  }

  private static func checkCount(_ what: String, _ found: Int?, _ expected: Int) throws(ContentError) {
    guard let found, found != expected else { return }
    throw .countMismatch(what: what, expected: expected, found: found)
  }
}
