import AkinFiles
import AkinSupport

extension IndexFacts {
  /// The section that holds the embeddings file.
  static let embeddingsSection: SectionName = "EMBF"

  /// The embeddings file that the index holds, read in place; `nil` when it holds none.
  ///
  /// An index that holds its embeddings is one file for users, histories and items: replacing it replaces all of them at once.
  ///
  /// - Throws: `FileError` when the section is damaged, or holds other embeddings than those the index was built from.
  /// - Complexity: O(1).
  public func embeddings() throws(FileError) -> EmbeddingFile? {
    guard let held = try container.nested(IndexFacts.embeddingsSection, .embeddings) else { return nil }
    guard held.header.rootDigest == sourceDigest else {
      throw container.error(
        .badField(
          name: "source digest", found: sourceDigest.description,
          expected: "that of section EMBF, \(held.header.rootDigest)"))
    }
    return try EmbeddingFile(container: held)
  }

  /// Adds the first rule that the embeddings break; their bytes are covered by the checksums of the index.
  func checkEmbeddings(in section: SectionView, _ execution: Execution, _ list: inout DamageList) throws(Cancelled) {
    do {
      guard let held = try embeddings(), let damage = try held.structuralDamages(execution: execution).first else {
        return
      }
      list.add(section, 0..<section.byteCount, .rule("the embeddings break a rule: \(damage)"))
    } catch let error as FileError {
      list.add(section, 0..<section.byteCount, .rule("\(error)"))
    } catch {
      throw Cancelled()
    }
  }
}
