/// The kind of an error. The exit code of the command follows from it.
public enum TroubleKind: Sendable {
  /// The request has no meaning (`k = 0`, an unknown option). Exit code 2.
  case usage
  /// The input breaks a rule (a damaged file, a ragged row, an unknown id). Exit code 3.
  case badInput
  /// The system refused (no such file, no space, no permission). Exit code 4.
  case io
  /// The caller cancelled the work. Exit code 130.
  case cancelled
}

/// An error that Akin throws: facts as fields, one sentence about them (`description`), and the next step where one is
/// known.
///
/// The sentence says what was expected, what was found, and where (file, line or section). Tell errors apart by their
/// type and cases, never by the sentence.
public protocol AkinError: Error, Sendable, CustomStringConvertible {
  /// The kind of the error.
  var kind: TroubleKind { get }
  /// What to do about it, as one sentence without a full stop, or `nil`.
  var help: String? { get }
}

extension AkinError {
  public var help: String? { nil }
}

/// The caller cancelled the work, through ``Cancellation`` or through the `Task` of
/// ``Execution/run(threads:progress:_:)``. No output is left behind.
public struct Cancelled: AkinError, Equatable {
  /// Creates the error.
  public init() {}
  public var kind: TroubleKind { .cancelled }
  public var description: String { "cancelled; nothing was written" }
}
