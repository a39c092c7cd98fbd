import Akin
import AkinEvaluation
import AkinSupport
import AkinTraining

/// A baseline that stands beside the evaluated models.
enum EvaluateBaseline: String, Sendable, CaseIterable {
  /// One list for everybody, by the number of training interactions.
  case popular
  /// A random list for each user.
  case random
  /// Mean + user + item; only where values differ.
  case bias
  /// Item k-NN by cosine.
  case neighbors = "item-knn"
  /// The linear model of items in closed form; only where the table is not too large.
  case ease
}

/// The baselines of an evaluation: which are measured, and what is said about them.
struct EvaluateBaselines {
  /// The measured baselines, in the order of tables.
  let chosen: [EvaluateBaseline]
  /// A fact about their settings, or about one that is left out.
  let fact: String
  /// The memory that a table needs, or why it is left out; `nil` without such a baseline.
  let notice: Notice?

  /// - Parameters:
  ///   - wanted: The baselines of the command line.
  ///   - users: Users of the interactions.
  ///   - items: Items of the interactions.
  ///   - hasRatings: Whether values differ.
  ///   - present: Bytes of memory that are free.
  init(
    _ wanted: [EvaluateBaseline], users: Int, items: Int, hasRatings: Bool, present: UInt64 = availableMemory
  ) {
    let size = min(users, items)
    let shape = "a table of \(Numbers.grouped(size)) × \(Numbers.grouped(size)) numbers"
    let bytes = EASE.byteCount(users: users, items: items)
    let fits = size <= EASE.sizeLimit && UInt64(bytes) <= present / 2
    chosen = EvaluateBaseline.allCases.filter {
      wanted.contains($0) && ($0 != .ease || fits) && ($0 != .bias || hasRatings)
    }
    var facts: [String] = []
    if chosen.contains(.neighbors) {
      facts.append(
        "item-knn: \(ItemNeighbors.neighbours) neighbours, shrinkage \(JSONValue.number(ItemNeighbors.shrinkage).text)")
    }
    if chosen.contains(.ease) { facts.append("ease: lambda \(JSONValue.number(EASE.lambda).text)") }
    if !wanted.contains(.ease) {
      notice = nil
    } else if fits {
      notice = Notice("ease: \(shape), \(Numbers.bytes(bytes)) of memory")
    } else {
      let limit =
        size <= EASE.sizeLimit
        ? "half of the free memory is \(Numbers.bytes(Int(clamping: present / 2)))"
        : "at most \(Numbers.grouped(EASE.sizeLimit)) users or items have one"
      facts.append("ease is left out: \(shape), \(limit)")
      notice = Notice("ease is left out: \(shape), \(limit)")
    }
    fact = facts.joined(separator: "; ")
  }

  /// The ranker of a baseline on a fold.
  func ranker(_ baseline: EvaluateBaseline, _ round: EvaluateFold, seed: UInt64, _ execution: Execution) throws
    -> ScoreRanker
  {
    switch baseline {
    case .popular: return ScoreRanker.popular(round.test)
    case .random: return ScoreRanker.random(round.test, seed: seed)
    case .bias: return round.biasOnly(BiasBaseline(round.split.train)).ranker
    case .neighbors:
      let model = try ItemNeighbors(round.positives, execution: execution)
      return ScoreRanker { model.scores(history: round.history(ofQuestion: $0)) }
    case .ease:
      let model = try EASE(round.positives, execution: execution)
      return ScoreRanker { model.scores(history: round.history(ofQuestion: $0)) }
    }
  }
}
