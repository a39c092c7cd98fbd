import AkinVectors

/// Vectors and what belongs to each of them: the content of a file for other programs.
public struct VectorTable: Sendable {
  /// What the rows are: the beginning of the names of arrays, as in `item_factors`.
  public enum Role: String, Sendable {
    /// Items.
    case item
    /// Users.
    case user
  }

  /// What the rows are.
  public var role: Role
  /// One vector a row.
  public var vectors: EmbeddingMatrix
  /// One id a row.
  public var ids: IDColumn
  /// One bias a row, or `nil`.
  public var biases: [Float]?
  /// One title a row, empty for none; or `nil`.
  public var titles: [String]?
  /// Further columns, for tables of text; each has a value a row.
  public var attributes: [Attribute]

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - role: What the rows are.
  ///   - vectors: One vector a row.
  ///   - ids: One id a row.
  ///   - biases: One bias a row, or `nil`.
  ///   - titles: One title a row, empty for none; or `nil`.
  ///   - attributes: Further columns.
  public init(
    _ role: Role, vectors: EmbeddingMatrix, ids: IDColumn, biases: [Float]? = nil, titles: [String]? = nil,
    attributes: [Attribute] = []
  ) {
    for count in [ids.count, biases?.count ?? vectors.count, titles?.count ?? vectors.count]
      + attributes.map(\.itemCount)
    {
      precondition(count == vectors.count, "a table has one id, bias, title and value a row")
    }
    self.attributes = attributes
    self.role = role
    self.vectors = vectors
    self.ids = ids
    self.biases = biases
    self.titles = titles
  }

  /// The number of rows.
  public var count: Int { vectors.count }
}

extension VectorTable {
  /// A column of text beside the vectors.
  struct Column: Sendable {
    /// The name in the first line of a file.
    let name: String
    /// Appends the field of a row.
    let append: @Sendable (_ row: Int, _ text: inout [UInt8]) -> Void
  }

  /// The columns of `.tsv` tables and of `metadata.tsv`, in their order: ids, titles, biases, attributes. A reader knows them by
  /// their names, so an attribute whose name means another column gets another.
  var columns: [Column] {
    let ids = ids
    var columns = [
      Column(name: "id") { row, text in TextField.append(ids[Row(row)].description, to: &text) }
    ]
    if let titles {
      columns.append(Column(name: "title") { row, text in TextField.append(titles[row], to: &text) })
    }
    if let biases {
      columns.append(Column(name: "bias") { row, text in text.append(contentsOf: biases[row].description.utf8) })
    }
    for attribute in attributes {
      let isTaken = ["id", "title", "bias"].contains(attribute.name) || VectorTable.isVectorName(attribute.name)
      columns.append(
        Column(name: TextField.escaped(isTaken ? attribute.name + " attribute" : attribute.name)) { row, text in
          if let value = attribute[Row(row)] { TextField.append(VectorTable.text(of: value), to: &text) }
        })
    }
    return columns
  }

  /// Whether a name is that of a component: `x0`, `x1`, …
  private static func isVectorName(_ name: String) -> Bool {
    name.hasPrefix("x") && UInt64(name.dropFirst()) != nil
  }

  /// A value as `--items` and `--attributes` read it: the words of a list between bars, times as dates.
  private static func text(of value: AttributeValue) -> String {
    switch value {
    case .number(let number): shownNumber(number)
    case .word(let word): word
    case .list(let words): words.joined(separator: "|")
    case .flag(let flag): "\(flag)"
    case .time(let seconds): dateOfSeconds(seconds)
    }
  }

  /// Appends the components of a row: for each the shortest decimal that reads back as the same float32.
  func appendComponents(of row: Int, separatedBy separator: UInt8, to text: inout [UInt8]) {
    vectors.withRow(Row(row)) { components in
      for component in 0..<components.count {
        if component > 0 { text.append(separator) }
        text.append(contentsOf: components[component].description.utf8)
      }
    }
  }
}
