/// What this version of Akin knows about one kind of file: its sections and its feature bits.
package struct ContainerFormat: Sendable {
  /// The required feature bits that this version understands.
  package let features: UInt64
  /// The sections that this version understands, with what they hold.
  package let sections: [(name: SectionName, meaning: String)]

  /// The format of a kind.
  package static func of(_ kind: FileKind) -> ContainerFormat {
    switch kind {
    case .embeddings: embeddings
    case .index: index
    }
  }

  func knows(_ name: SectionName) -> Bool { sections.contains { $0.name == name } }

  private static let embeddings = ContainerFormat(
    features: 0,
    sections: [
      ("IVEC", "item vectors"), ("UVEC", "user vectors"), ("IBIA", "item biases"), ("UBIA", "user biases"),
    ] + ids + [
      ("OBJV", "training objective"), ("HOFF", "history: offsets by user"), ("HROW", "history: item rows"),
      ("HVAL", "history: values"),
      ("FVEC", "side-feature vectors"), ("FNOF", "side-feature names: offsets"), ("FNBL", "side-feature names"),
      ("FSCL", "side-feature centres and scales"), ("FOBJ", "side-feature counts and weights"),
      ("UTOW", "tower of users"), ("UFOF", "user features: offsets"), ("UFBL", "user features: names"),
      ("ITOW", "tower of items"), ("IFOF", "item features: offsets"), ("IFBL", "item features: names"),
    ] + common)

  private static let index = ContainerFormat(
    features: 0,
    sections: [
      ("VECS", "item vectors by node"), ("CODE", "codes by node"), ("NBIA", "biases by node"),
      ("NNRM", "norms by node"), ("LNK0", "links, level 0"), ("UPIX", "upper nodes and their slots"),
      ("LNKU", "links, upper levels"), ("NROW", "embeddings rows by node"), ("RNOD", "nodes by embeddings row"),
      ("NCPY", "next copy by node"), ("NTAL", "what codes leave out, by node"), ("BYTE", "vectors as bytes, by node"),
      ("CBOK", "codebooks"),
      ("RCAL", "recall measured at build"), ("TOMB", "deleted rows"),
    ] + ids + common)

  private static let ids: [(name: SectionName, meaning: String)] = [
    ("IID8", "item ids"), ("IIDP", "item rows sorted by id"), ("ISOF", "item ids: offsets"), ("ISBL", "item ids: text"),
    ("UID8", "user ids"), ("UIDP", "user rows sorted by id"), ("USOF", "user ids: offsets"), ("USBL", "user ids: text"),
    ("ITOF", "titles: offsets"), ("ITBL", "titles: text"),
    ("ICOF", "categories: offsets by item"), ("ICAT", "categories: numbers"),
    ("CNOF", "category names: offsets"), ("CNBL", "category names: text"),
  ]

  private static let common: [(name: SectionName, meaning: String)] = [
    ("META", "metadata"), ("PROV", "provenance"), ("CHKS", "checksums"),
  ]
}

extension SectionName {
  /// What a section of this name holds in a file of a kind, in a few words; `nil` when this version does not know.
  public func meaning(in kind: FileKind) -> String? {
    ContainerFormat.of(kind).sections.first { $0.name == self }?.meaning
  }
}
