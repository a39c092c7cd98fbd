import AkinSupport

/// Errors of ``TimeDecay``.
public enum TimeDecayError: AkinError, Equatable {
  /// The half-life is not a number above 0.
  case option(found: String)
  /// The interactions have no times.
  case noTimes
  /// The file of the interactions has no column of times.
  case noColumn(path: String, present: [String])
  /// The file has lists of items, which have an order and no times.
  case noDays(path: String)

  public var kind: TroubleKind { .usage }

  public var description: String {
    switch self {
    case .option(let found): "half-life: expected a number above 0, found \(found)"
    case .noTimes: "half-life: expected a time for each interaction, found none"
    case .noColumn(let path, let present):
      "\(path): half-life: expected a column of times (timestamp, time or date), found \(present.joined(separator: ", "))"
    case .noDays(let path): "\(path): half-life: expected the times of all items of a list, found their order alone"
    }
  }

  public var help: String? {
    switch self {
    case .option: nil
    case .noTimes, .noColumn: "name the column of times (--time-column), or train without --half-life"
    case .noDays: "if the newest item is last, train with --age interactions, which counts newer ones of the same user"
    }
  }
}
