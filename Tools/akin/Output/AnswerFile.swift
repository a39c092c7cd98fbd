import Akin
import AkinInterchange
import AkinSupport

/// Answers to many queries, as files: `k` places for each query, best first.
enum AnswerFile {
  /// Writes positions in the embeddings file as int64, -1 where there are fewer answers.
  static func write(positions table: NeighborTable, k: Int, to path: String, overwrite: Bool) throws {
    let places = places(table, k: k, empty: -1) { Int64($0.row.index) }
    try NpyWriter.write(places, rows: table.queryCount, columns: k, to: path, overwrite: overwrite)
  }

  /// Writes scores as float32, minus infinity where there are fewer answers.
  static func write(scores table: NeighborTable, k: Int, to path: String, overwrite: Bool) throws {
    let rows = (0..<table.queryCount).map { query in
      var scores = [Float](repeating: -.infinity, count: k)
      for (place, neighbor) in table[query].prefix(k).enumerated() { scores[place] = neighbor.score }
      return scores
    }
    try NpyWriter.write(EmbeddingMatrix(rows: rows, dimension: k), to: path, overwrite: overwrite)
  }

  /// Writes the items' ids: int64 when all of them are numbers below 2⁶³, else a line of texts a query, with tabs
  /// between.
  static func write(ids: IDTable, of table: NeighborTable, k: Int, to path: String, overwrite: Bool) throws {
    var isNumeric = true
    let places = places(table, k: k, empty: -1) { neighbor -> Int64 in
      guard case .number(let number) = ids.id(of: neighbor.row), let id = Int64(exactly: number) else {
        isNumeric = false
        return -1
      }
      return id
    }
    if isNumeric {
      return try NpyWriter.write(places, rows: table.queryCount, columns: k, to: path, overwrite: overwrite)
    }
    var output = try AtomicOutput(path: path, overwrite: overwrite)
    for query in 0..<table.queryCount {
      let fields = table[query].map { Cell.text(ids.id(of: $0.row).description).field }
      try output.write(fields.joined(separator: "\t") + "\n")
    }
    try output.commit()
  }

  private static func places<Value>(
    _ table: NeighborTable, k: Int, empty: Value, _ value: (Neighbor) -> Value
  ) -> [Value] {
    var places = [Value](repeating: empty, count: table.queryCount * k)
    for query in 0..<table.queryCount {
      for (place, neighbor) in table[query].prefix(k).enumerated() { places[query * k + place] = value(neighbor) }
    }
    return places
  }
}
