import AkinSupport

/// A size of a sample that has no meaning.
public enum SampleError: AkinError, Equatable {
  case option(name: String, expected: String, found: Int)

  public var kind: TroubleKind { .usage }

  public var description: String {
    switch self {
    case .option(let name, let expected, let found): "\(name): expected \(expected), found \(found)"
    }
  }
}
