import AkinVectors

extension IDInterner {
  /// What the ids look like.
  var spelling: IDSpelling {
    IDSpelling(count: count, texts: texts) { text in contains(text) }
  }
}

extension IDSpelling {
  /// The problem that makes a column unusable, and the number of the id.
  ///
  /// - Parameter column: The name of the column in messages.
  func problem(_ column: String) -> (id: UInt32, problem: InteractionError.Problem)? {
    if let null = nullAmongNumbers { return (null.index, .nullID(column: column, found: null.text)) }
    return twin.map { ($0.index, .paddedID(column: column, found: $0.text)) }
  }
}
