import AkinVectors

extension IDInterner {
  /// What the ids look like.
  var spelling: IDSpelling {
    IDSpelling(count: count, texts: texts) { text in contains(text) }
  }
}

extension IDInterner {
  /// Two texts that differ by upper and lower case alone; `nil` without such texts.
  var casePair: (String, String)? {
    var seen: [String: String] = [:]
    for (_, text) in texts {
      if let other = seen.updateValue(text, forKey: text.lowercased()) { return (other, text) }
    }
    return nil
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
