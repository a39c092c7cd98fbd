// Lines of pandas that mend a column of a file, by its name or its number where these are known.

extension InteractionError {
  /// What leaves out all rows with a text in a column of ids, and the option that names another column.
  ///
  /// - Parameters:
  ///   - text: The text, as Python writes it.
  ///   - role: What the ids are: `user` or `item`, or the name of the column.
  func rowsWith(_ text: String, _ role: String) -> String {
    guard let place else {
      return "t = pandas.read_csv('\(path)', dtype=str, keep_default_na=False, sep=None, engine='python'); "
        + "t[t['COLUMN'] != \(text)].to_csv('rows.csv', index=False), by the name of the column"
    }
    return "t = pandas.read_csv('\(path)', dtype=str, keep_default_na=False\(place.reading)); "
      + "t[t[\(place.key)] != \(text)].to_csv('rows.csv', index=False\(place.writing))"
      + (place.option.map { "; ids of another column: \($0) COLUMN" } ?? "")
  }

  /// Lines of Python that write the file with another column, which a text names as `t[COLUMN]`.
  func changed(_ column: String) -> String {
    let key = place?.key ?? "'COLUMN'"
    return "t = pandas.read_csv('\(path)', dtype=str\(place?.reading ?? "")); t[\(key)] = "
      + column.replacing("t['COLUMN']", with: "t[\(key)]")
      + "; t.to_csv('rows.csv', index=False\(place?.writing ?? ""))"
  }
}
