import AkinSupport

/// How pandas makes rows of a file of JSON, or of Python's lists and dictionaries, as far as its first bytes tell.
public struct JSONFrame: Sendable, Equatable {
  /// What makes a data frame of the file's content.
  private enum Maker: Sendable, Equatable {
    /// Rows of objects, whose nested objects become columns.
    case normalized
    /// Rows of the objects in a field, each with one field of the object around it.
    case nested(list: String, user: String?)
    /// A row for each element of a list in a field.
    case exploded(list: String)
    /// Rows of arrays, or columns.
    case plain
    /// An object of users, each with an object of items and values.
    case matrix
    /// An object of users, each with a list of items.
    case lists
  }

  /// The keys that lead from the whole text to the rows.
  private var keys: [String] = []
  private let isLines: Bool
  private let isPython: Bool
  private let maker: Maker
  private let names: [String]?

  /// The layout of a text; `nil` for one that is no rows in a usual form.
  ///
  /// - Parameters:
  ///   - shape: What the text is made of.
  ///   - isPython: Whether Python reads it, and not JSON's reader.
  init?(_ shape: JSONShape, isPython: Bool) {
    self.isPython = isPython
    isLines = shape.isLines
    var rows = shape.isLines ? JSONShape.Value.array(of: shape.value) : shape.value
    // One user alone is a file of one line. Else the rows may be in a field of the whole.
    if rows.fields.contains(where: { $0.value.isScalar && JSONFrame.isUser($0) }) { rows = .array(of: rows) }
    while let field = JSONFrame.way(through: rows.fields) {
      keys.append(field.key)
      rows = field.value
    }
    switch rows {
    case .array(of: .object(let fields)?):
      names = nil
      if let list = fields.first(where: { $0.value.isTable }) {
        maker = .nested(list: list.key, user: JSONFrame.user(of: fields))
      } else if let list = fields.first(where: { $0.value.isList }),
        !fields.contains(where: { $0.value.isScalar && JSONFrame.isItem($0) })
      {
        maker = .exploded(list: list.key)
      } else {
        maker = .normalized
      }
    case .array(of: .array?):
      (maker, names) = (.plain, [])
    case .object(let fields) where !fields.isEmpty && fields.allSatisfy({ !$0.value.fields.isEmpty }):
      // pandas writes columns as objects of rows, numbered from 0.
      let isColumns = fields[0].value.fields[0].key == "0" && fields.contains(where: JSONFrame.isItem)
      (maker, names) = isColumns ? (.plain, nil) : (.matrix, ["user", "item", "value"])
    case .object(let fields) where !fields.isEmpty && fields.allSatisfy({ $0.value.isList }):
      (maker, names) = fields.contains(where: JSONFrame.isItem) ? (.plain, nil) : (.lists, ["user", "item"])
    default: return nil
    }
  }

  /// The field that holds the rows, or another object that does: a table, an object with one, or the only field, whose objects hold objects.
  private static func way(through fields: [JSONShape.Field]) -> JSONShape.Field? {
    if let table = fields.first(where: { $0.value.isTable }) { return table }
    if let around = fields.first(where: { $0.value.fields.contains { $0.value.isTable } }) { return around }
    guard fields.count == 1, let only = fields.first, !only.value.fields.isEmpty else { return nil }
    return only.value.fields.allSatisfy { !$0.value.fields.isEmpty } ? only : nil
  }

  /// Whether a field has a known name of users.
  private static func isUser(_ field: JSONShape.Field) -> Bool {
    ColumnNames.user.contains(ColumnNames.fold(field.key))
  }

  /// Whether a field has a known name of items.
  private static func isItem(_ field: JSONShape.Field) -> Bool {
    ColumnNames.item.contains(ColumnNames.fold(field.key))
  }

  /// The field of the user: one with a known name, else an id, else the first that is no list or object.
  private static func user(of fields: [JSONShape.Field]) -> String? {
    let scalars = fields.filter(\.value.isScalar)
    let chosen = scalars.first(where: isUser) ?? scalars.first { $0.key.lowercased().hasSuffix("id") } ?? scalars.first
    return chosen?.key
  }

  /// The data frame, in Python.
  func expression(_ path: String) -> String {
    let reader = isPython ? "ast.literal_eval" : "json.loads"
    let lines = "[\(reader)(x) for x in open('\(path)')]"
    let whole = isPython ? "ast.literal_eval(open('\(path)').read())" : "json.load(open('\(path)'))"
    let content = (isLines ? lines : whole) + keys.map { "[\($0.pythonText)]" }.joined()
    switch maker {
    case .normalized: return "pandas.json_normalize(\(content))"
    case .nested(let list, let user):
      return "pandas.json_normalize(\(content), \(list.pythonText)\(user.map { ", [\($0.pythonText)]" } ?? ""))"
    case .exploded(let list): return "pandas.DataFrame(\(content)).explode(\(list.pythonText))"
    case .plain: return "pandas.DataFrame(\(content))"
    case .matrix: return "pandas.DataFrame(\(content)).T.stack().dropna().reset_index()"
    case .lists: return "pandas.Series(\(content)).explode().reset_index()"
    }
  }

  /// The options with which the frame is written.
  var options: String {
    switch names {
    case nil: "index=False"
    case []?: "index=False, header=False"
    case let names?: "index=False, header=[\(names.map { "'\($0)'" }.joined(separator: ", "))]"
    }
  }
}

extension String {
  /// The text as Python writes it in quotes, so that a name from a file is no more than a text in advice.
  var pythonText: String {
    let marks: [Character: String] = ["'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\r\n": "\\r\\n"]
    return "'" + map { marks[$0] ?? String($0) }.joined() + "'"
  }
}
