import AkinSupport

/// The report on a written file: a sentence on stderr, or an object on stdout with `--json`.
struct WrittenFile {
  /// The file.
  let path: String
  /// The content, for the sentence: `9,742 items, 610 users × 64, inner-product`.
  let content: String
  /// More facts for JSON.
  let facts: [String: JSONValue]
  /// The time of the whole command.
  let seconds: Double
}

extension Console {
  /// Reports a written file.
  func show(_ file: WrittenFile, asJSON: Bool, quiet: Bool) throws(StreamError) {
    let size = fileBytes(file.path)
    if asJSON {
      var object = file.facts
      object["schema"] = .integer(1)
      object["file"] = .string(file.path)
      object["bytes"] = size.map { .integer(Int64($0)) }
      object["seconds"] = Cell.seconds(file.seconds).json
      try show(.object(object))
    }
    if !quiet, !asJSON || messages.terminal != nil {
      let bytes = size.map { ", " + Numbers.bytes($0) } ?? ""
      say("wrote \(file.path): \(file.content)\(bytes), in \(Numbers.duration(file.seconds))")
    }
  }
}

/// The length of a file, or `nil` when the system does not tell it.
private func fileBytes(_ path: String) -> Int? {
  var info = stat()
  return unsafe stat(path, &info) == 0 ? Int(info.st_size) : nil
}
