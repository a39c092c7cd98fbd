/// The column of a field that is refused, as lines of pandas name it.
struct FieldPlace: Sendable, Equatable {
  /// The column, counted from 0.
  let column: Int
  /// Its name; `nil` without a header.
  let name: String?
  /// What separates the fields.
  let separator: String
  /// The option that names another column; `nil` for none.
  let option: String?

  /// The column in brackets: its name, or its number.
  var key: String { name?.pythonText ?? String(column) }

  /// Arguments of `read_csv` behind the path: separator and header.
  var reading: String {
    let pattern = separator.map { ".^$*+?{}[]|()\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    let separatorText =
      switch separator {
      case ",": ""
      case " ": ", sep=r'\\s+'"
      case "\t": ", sep='\\t', quoting=3"
      case _ where separator.count > 1: ", sep=r'\(pattern)', engine='python'"
      default: ", sep='\(separator)'"
      }
    return separatorText + (name == nil ? ", header=None" : "")
  }

  /// An argument of `to_csv`: whether names are written.
  var writing: String { name == nil ? ", header=False" : "" }
}
