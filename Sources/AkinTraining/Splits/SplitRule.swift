import AkinSupport

/// How interactions are split for an evaluation. Which rule answers which question:
///
/// - ``folds(count:)``: how well are the ratings of known users predicted? The classic of rating papers. Every pair is
///   tested once.
/// - ``leaveOut(count:order:)``: what do known users take next? With `.last`, next in time.
/// - ``time(share:)``: what happens after a date, with only what was known then: the most like real use, and the
///   hardest.
/// - ``coldItems(folds:)``: how well are items recommended that nobody has touched yet? Only a model that knows something
///   of an item beside its interactions has an answer.
/// - ``strong(folds:known:)``: how well are users served whom training has never seen (strong generalisation,
///   Marlin 2004)? Every user is held out once; a model is told a part of the user's pairs and asked for the rest.
public enum SplitRule: Sendable, Equatable {
  /// Pairs are dealt at random into `count` folds of equal size (but for one); each fold is held out once.
  case folds(count: Int)
  /// From every user with more than `count` pairs, `count` are held out. Users with fewer are trained on whole.
  case leaveOut(count: Int, order: LeaveOutOrder)
  /// The latest `share` of all pairs is held out, cut at one time for everybody: pairs at the very time of the cut are
  /// trained on.
  case time(share: Double)
  /// Users are dealt at random into `folds`; each fold's users are held out whole once. Of each such user's pairs the
  /// share `known`, drawn at random, is told when the user is asked about, and the others are held out: at least one
  /// of each. Users with one pair are trained on, and never tested.
  case strong(folds: Int, known: Double)
  /// Items that have pairs are dealt at random into `folds`; each fold's items are held out once, with all their pairs.
  case coldItems(folds: Int)

  /// Which pairs of a user ``leaveOut(count:order:)`` holds out.
  public enum LeaveOutOrder: String, Sendable, CaseIterable {
    case random
    /// The last in time; of pairs of the same time the items with larger ids.
    case last
  }

  /// How many splits the rule makes.
  public var count: Int {
    switch self {
    case .folds(let count): count
    case .strong(let folds, _): folds
    case .coldItems(let folds): folds
    case .leaveOut, .time: 1
    }
  }

  /// Whether the rule asks when pairs came to be.
  public var needsTimes: Bool {
    switch self {
    case .time, .leaveOut(_, .last): true
    default: false
    }
  }
}

/// Why interactions cannot be split.
public enum SplitError: AkinError, Equatable {
  /// A number of the rule has no meaning.
  case option(name: String, expected: String, found: String)
  /// The rule asks for times, and none were read.
  case noTimes
  /// There are fewer users than folds of users.
  case tooFewUsers(needed: Int, found: Int)
  /// There are fewer pairs than folds of pairs.
  case tooFewPairs(needed: Int, found: Int)
  /// There are fewer items than folds of items.
  case tooFewItems(needed: Int, found: Int)
  /// Nothing is left to learn from, or nothing to test on.
  case empty(part: String, why: String)
  /// A pair stands in two of the files that are parts already.
  case shared(user: String, item: String)

  public var kind: TroubleKind {
    if case .option = self { .usage } else { .badInput }
  }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .noTimes: "expected a time for each interaction, found none: this split goes by time"
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
    case .tooFewUsers, .tooFewPairs, .tooFewItems: "use fewer folds"
    case .empty: "split in another way, or take more interactions"
    case .shared: "leave it out of one: what is tested must not be known"
    }
  }
}
