import AkinSupport

/// An evaluation without a result.
enum EvaluateError: AkinError, Equatable {
  /// No value reaches the threshold.
  case noPositives(threshold: Float, largest: Float)
  /// No user has both a known and a held-out positive.
  case nobodyToTest(skipped: Int)
  /// The model has no fold-in for unseen users.
  case noFoldIn(model: String)
  /// The model predicts no values.
  case noValues(model: String)

  var kind: TroubleKind {
    switch self {
    case .noPositives, .nobodyToTest: .badInput
    case .noFoldIn, .noValues: .usage
    }
  }

  var description: String {
    switch self {
    case .noPositives(let threshold, let largest):
      "expected positives, values of at least \(threshold); found none: the largest is \(largest)"
    case .nobodyToTest(let skipped):
      "expected users with a known and a held-out positive, found none"
        + (skipped > 0 ? " among \(Numbers.counted(skipped, "users"))" : "")
    case .noFoldIn(let model):
      "the split tests unseen users, and the model '\(model)' has no fold-in for them"
    case .noValues(let model): "rmse needs predicted values, and the model '\(model)' predicts none"
    }
  }

  var help: String? {
    switch self {
    case .noPositives: "lower --threshold"
    case .nobodyToTest: "lower --threshold, or use another --split"
    case .noFoldIn: "use --split folds, leave-out or time"
    case .noValues: "use a ranking metric such as ndcg@10"
    }
  }
}
