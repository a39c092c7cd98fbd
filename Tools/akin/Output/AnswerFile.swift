import Akin
import AkinInterchange
import AkinSupport

/// Files with the answers to many queries: `k` entries a query, best first.
enum AnswerFile {
  /// Throws when ids cannot be written under a name: texts in an `.npy`.
  static func check(ids: any ItemIndex, path: String) throws(AnswerFileError) {
    if !ids.hasNumbersAsIDs, path.hasSuffix(".npy") { throw .textsInArray(path: path) }
  }

  /// Writes item ids: numbers as int64, or as uint64 where one is 2⁶³ or more; texts as one tab-separated line a query.
  static func write(ids: any ItemIndex, of table: NeighborTable, k: Int, to path: String, overwrite: Bool) throws {
    func number(_ neighbor: Neighbor) -> UInt64 {
      if case .number(let number) = ids.id(of: neighbor.row) { number } else { .max }
    }
    if ids.hasNumbersAsIDs {
      let isWide = (0..<table.queryCount).contains { table[$0].contains { number($0) > UInt64(Int64.max) } }
      if isWide { return try NpyWriter.write(table, k: k, to: path, overwrite: overwrite, unsigned: number) }
      return try NpyWriter.write(table, k: k, to: path, overwrite: overwrite) {
        Int64(truncatingIfNeeded: number($0))
      }
    }
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    for query in 0..<table.queryCount {
      let fields = table[query].map { Cell.text(ids.id(of: $0.row).description).field }
      try output.write(fields.joined(separator: "\t") + "\n")
    }
    try output.commit()
  }
}

/// Answers that a file cannot hold.
enum AnswerFileError: AkinError, Equatable {
  /// The ids are texts, and the file is an array of numbers.
  case textsInArray(path: String)
  /// The name promises text, and the file is an array of numbers.
  case noText(path: String, name: String)

  var kind: TroubleKind { .usage }

  var description: String {
    switch self {
    case .textsInArray(let path): "\(path): expected item ids that are numbers, for an .npy; found texts"
    case .noText(let path, let name): "\(path): expected the name of an .npy, for answers as numbers; found \(name)"
    }
  }

  var help: String? {
    switch self {
    case .textsInArray: "give the output a name that ends in .txt: texts are written as one line a query"
    case .noText: "give it a name that ends in .npy; lists as text with ids: akin recommend --all, akin related --all"
    }
  }
}
