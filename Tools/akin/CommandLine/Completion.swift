/// Completions that a shell offers for a value or an argument.
struct Completion: Sendable, Equatable {
  /// Files, by their names.
  enum Files: Sendable, Equatable {
    case any
    /// Files with one of these extensions.
    case ending(in: [String])
    case directories
  }

  /// Words to offer.
  var words: [String] = []
  /// Files to offer, or `nil` for none.
  var files: Files?

  /// No completions: a number or a free text.
  static let nothing = Completion()
  /// Any file.
  static let anyFile = Completion(files: .any)
  /// Directories.
  static let directories = Completion(files: .directories)
  /// Files with one of these extensions.
  static func files(_ extensions: String...) -> Completion { Completion(files: .ending(in: extensions)) }
  /// A fixed set of words.
  static func words(_ words: [String]) -> Completion { Completion(words: words) }

  /// Whether there are no completions.
  var isEmpty: Bool { words.isEmpty && files == nil }
}
