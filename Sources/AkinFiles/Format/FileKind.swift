/// A kind of file: the fourth byte of its magic, and what people call it.
///
/// AkinFiles defines ``embeddings``. Other modules define their own kinds and register them; see ``ContainerFormat``.
public struct FileKind: Sendable, Hashable {
  /// The fourth byte of the file.
  public let code: UInt8
  /// The name used in messages: `embeddings`.
  public let name: String
  /// The usual end of the file's name, without the dot: `emb`.
  public let pathExtension: String

  /// Creates a kind.
  ///
  /// - Parameters:
  ///   - code: The fourth byte of the file; no other kind may have it.
  ///   - name: The name used in messages, before the word "file".
  ///   - pathExtension: The usual end of the file's name, without the dot.
  package init(code: UInt8, name: String, pathExtension: String) {
    self.code = code
    self.name = name
    self.pathExtension = pathExtension
  }

  /// Item and user vectors, ids, titles, history: `.emb`.
  public static let embeddings = FileKind(code: 0x45, name: "embeddings", pathExtension: "emb")

  /// The kind as messages name it: `an embeddings file`.
  package var nounPhrase: String {
    let article = name.first.map { "aeiou".contains($0) } ?? false ? "an" : "a"
    return "\(article) \(name) file"
  }
}
