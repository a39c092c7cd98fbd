import Akin
import AkinSupport

/// What an index says of vectors that it keeps in fewer bytes: how, and how wrong a score can be.
enum StoreFacts {
  /// The facts as a phrase; `nil` where vectors are kept as they are.
  static func sentence(_ store: VectorStore, error: Float, metric: Metric) -> String? {
    guard store != .float32 else { return nil }
    guard error > 0 else { return "vectors as \(store.name), exact" }
    return "vectors as \(store.name), \(wrong(metric, JSONValue.number(Double("\(error)") ?? Double(error)).text))"
  }

  /// What an answer says of scores of rounded vectors, for JSON; `nil` where vectors are exact.
  static func object(of index: any VectorIndex) -> JSONValue? {
    guard let facts = (index as? HNSWIndex)?.facts, facts.vectorError > 0 else { return nil }
    return object(facts.store, error: facts.vectorError, metric: index.metric)
  }

  /// The facts as JSON; `nil` where vectors are kept as they are.
  static func object(_ store: VectorStore, error: Float, metric: Metric) -> JSONValue? {
    guard store != .float32 else { return nil }
    return .object([
      "kind": .string(store.name), "error": .number(Double("\(error)") ?? Double(error)),
      "errorOf": .string(errorOf(metric)),
    ])
  }

  private static func wrong(_ metric: Metric, _ error: String) -> String {
    switch metric {
    case .innerProduct: "scores within \(error) times the length of the query"
    case .cosine: "scores within \(error)"
    case .euclidean: "distances within \(error)"
    }
  }

  /// What the error is of, in JSON.
  private static func errorOf(_ metric: Metric) -> String {
    switch metric {
    case .innerProduct: "score per length of the query"
    case .cosine: "score"
    case .euclidean: "distance"
    }
  }
}
