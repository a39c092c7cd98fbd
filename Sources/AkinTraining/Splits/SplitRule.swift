import AkinSupport

/// The rule that splits interactions for an evaluation. Each rule answers one question:
///
/// - ``folds(count:)``: how well are ratings of known users predicted? Usual in papers on ratings. Every pair is tested once.
/// - ``leaveOut(count:order:)``: which items do known users take next? With `.last`, next in time.
/// - ``time(share:)``: what happens after a date, given only earlier pairs? The closest to real use, and the hardest.
/// - ``coldItems(folds:)``: how well are items without interactions recommended? Only models with features of items can.
/// - ``strong(folds:known:)``: how well are users recommended to that training has not seen (strong generalisation, Marlin
///   2004)? Every user is held out once; the model gets a part of the user's pairs and is tested on the rest.
public enum SplitRule: Sendable, Equatable {
  /// Random folds of pairs, whose sizes differ by at most one; each fold is held out once.
  case folds(count: Int)
  /// `count` pairs of every user with more than `count` pairs are held out. All pairs of other users are training pairs.
  case leaveOut(count: Int, order: LeaveOutOrder)
  /// The latest `share` of all pairs is held out, cut at one time for all users. Pairs at the time of the cut are training
  /// pairs.
  case time(share: Double)
  /// Random folds of users; the users of each fold are held out once. A random share `known` of a held-out user's pairs is
  /// known for the fold-in, the others are held out: at least one of each. Users with one pair are never held out.
  case strong(folds: Int, known: Double)
  /// Random folds of the items with pairs; the items of each fold are held out once with all their pairs.
  case coldItems(folds: Int)

  /// The pairs of a user that ``leaveOut(count:order:)`` holds out.
  public enum LeaveOutOrder: String, Sendable, CaseIterable {
    /// Random pairs.
    case random
    /// The latest pairs; of pairs of the same time those of items with larger ids.
    case last
  }

  /// The number of splits of the rule.
  public var count: Int {
    switch self {
    case .folds(let count): count
    case .strong(let folds, _): folds
    case .coldItems(let folds): folds
    case .leaveOut, .time: 1
    }
  }

  /// Whether the rule needs times of pairs.
  public var needsTimes: Bool {
    switch self {
    case .time, .leaveOut(_, .last): true
    default: false
    }
  }
}

/// Errors of splits.
public enum SplitError: AkinError, Equatable {
  /// A number of the rule is out of its range.
  case option(name: String, expected: String, found: String)
  /// The rule needs times, and none were read.
  case noTimes
  /// There are fewer users than folds of users.
  case tooFewUsers(needed: Int, found: Int)
  /// There are fewer pairs than folds of pairs.
  case tooFewPairs(needed: Int, found: Int)
  /// There are fewer items than folds of items.
  case tooFewItems(needed: Int, found: Int)
  /// The split has no training pairs, or no test pairs.
  case empty(part: String, why: String)
  /// A pair is in two of the files of parts.
  case shared(user: String, item: String)

  public var kind: TroubleKind {
    if case .option = self { .usage } else { .badInput }
  }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .noTimes: "expected a time for each interaction, found none: this rule splits by time"
    case .tooFewUsers(let needed, let found): "expected at least \(needed) users, one for each fold, found \(found)"
    case .tooFewPairs(let needed, let found):
      "expected at least \(needed) interactions, one for each fold, found \(found)"
    case .tooFewItems(let needed, let found): "expected at least \(needed) items, one for each fold, found \(found)"
    case .empty(let part, let why): "expected interactions to \(part), found none: \(why)"
    case .shared(let user, let item):
      "expected each user and item in one of the files, found user '\(user)' with item '\(item)' in two"
    }
  }

  public var help: String? {
    switch self {
    case .option: nil
    case .noTimes: "name the column of times, or split in another way"
    case .tooFewUsers(_, 0...1), .tooFewPairs(_, 0...1), .tooFewItems(_, 0...1): "take more interactions"
    case .tooFewUsers, .tooFewPairs, .tooFewItems: "use fewer folds"
    case .empty: "split in another way, or take more interactions"
    case .shared: "remove it from one file: test pairs must not be known"
    }
  }
}
