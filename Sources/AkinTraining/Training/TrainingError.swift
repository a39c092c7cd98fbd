import AkinSupport
import AkinVectors

/// Why a training run stopped.
public enum TrainingError: AkinError, Equatable {
  /// An option has no meaning, or none beside the others.
  case option(name: String, expected: String, found: String)
  /// The vectors need more memory than this machine has.
  case memory(needed: UInt64, present: UInt64)
  /// There is no interaction to learn from.
  case nothingToLearn
  /// Every value is 0, and 0 says nothing here.
  case allZero
  /// More interactions than steps of single pairs can number.
  case tooManyPairs(found: Int)
  /// No value reaches the threshold of a positive label.
  case noPositives(from: Double, largest: Double)
  /// No user has both a positive item and another one.
  case nothingToCompare
  /// A value lies outside the range that predictions can take.
  case outsideRange(user: ItemID, item: ItemID, value: Double, range: ClosedRange<Double>)
  /// All values are the same, and a range was to be made of them.
  case constantValues(value: Double)
  /// A row's system of equations is singular.
  case singular(row: ItemID, side: String, interactions: Int)
  /// The loss would not stay finite, however often the step size was halved.
  case diverged(epoch: Int, learningRate: Double, halvings: Int)

  public var kind: TroubleKind {
    switch self {
    case .option: .usage
    case .memory: .io
    case .nothingToLearn, .allZero, .tooManyPairs, .noPositives, .nothingToCompare, .outsideRange, .constantValues,
      .singular,
      .diverged:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .memory(let needed, let present):
      "training needs at least \(needed) bytes of memory, this machine has \(present)"
    case .nothingToLearn: "expected at least one interaction, found none"
    case .allZero: "expected at least one value above 0, found none"
    case .tooManyPairs(let found): "expected at most \(UInt32.max) interactions, found \(found)"
    case .noPositives(let from, let largest):
      "expected at least one value of \(from) or more, which makes a positive label; the largest is \(largest)"
    case .nothingToCompare: "expected a user with a positive item and another one to rank below it, found none"
    case .outsideRange(let user, let item, let value, let range):
      "user '\(user)', item '\(item)': expected a value from \(range.lowerBound) to \(range.upperBound), which is what "
        + "predictions can be, found \(value)"
    case .constantValues(let value): "expected values that differ, to make a range of them; all are \(value)"
    case .singular(let row, let side, let interactions):
      "\(side) '\(row)': its \(interactions) \(interactions == 1 ? "interaction has" : "interactions have") no single "
        + "solution"
    case .diverged(let epoch, let rate, let halvings):
      "epoch \(epoch): the loss grew beyond bounds, and still did with the step size halved \(halvings) times to \(rate)"
    }
  }

  public var help: String? {
    switch self {
    case .memory: "use fewer dimensions"
    case .noPositives: "lower positive-from"
    case .outsideRange: "widen the range beyond the smallest and the largest value"
    case .constantValues: "give a range"
    case .singular: "raise lambda: without it a row with fewer interactions than dimensions has many solutions"
    case .diverged: "lower the learning rate, or scale the values down"
    case .tooManyPairs: "use wals, or mf with als"
    case .allZero: "choose the column that holds the value"
    case .option, .nothingToLearn, .nothingToCompare: nil
    }
  }
}

/// Checks of options that several models have.
enum OptionCheck {
  static func dimensions(_ found: Int) throws(TrainingError) { try whole("dimensions", found, in: 1...1024) }

  static func epochs(_ found: Int) throws(TrainingError) { try whole("epochs", found, in: 1...100_000) }

  static func whole(_ name: String, _ found: Int, in range: ClosedRange<Int>) throws(TrainingError) {
    guard range.contains(found) else {
      throw .option(name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(found)")
    }
  }

  static func notNegative(_ name: String, _ found: Double) throws(TrainingError) {
    guard found.isFinite, found >= 0, found <= 1e30 else {
      throw .option(name: name, expected: "a number of 0 or more, at most 1e30", found: "\(found)")
    }
  }

  static func positive(_ name: String, _ found: Double) throws(TrainingError) {
    guard found.isFinite, found >= 1e-30, found <= 1e30 else {
      throw .option(name: name, expected: "a number above 0, at most 1e30", found: "\(found)")
    }
  }

  /// Throws when tables of doubles would not fit this machine's memory.
  ///
  /// - Parameters:
  ///   - rows: How many rows all tables have together.
  ///   - stride: Doubles of one.
  static func memory(
    rows: Int, stride: Int, present: UInt64 = physicalMemory
  ) throws(TrainingError) {
    // Fits 64 bits: a few times 2³² rows of little more than 2¹⁰ doubles.
    let needed = UInt64(rows) * UInt64(stride * MemoryLayout<Double>.size)
    guard needed <= present else { throw .memory(needed: needed, present: present) }
  }
}
