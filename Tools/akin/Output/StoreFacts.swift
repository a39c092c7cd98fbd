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

  /// The note of an answer whose scores are approximate; `nil` where they are exact.
  static func note(of index: HNSWIndex) -> String? {
    guard index.facts.vectorError > 0 else { return nil }
    return "scores are those of "
      + (sentence(index.facts.store, error: index.facts.vectorError, metric: index.metric) ?? "")
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
