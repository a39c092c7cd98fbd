import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("One query against rows of a table, at every level")
struct KernelRowsTests {
  // The pair kernels are checked against exact sums in KernelPairTests; here they are the oracle, bit for bit.

  @Test("A run of rows gives the bits of one pair after another", arguments: Kernels.available)
  func run(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 5)
    for dimension in kernelDimensions {
      for (count, gap) in [(0, 0), (1, 3), (2, 0), (3, 16), (4, 1), (5, 0), (6, 5), (7, 0), (8, 2), (9, 7), (19, 0)] {
        let world = Rows(count: count, dimension: dimension, gap: gap, slack: count & 3, generator: &generator)
        var dots = [Float](repeating: .nan, count: count + 1)
        var squares = dots
        unsafe kernels.dot_run(world.query.start, world.base, world.stride, dimension, count, &dots)
        unsafe kernels.squared_euclidean_run(world.query.start, world.base, world.stride, dimension, count, &squares)
        for row in 0..<count {
          let at = unsafe world.base + row * world.stride
          unsafe #expect(dots[row] == kernels.dot(world.query.start, at, dimension), "\(level) \(dimension) \(row)")
          unsafe #expect(
            squares[row] == kernels.squared_euclidean(world.query.start, at, dimension), "\(level) \(dimension) \(row)")
        }
        #expect(dots[count].isNaN && squares[count].isNaN, "\(level): written past \(count) results")
      }
    }
  }

  @Test("Gathered rows, in any order and more than once, give the bits of their pairs", arguments: Kernels.available)
  func gather(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 6)
    let tableRows = 23
    for dimension in kernelDimensions {
      let gap = dimension % 5
      let world = Rows(count: tableRows, dimension: dimension, gap: gap, slack: dimension & 3, generator: &generator)
      for count in Array(0...9) + [16, 37] {
        // The last row, which ends where the memory ends, is always among them.
        let rows = (0..<count).map { $0 == count / 2 ? UInt32(tableRows - 1) : UInt32(generator.next() % 23) }
        var dots = [Float](repeating: .nan, count: count + 1)
        var squares = dots
        unsafe kernels.dot_gather(world.query.start, world.base, world.stride, dimension, rows, count, &dots)
        unsafe kernels.squared_euclidean_gather(
          world.query.start, world.base, world.stride, dimension, rows, count, &squares)
        for (place, row) in rows.enumerated() {
          let at = unsafe world.base + Int(row) * world.stride
          unsafe #expect(dots[place] == kernels.dot(world.query.start, at, dimension), "\(level) \(dimension) \(place)")
          unsafe #expect(
            squares[place] == kernels.squared_euclidean(world.query.start, at, dimension),
            "\(level) \(dimension) \(place)")
        }
        #expect(dots[count].isNaN && squares[count].isNaN, "\(level): written past \(count) results")
      }
    }
  }

  @Test("NaN and infinity in a row or in the last component reach that row's score alone", arguments: Kernels.available)
  func notFinite(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 16)
    for dimension in [1, 5, 16, 33, 67, 100] {
      let world = Rows(count: 9, dimension: dimension, gap: 2, slack: dimension & 3, generator: &generator)
      unsafe world.base[3 * world.stride + dimension - 1] = .nan
      unsafe world.base[8 * world.stride + dimension / 2] = .infinity
      let rows = (0..<9).map { UInt32($0) }
      var scores = [[Float]](repeating: [Float](repeating: 0, count: 9), count: 4)
      unsafe kernels.dot_run(world.query.start, world.base, world.stride, dimension, 9, &scores[0])
      unsafe kernels.dot_gather(world.query.start, world.base, world.stride, dimension, rows, 9, &scores[1])
      unsafe kernels.squared_euclidean_run(world.query.start, world.base, world.stride, dimension, 9, &scores[2])
      unsafe kernels.squared_euclidean_gather(
        world.query.start, world.base, world.stride, dimension, rows, 9, &scores[3])
      for found in scores {
        #expect(found.indices.filter { found[$0].isNaN } == [3], "\(level), dimension \(dimension)")
        #expect(found.indices.filter { found[$0].isInfinite } == [8], "\(level), dimension \(dimension)")
      }
    }
  }

  @Test("A row number times a stride may pass 32 bits", arguments: Kernels.available)
  func farRows(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 7)
    let world = Rows(count: 1, dimension: 24, gap: 0, slack: 0, generator: &generator)
    // A base so far below the row that only the full product of the two reaches it.
    let row: UInt32 = 3_000_000_000
    let stride = 16
    let base = unsafe world.base - Int(row) * stride
    var out: [Float] = [.nan]
    unsafe kernels.dot_gather(world.query.start, base, stride, 24, [row], 1, &out)
    unsafe #expect(out[0] == kernels.dot(world.query.start, world.base, 24))
  }
}

/// A query and a table whose padding is NaN and whose last row ends where the memory ends.
@safe private struct Rows {
  let query: EdgeFloats
  let table: EdgeFloats
  let stride: Int
  var base: UnsafeMutablePointer<Float> { unsafe table.start }

  init(count: Int, dimension: Int, gap: Int, slack: Int, generator: inout SeededGenerator) {
    stride = dimension + gap
    query = EdgeFloats(rows: 1, dimension: dimension, stride: dimension, slack: 3 - slack, generator: &generator)
    table = EdgeFloats(rows: count, dimension: dimension, stride: stride, slack: slack, generator: &generator)
  }
}
