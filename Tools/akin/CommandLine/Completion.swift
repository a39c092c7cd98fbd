/// What a shell may offer for a value or an argument that is being typed.
struct Completion: Sendable, Equatable {
  /// Files, by their names.
  enum Files: Sendable, Equatable {
    case any
    /// Those whose names end in a dot and one of these.
    case ending(in: [String])
    case directories
  }

  /// Words to offer.
  var words: [String] = []
  /// Files to offer, or `nil` for none.
  var files: Files?

  /// A number or a text: there is nothing to offer.
  static let nothing = Completion()
  /// Any file.
  static let anyFile = Completion(files: .any)
  /// Directories.
  static let directories = Completion(files: .directories)
  /// Files whose names end in a dot and one of `extensions`.
  static func files(_ extensions: String...) -> Completion { Completion(files: .ending(in: extensions)) }
  /// A fixed set of words.
  static func words(_ words: [String]) -> Completion { Completion(words: words) }

  /// Whether there is anything to offer.
  var isEmpty: Bool { words.isEmpty && files == nil }
}
