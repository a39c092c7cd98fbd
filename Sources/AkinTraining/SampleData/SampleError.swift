import AkinSupport

/// Errors of ``SampleCatalogue``.
public enum SampleError: AkinError, Equatable {
  /// A size is out of its range.
  case option(name: String, expected: String, found: Int)

  public var kind: TroubleKind { .usage }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    }
  }
}
