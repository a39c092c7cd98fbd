extension String {
  /// The commands of a help, whose output does not replace the file that they read: for `data/rows.csv`, `> rows.csv` becomes
  /// `> new-rows.csv`. A shell empties an output before the command reads.
  ///
  /// - Parameter path: The file.
  package func sparing(_ path: String) -> String {
    guard let name = path.split(separator: "/").last else { return self }
    return replacing("> \(name)", with: "> new-\(name)")
  }
}
