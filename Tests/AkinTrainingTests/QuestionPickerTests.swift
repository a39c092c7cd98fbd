import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinTraining

@Suite("What to ask a new user")
struct QuestionPickerTests {
  private func model(_ method: any TrainingMethod, seed: UInt64) throws -> (Embeddings, [UInt32]) {
    let x = try ratings(seed: seed)
    let embeddings = try method.train(x, execution: Execution(threads: 1)).embeddings(for: x)
    return (embeddings, (0..<x.byItem.rowCount).map { UInt32(x.byItem.count(ofRow: $0)) })
  }

  private var wals: WALSOptions {
    var options = WALSOptions()
    options.dimensions = 5
    options.epochs = 4
    options.weighting = .constant
    return options
  }

  /// The inverse, by Gauss and Jordan.
  private func inverse(_ matrix: [[Double]]) -> [[Double]] {
    let n = matrix.count
    var work = (0..<n).map { row in matrix[row] + (0..<n).map { $0 == row ? 1.0 : 0 } }
    for column in 0..<n {
      let pivot = (column..<n).max { work[$0][column].magnitude < work[$1][column].magnitude } ?? column
      work.swapAt(column, pivot)
      let head = work[column][column]
      for k in 0..<2 * n { work[column][k] /= head }
      for row in 0..<n where row != column {
        let factor = work[row][column]
        for k in 0..<2 * n { work[row][k] -= factor * work[column][k] }
      }
    }
    return work.map { Array($0[n...]) }
  }

  @Test("Answer by answer, covariance and spread are those of a fresh inverse", arguments: [1, 2, 3] as [UInt64])
  func downdate(seed: UInt64) throws {
    for method in [wals, options { $0.epochs = 4 }] as [any TrainingMethod] {
      let (embeddings, counts) = try model(method, seed: seed)
      var picker = try QuestionPicker(embeddings, counts: counts)
      let width = embeddings.items.dimension + (embeddings.userBiases == nil ? 0 : 1)
      func matrix(_ flat: [Double]) -> [[Double]] { (0..<width).map { Array(flat[$0 * width..<($0 + 1) * width]) } }
      func x(_ row: Row) -> [Double] {
        embeddings.items[row].map { Double($0) } + [Double](repeating: 1, count: width - embeddings.items.dimension)
      }
      var precision = inverse(matrix(picker.covariance))
      let noise = embeddings.objective?.model == .mf ? 0.64 : 0.1
      for step in 0..<6 {
        let row = try #require(picker.next())
        picker.answer(row, has: step % 2 == 0)
        for a in 0..<width { for b in 0..<width { precision[a][b] += x(row)[a] * x(row)[b] / noise } }
        let fresh = inverse(precision)
        let kept = matrix(picker.covariance)
        let size = fresh.joined().map(\.magnitude).max() ?? 1
        for a in 0..<width {
          for b in 0..<width {
            #expect((fresh[a][b] - kept[a][b]).magnitude < 1e-6 * size, "seed \(seed), step \(step)")
          }
        }
        for item in 0..<embeddings.items.count {
          let q = x(Row(item))
          var z = 0.0
          for a in 0..<width { for b in 0..<width { z += q[a] * fresh[a][b] * q[b] } }
          #expect((z - picker.spread[item]).magnitude < 1e-6 * max(1, z), "seed \(seed), item \(item)")
        }
      }
    }
  }

  @Test("Every item is asked for once, and only items that somebody has")
  func once() throws {
    let (embeddings, counts) = try model(wals, seed: 4)
    var picker = try QuestionPicker(embeddings, counts: counts)
    var asked: [Row] = []
    while let row = picker.next() {
      asked.append(row)
      if asked.count % 3 == 0 { picker.skip(row) } else { picker.answer(row, has: asked.count % 2 == 0) }
    }
    #expect(Set(asked).count == asked.count)
    #expect(asked.count == counts.filter { $0 > 0 }.count)
    #expect(Set(asked).allSatisfy { counts[Int($0.index)] > 0 })
  }

  @Test("Answers move the chances of wals: who has an item of a camp is likelier to have another")
  func chances() throws {
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for user in 0..<40 {
      for item in 0..<20 where (user + item) % 2 == 0 && (user * 7 + item * 3) % 5 != 0 {
        rows.append((.number(UInt64(user)), .number(UInt64(item)), 1))
      }
    }
    let x = try Interactions(rows: rows)
    let embeddings = try wals.train(x, execution: Execution(threads: 1)).embeddings(for: x)
    var picker = try QuestionPicker(
      embeddings, counts: (0..<x.byItem.rowCount).map { UInt32(x.byItem.count(ofRow: $0)) })
    picker.answer(Row(0))
    picker.answer(Row(1), has: false)
    for item in 2..<20 where item % 2 == 0 {
      #expect(picker.chance(of: Row(item)) > picker.chance(of: Row(item + 1)), "item \(item)")
    }
  }

  @Test("Without users, without items, without an objective")
  func edges() throws {
    var bare = Embeddings(items: EmbeddingMatrix(uniformRows: [[1, 2]], dimension: 2))
    #expect(throws: FoldInError.noObjective) { try QuestionPicker(bare, counts: [1]) }
    bare.objective = Objective(model: .wals, weighting: .constant)
    bare.objective?.training = .init(pairs: 0, users: 0)
    var alone = try QuestionPicker(bare, counts: [1])
    #expect(alone.next() == Row(0))
    alone.skip(Row(0))
    alone.skip(Row(9))
    alone.answer(Row(9))
    #expect(alone.next() == nil)
    #expect(try QuestionPicker(bare, counts: []).next() == nil)
  }
}
