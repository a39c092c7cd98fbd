import AkinFiles

extension FileKind {
  /// An HNSW index: `.idx`. The first use of this constant registers the format.
  public static let index = ContainerFormat.index.kind
}

extension ContainerFormat {
  /// The format of index files.
  ///
  /// The first use of this constant registers it, and so do building, opening and verifying an index. A program that asks
  /// for the kind of a file before any of these calls ``HNSWIndex/registerFormat()`` first.
  public static let index = ContainerFormat(
    kind: FileKind(code: 0x48, name: "index", pathExtension: "idx"),
    sections: [
      ("VECS", "item vectors by node"), ("VSCL", "scales and offsets by node"), ("CODE", "codes by node"),
      ("NBIA", "biases by node"),
      ("NNRM", "norms by node"), ("LNK0", "links, level 0"), ("UPIX", "upper nodes and their slots"),
      ("LNKU", "links, upper levels"), ("NROW", "embeddings rows by node"), ("RNOD", "nodes by embeddings row"),
      ("NCPY", "next copy by node"), ("NGRP", "next of a group by node"),
      ("NLST", "list by node"), ("LIST", "lists"),
      ("NTAL", "what codes leave out, by node"),
      ("BYTE", "vectors as bytes, by node"),
      ("CBOK", "codebooks"), ("RCAL", "recall measured at build"), ("TOMB", "deleted rows"),
      ("EMBF", "the embeddings file, whole"),
    ] + itemSections,
    wrongKindHelp: "give the .idx file that `akin index` wrote, or make one from an embeddings file with `akin index`"
  ).registered()
}
