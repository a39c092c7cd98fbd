import AkinSupport

/// The two files of a generated catalogue.
struct SampleFiles: Sendable {
  /// `user,item,rating` rows.
  let interactions: String
  /// `item,title,categories` rows, categories joined by `|`.
  let items: String

  /// Names the files in a directory.
  init(directory: String) {
    let prefix = directory.hasSuffix("/") ? directory : directory + "/"
    interactions = prefix + "interactions.csv"
    items = prefix + "items.csv"
  }

  /// Writes both files; users and items are numbered from 1.
  func write(_ catalogue: SampleCatalogue, overwrite: Bool, execution: Execution) throws {
    // Both are opened before either is written, so that one that exists already leaves the other as it was.
    var rows = try AtomicOutput(path: interactions, overwrite: overwrite)
    var titles = try AtomicOutput(path: items, overwrite: overwrite)
    try titles.write("item,title,categories\n")
    try catalogue.forEachItem { item, title, categories throws(OutputError) in
      try titles.write("\(item + 1),\(title),\(categories.joined(separator: "|"))\n")
    }
    try rows.write("user,item,rating\n")
    let activity = catalogue.activity()
    var written = 0
    for user in 0..<catalogue.users {
      if user % 1024 == 0 {
        try execution.checkCancellation()
        execution.progress?(
          ProgressEvent(stage: "sample", completed: written, total: catalogue.interactions, unit: "interactions"))
      }
      for choice in catalogue.choices(of: user, count: activity[user]) {
        try rows.write("\(user + 1),\(choice.item + 1),\(choice.rating)\n")
      }
      written += activity[user]
    }
    try titles.commit()
    try rows.commit()
  }
}

/// Makes a directory, and those above it, unless they are there.
func makeDirectory(_ path: String) throws(OutputError) {
  var end = path.startIndex
  while end < path.endIndex {
    end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
    let prefix = String(path[..<end])
    if unsafe mkdir(prefix, 0o777) != 0, errno != EEXIST, errno != EISDIR {
      throw .failed(path: prefix, call: "mkdir", errno: errno)
    }
  }
}
