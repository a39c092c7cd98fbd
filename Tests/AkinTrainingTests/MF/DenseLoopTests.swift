import AkinSupport
import CAkinKernels
import Testing

@testable import AkinTraining

@Suite("The dense loops")
struct DenseLoopTests {
  static let levels = [AKIN_SCALAR, AKIN_AVX2, AKIN_AVX512, AKIN_NEON].filter { DenseLoops(level: $0) != nil }
    .map(\.rawValue)

  private func table(_ count: Int, _ width: Int, seed: UInt64) throws -> DoubleTable {
    let table = DoubleTable(count: count, width: width)
    try table.draw(deviation: 1, columns: width, seed: seed, purpose: 1, execution: Execution(threads: 1)) { _ in true }
    return table
  }

  @Test("Every level does what the plain loops do", arguments: levels, [8, 16, 40, 104])
  func steps(level: UInt32, width: Int) throws {
    let plain = try #require(DenseLoops(level: AKIN_SCALAR))
    let loops = try #require(DenseLoops(level: akin_level(rawValue: level)))
    func close(_ a: DoubleTable, _ b: DoubleTable) -> Bool {
      (0..<a.count).allSatisfy { row in
        (0..<width).allSatisfy { abs(a[row, $0] - b[row, $0]) <= 1e-13 * (1 + abs(b[row, $0])) }
      }
    }
    let (a, b) = (try table(5, width, seed: 3), try table(5, width, seed: 3))
    for (table, loops) in [(a, loops), (b, plain)] {
      unsafe loops.add(table.row(0), 0.5, -2, table.row(1), width)
      unsafe loops.step(table.row(0), table.row(1), 0.9, 0.8, 0.25, width)
      // Second moments are sums of squares.
      unsafe loops.add(table.row(4), 0, 0, table.row(0), width)
      var adam = akin_adam(beta1: 0.9, beta2: 0.999, rate: 0.1, epsilon: 1e-7)
      unsafe loops.adam(&adam, table.row(1), table.row(2), table.row(3), table.row(4), width)
      unsafe table[0, 0] += loops.dot(table.row(2), table.row(3), width)
    }
    #expect(close(a, b), "level \(level)")
  }

  @Test("Every level multiplies as the plain loops do, at any shape", arguments: levels, [1, 3, 4, 9, 70])
  func products(level: UInt32, height: Int) throws {
    let plain = try #require(DenseLoops(level: AKIN_SCALAR))
    let loops = try #require(DenseLoops(level: akin_level(rawValue: level)))
    for (rows, width) in [(1, 8), (5, 16), (130, 24)] {
      let (a, b) = (try table(rows, height, seed: 4), try table(height, width, seed: 5))
      let c = try table(rows, width, seed: 6)
      let (products, crosses) = (
        [try table(rows, width, seed: 7), try table(rows, width, seed: 7)],
        [try table(height, width, seed: 8), try table(height, width, seed: 8)]
      )
      for (place, loops) in [loops, plain].enumerated() {
        unsafe loops.multiply(
          a.base, a.stride, rows, height, b.base, b.stride, width, -0.5, products[place].base, width)
        unsafe loops.cross(a.base, a.stride, height, c.base, c.stride, width, rows, crosses[place].base, width)
      }
      for pair in [products, crosses] {
        for row in 0..<pair[0].count {
          for column in 0..<width {
            let (found, expected) = (pair[0][row, column], pair[1][row, column])
            #expect(
              abs(found - expected) <= 1e-12 * (1 + abs(expected)), "level \(level): \(rows) × \(height) × \(width)")
          }
        }
      }
    }
  }

  @Test(
    "Ridge regression solves its normal equations, the short way and the long", arguments: levels, [1, 3, 9, 20, 70])
  func ridge(level: UInt32, count: Int) throws {
    let loops = try #require(DenseLoops(level: akin_level(rawValue: level)))
    let width = 21
    let table = try table(count, width, seed: 7)
    let targets = try self.table(1, count, seed: 8)
    let penalties = DoubleTable(count: 1, width: table.stride)
    for j in 0..<table.stride { penalties[0, j] = j < 18 ? 0.5 + Double(j) / 10 : -1 }
    let scratch = DoubleTable(count: 1, width: akin_dense_scratch(table.stride))
    let out = DoubleTable(count: 1, width: table.stride)
    for positive in [Int32(0), 1] {
      var system = unsafe akin_ridge(
        table: UnsafePointer(table.base), stride: table.stride, penalty: UnsafePointer(penalties.base),
        positive: positive)
      let status = unsafe loops.ridge(
        &system, (0..<UInt32(count)).map { $0 }, targets.base, count, scratch.base, out.base)
      #expect(status == 0)
      for j in 0..<table.stride {
        if j >= 18 {
          #expect(out[0, j] == 0)
          continue
        }
        var slope = penalties[0, j] * out[0, j]
        for k in 0..<count {
          let score = (0..<width).reduce(0.0) { $0 + table[k, $1] * out[0, $1] }
          slope += (score - targets[0, k]) * table[k, j]
        }
        #expect(abs(slope) < 1e-10, "level \(level), \(count) rows, component \(j)")
      }
    }
  }

  @Test("A system with many solutions is said to be one", arguments: levels)
  func singular(level: UInt32) throws {
    let loops = try #require(DenseLoops(level: akin_level(rawValue: level)))
    let table = try table(3, 8, seed: 1)
    let targets = try self.table(1, 3, seed: 2)
    let penalties = DoubleTable(count: 1, width: 8)
    let scratch = DoubleTable(count: 1, width: akin_dense_scratch(8))
    let out = DoubleTable(count: 1, width: 8)
    var system = unsafe akin_ridge(
      table: UnsafePointer(table.base), stride: 8, penalty: UnsafePointer(penalties.base), positive: 0)
    #expect(unsafe loops.ridge(&system, [0, 1, 2], targets.base, 3, scratch.base, out.base) == 1)
  }
}
