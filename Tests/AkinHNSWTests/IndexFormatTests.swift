import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import Testing

@Suite("Index files are a kind that AkinHNSW registers")
struct IndexFormatTests {
  @Test("The kind, its sections and its help are known once it is registered")
  func registered() {
    HNSWIndex.registerFormat()
    HNSWIndex.registerFormat()
    #expect(ContainerFormat.registered(.index)?.kind.pathExtension == "idx")
    #expect(("LNK0" as SectionName).meaning(in: .index) == "links, level 0")
    #expect(("LNK0" as SectionName).meaning(in: .embeddings) == nil)
    #expect(("IVEC" as SectionName).meaning(in: .index) == nil)
  }

  @Test("Every section that an index takes over from its embeddings file has a meaning")
  func borrowed() {
    HNSWIndex.registerFormat()
    for name in IDSections.items.all + SectionName.titles { #expect(name.meaning(in: .index) != nil, "\(name)") }
  }

  @Test("A file of the wrong kind says which one was expected, which was found, and what to do")
  func wrongKind() throws {
    HNSWIndex.registerFormat()
    try withDirectory { directory in
      let (embeddings, index) = (directory + "/a.emb", directory + "/a.idx")
      for (format, path) in [(ContainerFormat.embeddings, embeddings), (.index, index)] {
        _ = try ContainerBuilder(format: format).write(to: path, overwrite: false)
        #expect(try FileKind.sniff(path) == format.kind)
      }
      let noIndex = #expect(throws: FileError.self) { try HNSWIndex(path: embeddings) }
      #expect(noIndex?.description == "\(embeddings): expected an index file, found an embeddings file")
      #expect(
        noIndex?.help
          == "give the .idx file that `akin index` wrote, or make one from an embeddings file with `akin index`")
      let noEmbeddings = #expect(throws: FileError.self) { try EmbeddingFile(path: index) }
      #expect(noEmbeddings?.description == "\(index): expected an embeddings file, found an index file")
      #expect(noEmbeddings?.help == "give the .emb file that `akin train` or `akin import` wrote")
    }
  }
}
