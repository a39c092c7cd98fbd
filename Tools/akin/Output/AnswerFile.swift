import Akin
import AkinInterchange
import AkinSupport

/// Files with the answers to many queries: `k` entries a query, best first.
enum AnswerFile {
  /// Writes item ids: as int64 when all are numbers below 2⁶³, otherwise as one line of tab-separated texts a query.
  static func write(ids: IDTable, of table: NeighborTable, k: Int, to path: String, overwrite: Bool) throws {
    func number(_ neighbor: Neighbor) -> Int64? {
      if case .number(let number) = ids.id(of: neighbor.row) { Int64(exactly: number) } else { nil }
    }
    let isNumeric = (0..<table.queryCount).allSatisfy { table[$0].allSatisfy { number($0) != nil } }
    if isNumeric {
      return try NpyWriter.write(table, k: k, to: path, overwrite: overwrite) { number($0) ?? -1 }
    }
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    for query in 0..<table.queryCount {
      let fields = table[query].map { Cell.text(ids.id(of: $0.row).description).field }
      try output.write(fields.joined(separator: "\t") + "\n")
    }
    try output.commit()
  }
}
