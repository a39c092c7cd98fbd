import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("One query against rows of byte codes, at every level")
struct KernelCodesTests {
  @Test(
    "The exact sum, rounded once, for any width, stride, alignment and choice of rows", arguments: Kernels.available)
  func exact(level: KernelLevel) {
    var generator = SeededGenerator(seed: 14)
    for width in Array(stride(from: 64, through: 1024, by: 64)) {
      for (place, count) in (Array(0...9) + [33]).enumerated() {
        let gap = [0, 64, 1, 7][place & 3]
        let slack = [0, 1, 32, 63][(place + width / 64) & 3]
        let world = Codes(count: 11, width: width, gap: gap, slack: slack)
        for j in 0..<width { unsafe world.query[j] = Int16(anyCode(&generator)) }
        for row in 0..<11 { world.fill(row) { _ in anyCode(&generator) } }
        // The last row, which ends where the memory ends, is always among them.
        let rows = (0..<count).map { $0 == count / 2 ? 10 : UInt32(generator.next() % 11) }
        check(level, world, rows, "width \(width), \(count) rows, gap \(gap), slack \(slack)")
      }
    }
  }

  @Test("The largest sums there are do not overflow", arguments: Kernels.available)
  func extremes(level: KernelLevel) {
    for width in [64, 128, 192, 1024, 32_768] {
      for (asked, stored) in [(-128, 127), (127, -128), (-128, -128), (127, 127), (-127, 127), (0, -128), (127, 0)] {
        let world = Codes(count: 5, width: width, gap: 0, slack: 0)
        for j in 0..<width { unsafe world.query[j] = Int16(asked) }
        for row in 0..<5 { world.fill(row) { _ in Int8(stored) } }
        check(level, world, [0, 4, 2, 3, 1], "width \(width), \(asked) against \(stored)")
      }
    }
  }

  @Test("Every component counts, once", arguments: Kernels.available)
  func everyComponent(level: KernelLevel) {
    for width in [64, 128, 192, 320] {
      let world = Codes(count: 7, width: width, gap: 3, slack: 5)
      for j in 0..<width { unsafe world.query[j] = Int16(j % 251 - 125) }
      for place in 0..<width {
        for row in 0..<7 { world.fill(row) { $0 == place ? Int8(row - 3) : 0 } }
        check(level, world, [0, 1, 2, 3, 4, 5, 6], "width \(width), component \(place)")
      }
    }
  }

  @Test("A row number times a stride may pass 32 bits", arguments: Kernels.available)
  func farRows(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    let world = Codes(count: 1, width: 64, gap: 0, slack: 0)
    for j in 0..<64 { unsafe world.query[j] = Int16(j) }
    world.fill(0) { Int8($0 - 9) }
    // A base so far below the row that only the full product of the two reaches it.
    let base = unsafe world.base - 3_000_000_000 * 64
    var out: [Float] = [.nan]
    unsafe kernels.code_squared_gather(world.query, base, 64, 64, [3_000_000_000], 1, &out)
    #expect(out[0] == 81 * 64)
  }

  @Test("Half bytes: the exact sum for any width, stride, alignment and choice of rows", arguments: Kernels.available)
  func halves(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 15)
    for width in [64, 128, 192, 512, 1024] {
      for (place, count) in (Array(0...9) + [33]).enumerated() {
        let world = Codes(count: 11, width: width, gap: [0, 64, 1, 7][place & 3], slack: [0, 1, 32, 63][place & 3])
        let query = (0..<2 * width).map { _ in
          place == 0 ? Int16(-128) : place == 1 ? 127 : Int16(anyCode(&generator))
        }
        for row in 0..<11 { world.fill(row) { _ in place < 2 ? -1 : anyCode(&generator) } }
        let rows = (0..<count).map { $0 == count / 2 ? 10 : UInt32(generator.next() % 11) }
        var out = [Float](repeating: .nan, count: count + 1)
        unsafe kernels.half_dot_gather(query, world.base, world.stride, width, rows, count, &out)
        let wanted = rows.map { row in
          Float(
            (0..<2 * width).reduce(0) { sum, j in
              let byte = unsafe UInt8(bitPattern: world.base[Int(row) * world.stride + j / 128 * 64 + j % 64])
              return sum + Int(query[j]) * Int(j % 128 < 64 ? byte & 15 : byte >> 4)
            })
        }
        #expect(Array(out.dropLast()) == wanted && out.last?.isNaN == true, "\(level), width \(width), \(count) rows")
      }
    }
  }

  /// Both loops against plain ones. The sum is exact in `Int`, so one rounding to `Float` is the answer, bit for bit.
  private func check(_ level: KernelLevel, _ world: Codes, _ rows: [UInt32], _ what: String) {
    let kernels = unsafe kernelTable(level)
    var dots = [Float](repeating: .nan, count: rows.count + 1)
    var squares = dots
    unsafe kernels.code_dot_gather(world.query, world.base, world.stride, world.width, rows, rows.count, &dots)
    unsafe kernels.code_squared_gather(world.query, world.base, world.stride, world.width, rows, rows.count, &squares)
    #expect(
      dots.last?.isNaN == true && squares.last?.isNaN == true, "\(level), \(what): written past \(rows.count) results")
    var wrong: [Int] = []
    for (place, row) in rows.enumerated() {
      var (dot, square) = (0, 0)
      for j in 0..<world.width {
        let (q, x) = unsafe (Int(world.query[j]), Int(world.base[Int(row) * world.stride + j]))
        dot += q * x
        square += (q - x) * (q - x)
      }
      if dots[place] != Float(dot) || squares[place] != Float(square) { wrong.append(place) }
    }
    #expect(wrong.isEmpty, "\(level), \(what)")
  }

  /// All bytes, the extreme ones often.
  private func anyCode(_ generator: inout SeededGenerator) -> Int8 {
    let random = generator.next()
    return random % 8 == 0 ? (random & 8 == 0 ? 127 : -127) : Int8(truncatingIfNeeded: random >> 32)
  }
}

/// A query and a table of codes, both ending `slack` bytes (the query: twice as many) before memory that cannot be read.
@safe private struct Codes {
  let width: Int
  let stride: Int
  private let memory: (EdgeFloats, EdgeFloats)
  let query: UnsafeMutablePointer<Int16>
  let base: UnsafeMutablePointer<Int8>

  init(count: Int, width: Int, gap: Int, slack: Int) {
    self.width = width
    stride = width + gap
    let used = (count - 1) * stride + width
    // Safe: each memory holds the bytes asked for, in front of its end, and lives as long as this value does.
    let queryMemory = EdgeFloats(count: width / 2 + slack)
    let codeMemory = EdgeFloats(count: (used + slack + 3) / 4)
    unsafe query = UnsafeMutableRawPointer(queryMemory.start + queryMemory.floats.count)
      .advanced(by: -2 * (width + slack)).bindMemory(to: Int16.self, capacity: width)
    unsafe base = UnsafeMutableRawPointer(codeMemory.start + codeMemory.floats.count)
      .advanced(by: -used - slack).bindMemory(to: Int8.self, capacity: used)
    memory = (queryMemory, codeMemory)
  }

  /// Sets each code of a row, by its component.
  func fill(_ row: Int, _ code: (Int) -> Int8) {
    for j in 0..<width { unsafe base[row * stride + j] = code(j) }
  }
}
