/// What kind of trouble an error is: the command's exit codes follow from it, and so may a caller's policy.
public enum TroubleKind: Sendable {
  /// The caller asked for something that has no meaning (`k = 0`, an unknown option). Exit code 2.
  case usage
  /// The input is not what it has to be (a damaged file, a ragged row, an unknown id). Exit code 3.
  case badInput
  /// The machine said no (no such file, no space, no permission). Exit code 4.
  case io
  /// The caller cancelled the work. Exit code 130.
  case cancelled
}

/// An error that Akin throws: a fact with fields, one sentence about it, and where known the next step.
///
/// The sentence says what was expected and what was found, and where (file, line or section). Tell errors apart
/// by their type and cases, never by the sentence.
public protocol AkinError: Error, Sendable, CustomStringConvertible {
  /// Which kind of trouble this is.
  var kind: TroubleKind { get }
  /// What to do about it, as one sentence without a full stop, or `nil`.
  var help: String? { get }
}

extension AkinError {
  public var help: String? { nil }
}

/// The caller cancelled the work; no output was left behind.
public struct Cancelled: AkinError, Equatable {
  /// Creates the error.
  public init() {}
  public var kind: TroubleKind { .cancelled }
  public var description: String { "cancelled; nothing was written" }
}
