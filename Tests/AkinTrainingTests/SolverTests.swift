import AkinSupport
import AkinTestSupport
import AkinVectors
import CAkinKernels
import Testing

@testable import AkinTraining

/// The levels that this CPU has.
private let levels = [AKIN_SCALAR, AKIN_AVX2, AKIN_AVX512, AKIN_NEON].compactMap { Solver(level: $0) }

@Suite("The solver's kernels")
struct SolverTests {
  @Test("The eigen-decomposition gives the matrix back", arguments: [1, 2, 3, 5, 16, 33, 64])
  func eigen(size n: Int) {
    let random = CounterRandom(seed: UInt64(n))
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in i..<n {
        // Two equal columns in front make a repeated eigenvalue 0.
        let value = n > 4 && (i < 2 || j < 2) ? Double(max(i, j) / 2) : random.normal(at: UInt64(i * n + j))
        matrix[i * n + j] = value
        matrix[j * n + i] = value
      }
    }
    var vectors = matrix
    var values = [Double](repeating: 0, count: n)
    var work = [Double](repeating: 0, count: 3 * n)
    #expect(unsafe akin_eigen(&vectors, n, &values, &work) == 0)
    let scale = values.map(\.magnitude).max() ?? 0
    for i in 0..<n {
      for j in 0..<n {
        var back = 0.0
        var product = 0.0
        for k in 0..<n {
          back += values[k] * vectors[k * n + i] * vectors[k * n + j]
          product += vectors[i * n + k] * vectors[j * n + k]
        }
        #expect(abs(back - matrix[i * n + j]) < 1e-13 * Double(n) * max(scale, 1))
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-13 * Double(n))
      }
    }
  }

  @Test(
    "A power of two as a factor scales the eigenvalues exactly, however large or small it is",
    arguments: [-700, -300, 300, 700])
  func eigenScale(exponent: Int) {
    // Squares of these elements are outside of double precision; those of a 2 × 2 matrix are never needed.
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let matrix = [3.0, -1.25, -1.25, 0.5]
    var values = [Double](repeating: 0, count: 2)
    var scaledValues = values
    var work = [Double](repeating: 0, count: 6)
    var vectors = matrix
    #expect(unsafe akin_eigen(&vectors, 2, &values, &work) == 0)
    var scaledVectors = matrix.map { $0 * scale }
    #expect(unsafe akin_eigen(&scaledVectors, 2, &scaledValues, &work) == 0)
    #expect(scaledValues == values.map { $0 * scale })
    #expect(scaledVectors == vectors)
  }

  @Test("A matrix with a NaN has no decomposition, and zero has a plain one")
  func eigenLimits() {
    var work = [Double](repeating: 0, count: 9)
    var values = [Double](repeating: 7, count: 3)
    var zero = [Double](repeating: 0, count: 9)
    #expect(unsafe akin_eigen(&zero, 3, &values, &work) == 0)
    #expect(values == [0, 0, 0])
    var broken = [Double](repeating: .nan, count: 9)
    #expect(unsafe akin_eigen(&broken, 3, &values, &work) == 1)
  }

  @Test("Gramian and change of basis agree with plain loops at every level", arguments: levels.indices)
  func tables(at index: Int) throws {
    let solver = levels[index]
    for (count, dimension) in [(1, 1), (7, 16), (130, 17), (65, 40), (1500, 33)] {
      let table = randomTable(count: count, dimension: dimension, seed: 3)
      let gramian = try table.gramian(solver: solver, execution: Execution(threads: 1))
      let stride = table.stride
      for i in 0..<dimension {
        for j in i..<dimension {
          var sum = 0.0
          for row in 0..<count { sum += Double(table[row, i]) * Double(table[row, j]) }
          // 64 rows at a time in single precision: each block is off by at most 64 roundings of its own size.
          #expect(abs(sum - gramian[i * stride + j]) < 1e-6 * Double(count) + 1e-5)
        }
      }
      let basis = randomTable(count: stride, dimension: dimension, seed: 4)
      let out = FactorTable(count: count, dimension: dimension)
      unsafe solver.rotate(table.base, stride, count, basis.base, out.base)
      for row in 0..<count {
        for j in 0..<dimension {
          var sum = 0.0
          for i in 0..<stride { sum += Double(table[row, i]) * Double(basis[i, j]) }
          #expect(abs(sum - Double(out[row, j])) < 1e-5 * Double(dimension))
        }
      }
    }
  }

  @Test(
    "A solved row agrees with the specification: short and long, weights above, at and below w0",
    arguments: levels.indices, [1, 16, 24, 64])
  func rows(at index: Int, dimension: Int) throws {
    let solver = levels[index]
    let table = randomTable(count: 300, dimension: dimension, seed: 5)
    let stride = table.stride
    let spectrum = FactorTable(count: 1, dimension: stride)
    let random = CounterRandom(seed: UInt64(dimension))
    let w0: Float = 0.5
    for count in [1, 2, 5, 15, 16, 17, 33, 47, 48, 49, 64, 100, 300] {
      for mood in 0..<4 {
        // Weights below w0 take away from the spectrum, which in life is at least w0 times what is taken: 300 normal
        // rows of 64 have no eigenvalue above 800.
        let least: Float = mood == 0 ? 0 : 400
        for component in 0..<stride {
          let draw = Float(random.uniform(at: UInt64(component)))
          unsafe spectrum.base[component] = component < dimension ? least + 20 * draw : 1
        }
        let rows = (0..<UInt32(count)).map { $0 * 7 % 300 }
        let weights: [Float] = (0..<count).map { place in
          let draw = Float(random.uniform(at: UInt64(1000 + place)))
          return switch mood {
          case 0: w0 + 0.1 + 3 * draw
          case 1: w0
          case 2: place % 3 == 0 ? w0 * draw : w0 + draw
          default: place % 4 == 0 ? 0 : w0 * (1 + 1e-7 * draw)
          }
        }
        let fast = unsafe solution(solver.solve, table, spectrum, w0, rows, weights)
        let slow = unsafe solution(akin_solve64, table, spectrum, w0, rows, weights)
        #expect(fast.status == 0 && slow.status == 0)
        let size = slow.row.map(\.magnitude).max() ?? 0
        for (a, b) in zip(fast.row, slow.row) {
          #expect(abs(a - b) <= 2e-4 * size + 1e-7, "dimension \(dimension), \(count) pairs, mood \(mood)")
        }
        for path in [\akin_row_loss.observed, \.squares, \.norm] {
          let a = fast.loss[keyPath: path]
          let b = slow.loss[keyPath: path]
          #expect(abs(a - b) <= 1e-3 * abs(b) + 1e-4, "dimension \(dimension), \(count) pairs, mood \(mood)")
        }
      }
    }
  }

  @Test(
    "Rows longer than what is copied, and rows whose pairs outweigh all others, agree with the specification",
    arguments: [33, 64, 128, 256])
  func far(dimension: Int) {
    let table = randomTable(count: 1501, dimension: dimension, seed: 6)
    let spectrum = FactorTable(count: 1, dimension: table.stride)
    for (count, unobserved) in [(70, Float(2e4)), (1001, 2e4), (1501, 2), (70, 2), (12, 0)] {
      for component in 0..<table.stride {
        unsafe spectrum.base[component] = component < dimension ? unobserved * (1 + Float(component % 7)) : 1
      }
      let rows = (0..<UInt32(count)).map { $0 * 7 % 1501 }
      let weights = (0..<count).map { Float(1 + $0 % 5) }
      let slow = unsafe solution(akin_solve64, table, spectrum, 1, rows, weights)
      let size = slow.row.map(\.magnitude).max() ?? 0
      for solver in levels {
        let fast = unsafe solution(solver.solve, table, spectrum, 1, rows, weights)
        #expect(fast.status == 0 && slow.status == 0)
        for (a, b) in zip(fast.row, slow.row) {
          #expect(
            abs(a - b) <= 2e-5 * size,
            "\(solver.level), dimension \(dimension), \(count) pairs, spectrum \(unobserved)")
        }
        for path in [\akin_row_loss.observed, \.squares, \.norm] {
          #expect(abs(fast.loss[keyPath: path] - slow.loss[keyPath: path]) <= 1e-4 * slow.loss[keyPath: path] + 1e-4)
        }
        // What comes next is asked for, and changes nothing.
        var next: [Float] = Array(repeating: 0, count: table.stride)
        var step = unsafe akin_half_step(
          table: UnsafePointer(table.base), stride: table.stride, spectrum: UnsafePointer(spectrum.base), w0: 1)
        let scratch = AlignedFloats(count: akin_solver_scratch(table.stride))
        var loss = akin_row_loss()
        let status = unsafe solver.solveAndFetch(
          &step, rows, weights, count, 0.7, rows, count, scratch.floats.baseAddress!, &next, &loss)
        #expect(status == 0 && next == fast.row)
      }
    }
  }

  @Test("A system that is not positive definite is reported, not solved", arguments: levels.indices)
  func indefinite(at index: Int) {
    let solver = levels[index]
    let table = randomTable(count: 40, dimension: 16, seed: 5)
    let spectrum = FactorTable(count: 1, dimension: 16)
    // Weight 0 everywhere takes away from a spectrum of almost nothing.
    let rows = (0..<UInt32(40)).map { $0 }
    let found = unsafe solution(solver.solve, table, spectrum, 1, rows, [Float](repeating: 0, count: 40), lambda: 1e-3)
    #expect(found.status == 1)
    let short = unsafe solution(
      solver.solve, table, spectrum, 1, Array(rows.prefix(4)), [Float](repeating: 0, count: 4), lambda: 1e-3)
    #expect(short.status == 1)
  }

  private typealias Solve = (
    UnsafePointer<akin_half_step>?, UnsafePointer<UInt32>?, UnsafePointer<Float>?, Int, Float,
    UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, UnsafeMutablePointer<akin_row_loss>?
  ) -> Int32

  private func solution(
    _ solve: Solve, _ table: FactorTable, _ spectrum: FactorTable, _ w0: Float, _ rows: [UInt32], _ weights: [Float],
    lambda: Float = 0.7
  ) -> (status: Int32, row: [Float], loss: akin_row_loss) {
    var step = unsafe akin_half_step(
      table: UnsafePointer(table.base), stride: table.stride, spectrum: UnsafePointer(spectrum.base), w0: w0)
    let scratch = AlignedFloats(count: akin_solver_scratch(table.stride))
    var row = [Float](repeating: 0, count: table.stride)
    var loss = akin_row_loss()
    let status = unsafe solve(&step, rows, weights, rows.count, lambda, scratch.floats.baseAddress!, &row, &loss)
    return (status, row, loss)
  }

  private func randomTable(count: Int, dimension: Int, seed: UInt64) -> FactorTable {
    let table = FactorTable(count: count, dimension: dimension)
    let random = CounterRandom(seed: seed)
    for row in 0..<count {
      for component in 0..<dimension {
        unsafe table.base[row * table.stride + component] = Float(random.normal(at: UInt64(row * 1000 + component)))
      }
    }
    return table
  }
}

extension FactorTable {
  fileprivate subscript(row: Int, component: Int) -> Float { unsafe base[row * stride + component] }
}
