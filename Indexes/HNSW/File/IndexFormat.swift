import AkinFiles

extension FileKind {
  /// An HNSW index: `.idx`. Its format is ``ContainerFormat/index``.
  public static let index = FileKind(code: 0x48, name: "index", pathExtension: "idx")
}

extension ContainerFormat {
  /// The format of index files.
  ///
  /// Building, opening and verifying an index registers it. A program that asks for the kind of a file before that
  /// calls ``HNSWIndex/registerFormat()`` first.
  public static let index = ContainerFormat(
    kind: .index,
    sections: [
      ("VECS", "item vectors by node"), ("CODE", "codes by node"), ("NBIA", "biases by node"),
      ("NNRM", "norms by node"), ("LNK0", "links, level 0"), ("UPIX", "upper nodes and their slots"),
      ("LNKU", "links, upper levels"), ("NROW", "embeddings rows by node"), ("RNOD", "nodes by embeddings row"),
      ("NCPY", "next copy by node"), ("NTAL", "what codes leave out, by node"), ("BYTE", "vectors as bytes, by node"),
      ("CBOK", "codebooks"), ("RCAL", "recall measured at build"), ("TOMB", "deleted rows"),
    ] + itemSections,
    wrongKindHelp: "give the .idx file that `akin index` wrote, or make one from an embeddings file with `akin index`")
}
