/// The two kinds of file that Akin writes.
public enum FileKind: UInt8, Sendable, CaseIterable {
  /// Item and user vectors, ids, titles, history: `.emb`.
  case embeddings = 0x45
  /// An HNSW index: `.idx`.
  case index = 0x48

  /// The name used in messages.
  public var name: String {
    switch self {
    case .embeddings: "embeddings"
    case .index: "index"
    }
  }

  /// Says which kind of file a path names, from its first page.
  ///
  /// - Throws: ``FileError`` when the file cannot be read or is not one of Akin's.
  public static func sniff(_ path: String) throws(FileError) -> FileKind {
    let file = try OpenedFile(path: path)
    let page = try file.firstPage()
    do throws(FileProblem) {
      return try HeaderPage.kind(of: page)
    } catch {
      throw FileError(path: path, problem: error)
    }
  }
}
