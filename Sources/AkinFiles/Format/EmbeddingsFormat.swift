extension ContainerFormat {
  /// The format of embeddings files.
  public static let embeddings = ContainerFormat(
    kind: .embeddings,
    sections: [
      ("IVEC", "item vectors"), ("UVEC", "user vectors"), ("IBIA", "item biases"), ("UBIA", "user biases"),
      ("IDEG", "item degrees"),
    ] + itemSections + [
      ("UID8", "user ids"), ("UIDP", "user rows sorted by id"), ("USOF", "user ids: offsets"),
      ("USBL", "user ids: text"),
      ("OBJV", "training objective"), ("HOFF", "history: offsets by user"), ("HROW", "history: item rows"),
      ("HVAL", "history: values"), ("HWGT", "history: weights"),
      ("FVEC", "side-feature vectors"), ("FNOF", "side-feature names: offsets"), ("FNBL", "side-feature names"),
      ("FSCL", "side-feature centres and scales"), ("FOBJ", "side-feature counts and weights"),
      ("UTOW", "tower of users"), ("UFOF", "user features: offsets"), ("UFBL", "user features: names"),
      ("ITOW", "tower of items"), ("IFOF", "item features: offsets"), ("IFBL", "item features: names"),
    ],
    wrongKindHelp: "give the .emb file that `akin train` or `akin import` wrote")

  /// Ids, titles, categories and attributes of items: an index takes these sections over as they are.
  package static let itemSections: [Section] = [
    ("IID8", "item ids"), ("IIDP", "item rows sorted by id"), ("ISOF", "item ids: offsets"), ("ISBL", "item ids: text"),
    ("ITOF", "titles: offsets"), ("ITBL", "titles: text"),
    ("ICOF", "categories: offsets by item"), ("ICAT", "categories: numbers"),
    ("CNOF", "category names: offsets"), ("CNBL", "category names: text"),
    ("ADEF", "attributes: kinds"), ("ANOF", "attribute names: offsets"), ("ANBL", "attribute names: text"),
    ("ASET", "attributes: which items have them"), ("ANUM", "attributes: numbers and times"),
    ("AFLG", "attributes: flags"), ("ACOD", "attributes: words by item"), ("ALOF", "attributes: offsets of lists"),
    ("ALST", "attributes: lists of words"), ("AWOF", "attribute words: offsets"), ("AWBL", "attribute words: text"),
  ]
}
