import AkinSupport
import AkinVectors

/// Errors of training and of fold-ins, for every model.
public enum TrainingError: AkinError, Equatable {
  /// An option is out of its range, or contradicts another option.
  case option(name: String, expected: String, found: String)
  /// The tables need more bytes of memory than the machine has.
  case memory(needed: UInt64, present: UInt64)
  /// There are no interactions.
  case nothingToLearn
  /// Every value is 0.
  case allZero
  /// A value is below 0, and the model takes values for strengths.
  case negativeValue(user: ItemID, item: ItemID, value: Float)
  /// There are more pairs than a stochastic optimiser can number with 32 bits.
  case tooManyPairs(found: Int)
  /// No value reaches the threshold of a positive label.
  case noPositives(from: Double, largest: Double)
  /// No user has both a positive item and another item.
  case nothingToCompare
  /// A value lies outside the range of the predictions.
  case outsideRange(user: ItemID, item: ItemID, value: Double, range: ClosedRange<Double>)
  /// All values are equal, so they give no range.
  case constantValues(value: Double)
  /// Likewise for ratings of two towers, which can learn something else.
  case equalRatings(value: Double)
  /// The normal equations of a row are singular. `pairs` counts the row's interactions and features.
  case singular(row: ItemID, side: String, pairs: Int)
  /// A table that is to be solved with holds a NaN or an infinity.
  case notFinite(what: String)
  /// The loss after an exact half-step is not finite.
  case lossNotFinite(epoch: Int, side: String)
  /// Regularisation outweighs the data: all vectors have shrunk to nothing.
  case collapsed(epoch: Int, side: String)
  /// The loss diverges, however often the step size is halved.
  case diverged(epoch: Int, learningRate: Double, halvings: Int)

  /// What is expected of a loss and of a range where rows are solved exactly.
  static let squaredForALS = "squared for als, or another optimiser"
  static let noneForALS = "none for als, or another optimiser"
  /// What is expected of an option of the softmax of two towers with the squared error.
  static let noneForSquared = "none for squared, or sampled-softmax"

  public var kind: TroubleKind {
    switch self {
    case .option: .usage
    case .memory: .io
    case .nothingToLearn, .allZero, .negativeValue, .tooManyPairs, .noPositives, .nothingToCompare, .outsideRange,
      .constantValues, .equalRatings, .singular, .notFinite, .lossNotFinite, .collapsed, .diverged:
      .badInput
    }
  }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    case .memory(let needed, let present):
      "training needs at least \(needed) bytes of memory, this machine has \(present) free"
    case .nothingToLearn: "expected at least one interaction, found none"
    case .allZero: "expected at least one value above 0, found none"
    case .negativeValue(let user, let item, let value):
      "user '\(user)', item '\(item)': expected a value of 0 or more, found \(value)"
    case .tooManyPairs(let found): "expected at most \(UInt32.max) interactions, found \(found)"
    case .noPositives(let from, let largest):
      "expected at least one positive value (\(from) or more), the largest is \(largest)"
    case .nothingToCompare: "expected a user with a positive item and an item to rank below it, found none"
    case .outsideRange(let user, let item, let value, let range):
      "user '\(user)', item '\(item)': expected a value from \(range.lowerBound) to \(range.upperBound), the range of "
        + "predictions, found \(value)"
    case .constantValues(let value), .equalRatings(let value):
      "expected values that differ, to take their range, found \(value) everywhere"
    case .singular(let row, let side, let pairs):
      "\(side) '\(row)': the normal equations of \(pairs) \(pairs == 1 ? "pair" : "pairs") are singular"
    case .notFinite(let what): "expected finite numbers in \(what), found NaN or infinity"
    case .lossNotFinite(let epoch, let side): "epoch \(epoch), \(side): expected a finite loss, found NaN or infinity"
    case .collapsed(let epoch, let side):
      "epoch \(epoch), \(side): the vectors have shrunk to nothing: the regularisation outweighs the data"
    case .diverged(let epoch, let rate, let halvings):
      "epoch \(epoch): the loss diverged, also with the step size halved \(halvings) times to \(rate)"
    }
  }

  public var help: String? {
    switch self {
    case .option(name: "lambda", _, found: "0.0"), .singular:
      "raise lambda: with lambda 0 a row with fewer interactions than dimensions has no single solution"
    case .option(name: "loss", expected: TrainingError.squaredForALS, _),
      .option(name: "range", expected: TrainingError.noneForALS, _):
      "add --optimiser sgd, adam, gd or adamw"
    case .option(_, expected: TrainingError.noneForSquared, _): "add --loss sampled-softmax"
    case .memory: "use fewer dimensions, or a smaller batch or fewer negatives where the model has them"
    case .noPositives: "lower positive-from"
    case .outsideRange: "widen the range beyond the smallest and the largest value"
    case .constantValues: "say which values are possible: --range LOW,HIGH"
    case .equalRatings:
      "say which values are possible, --range LOW,HIGH, or learn who has what: --loss sampled-softmax"
    case .lossNotFinite: "scale the values down, or raise lambda"
    case .collapsed: "lower lambda"
    case .diverged: "lower the learning rate, or scale the values down"
    case .tooManyPairs: "use wals, or mf with als"
    case .allZero: "choose the column that holds the value; wals can weigh all alike: --weighting constant"
    case .negativeValue: "leave dislikes out, or train ratings of any scale with mf"
    case .option, .nothingToLearn, .nothingToCompare, .notFinite: nil
    }
  }
}

/// A row of a solved side whose normal equations are singular; callers turn it into ``TrainingError``.
struct SingularRow: Error {
  /// The row's number on its side.
  let row: Int
  /// The row's interactions and features.
  let pairs: Int
}

/// A Gramian that is not finite; callers turn it into ``TrainingError``.
struct NotFinite: Error {}
