import AkinSupport

/// Rows that a format cannot hold.
public enum ExportError: AkinError, Equatable {
  /// An id has white space or control characters, which the format reads as the end of the id.
  case unwritableID(path: String, row: Int, id: String, format: String)

  public var kind: TroubleKind { .badInput }

  public var description: String {
    switch self {
    case .unwritableID(let path, let row, let id, let format):
      "\(path): \(format) ends an id at \(format == VectorWriter.Format.word2vec.rawValue ? "white space" : "the end of its line")"
        + ", found the id '\(id)' of row \(row)"
    }
  }

  public var help: String? { "write another format: --format tsv" }
}
