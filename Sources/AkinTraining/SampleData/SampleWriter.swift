import AkinSupport

extension SampleCatalogue {
  /// Writes `interactions.csv` (`user,item,value`) and `items.csv` (`item,title,category`) into a directory, which is created
  /// if necessary. Each file appears complete or not at all.
  ///
  /// - Parameters:
  ///   - directory: The directory.
  ///   - overwrite: Whether existing files are replaced.
  ///   - execution: Threads; progress in interactions; cancellation.
  /// - Returns: The paths of the two files.
  /// - Throws: `OutputError` or `Cancelled`.
  @discardableResult
  public func write(
    to directory: String, overwrite: Bool = false, execution: Execution = Execution()
  ) throws -> (interactions: String, items: String) {
    let paths = (interactions: directory + "/interactions.csv", items: directory + "/items.csv")
    for path in [paths.interactions, paths.items] { try AtomicFile.checkName(path, overwrite: overwrite) }
    try makeDirectory(directory)
    var itemFile = try AtomicOutput(path: paths.items, overwrite: overwrite)
    try writeItems(to: &itemFile, execution)
    var file = try AtomicOutput(path: paths.interactions, overwrite: overwrite)
    try writeInteractions(to: &file, execution)
    try execution.checkCancellation()
    try file.commit()
    try itemFile.commit()
    return paths
  }

  private func writeItems(to file: inout AtomicOutput, _ execution: Execution) throws {
    try file.write("item,title,category\n")
    var item = 0
    try forEachItem { title, categories in
      if item % 8192 == 0 { try execution.checkCancellation() }
      item += 1
      try file.write("\(item),\"\(title)\",\(categories.joined(separator: "|"))\n")
    }
  }

  private func writeInteractions(to file: inout AtomicOutput, _ execution: Execution) throws {
    var rows = Array("user,item,value\n".utf8)
    var done = 0
    var reported = 0
    try forEachUser(execution: execution) { user, picks in
      for pick in picks {
        rows.append(decimal: UInt64(user) + 1)
        rows.append(UInt8(ascii: ","))
        rows.append(decimal: UInt64(pick.item) + 1)
        rows.append(UInt8(ascii: ","))
        rows.append(UInt8(ascii: "0") + pick.value)
        rows.append(UInt8(ascii: "\n"))
      }
      if rows.count >= 1 << 16 {
        try file.write(rows)
        rows.removeAll(keepingCapacity: true)
      }
      done += picks.count
      if done - reported >= 500_000 {
        reported = done
        execution.progress?(
          ProgressEvent(stage: "sample", completed: done, total: interactions, unit: "interactions"))
      }
    }
    try file.write(rows)
  }
}

extension [UInt8] {
  fileprivate mutating func append(decimal number: UInt64) {
    if number >= 10 { append(decimal: number / 10) }
    append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
