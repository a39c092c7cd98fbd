import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("Byte codes of many queries against panels of byte codes, at every level")
struct KernelCodeFilterTests {
  @Test("Every width, with and without starts and tails")
  func widths() {
    var generator = SeededGenerator(seed: 31)
    for (place, width) in stride(from: 4, through: 512, by: 4).enumerated() {
      let shape = FilterShape(
        queries: 1 + place % 3, panels: 1 + place % 2, width: width, gap: [0, 4, 1, 7][place & 3],
        hasStarts: place % 4 < 2, hasTails: place % 3 == 0, inPairs: place % 5 < 3)
      check(FilterCase(shape, slack: place & 3, generator: &generator), "width \(width), seed 31")
    }
  }

  @Test("Every number of queries and of panels")
  func counts() {
    var generator = SeededGenerator(seed: 32)
    let counts = (1...30).map { ($0, 1 + $0 * 7 % 40) } + (1...40).map { (1 + $0 * 11 % 30, $0) } + [(0, 3), (3, 0)]
    for (place, (queries, panels)) in counts.enumerated() {
      let shape = FilterShape(
        queries: queries, panels: panels, width: 8, gap: place % 3, hasStarts: place % 2 == 0, hasTails: place % 3 == 0,
        inPairs: place % 5 < 3)
      check(FilterCase(shape, slack: 0, generator: &generator), "\(queries) queries, \(panels) panels, seed 32")
    }
  }

  @Test("The largest sums there are do not overflow, and are rounded once", arguments: [4, 64, 1024, 32_768])
  func extremes(width: Int) {
    var generator = SeededGenerator(seed: 33)
    for (asked, stored) in [(127, 127), (-127, 127), (127, -127), (-127, -127), (0, -127), (127, 0)] {
      let shape = FilterShape(queries: 3, panels: 1, width: width, gap: 0, hasStarts: false, hasTails: false)
      var filterCase = FilterCase(shape, slack: 0, generator: &generator)
      filterCase.fill { _, _ in
        Int8(asked)
      } rows: { row, _ in
        Int8(stored)
      }
      check(filterCase, "width \(width), \(asked) against \(stored)")
      // The last codes differ, so that the sums are no round numbers.
      filterCase.fill { query, j in
        j < width - query ? Int8(asked) : 1
      } rows: { row, j in
        j < width - row / 4 ? Int8(stored) : 1
      }
      check(filterCase, "width \(width), \(asked) against \(stored), with other ends")
    }
  }

  @Test("Neighbours of a query that add up to 128 and to more, against the largest rows", arguments: [4, 36, 64, 100])
  func pairs(width: Int) {
    var generator = SeededGenerator(seed: 36)
    for (even, odd) in [(64, 64), (127, 1), (-64, -64), (1, -127), (127, -127), (65, 64), (-64, -65), (127, 2)] {
      for place in [0, width / 2 - width / 2 % 2, width - 2] {
        let shape = FilterShape(queries: 5, panels: 3, width: width, gap: 1, hasStarts: false, hasTails: false)
        var filterCase = FilterCase(shape, slack: 0, generator: &generator)
        // All the same, or in one place of one query alone.
        for isAll in [true, false] {
          filterCase.fill { query, j in
            let isHere = isAll || (query == 3 && j / 2 == place / 2)
            return isHere ? Int8(j % 2 == 0 ? even : odd) : Int8(query)
          } rows: { row, _ in
            row % 3 == 0 ? -127 : 127
          }
          check(filterCase, "width \(width), \(even) beside \(odd) at \(place), all: \(isAll)")
        }
      }
    }
  }

  @Test("Every component of every row counts, once, for its own row")
  func everyComponent() {
    var generator = SeededGenerator(seed: 34)
    let shape = FilterShape(queries: 13, panels: 3, width: 20, gap: 3, hasStarts: false, hasTails: false)
    var filterCase = FilterCase(shape, slack: 1, generator: &generator)
    for place in 0..<20 {
      filterCase.fill { query, j in
        Int8(query + j + 1)
      } rows: { row, j in
        j == place ? Int8(row - 24) : 0
      }
      check(filterCase, "component \(place)")
    }
  }

  @Test("Rows of a table side by side, and how near one of them is to all", arguments: Kernels.available)
  func packed(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 37)
    for (count, width, gap) in [
      (0, 64, 0), (1, 4, 0), (15, 64, 3), (16, 64, 0), (17, 36, 28), (48, 128, 0), (101, 256, 1),
    ] {
      let stride = width + gap
      var table = (0..<300 * stride).map { _ in Int8(Int(generator.next() % 255) - 127) }
      // The largest sums: a row that is its own negative, and itself.
      for j in 0..<width { (table[j], table[stride + j]) = (127, -127) }
      let rows = (0..<count).map { $0 < 2 ? UInt32($0) : UInt32(generator.next() % 300) }
      let lanes = (count + 15) / 16 * 16
      var panels = [Int8](repeating: 99, count: lanes * width + 1)
      var starts = [Float](repeating: 99, count: lanes + 1)
      unsafe kernels.code_pack(table, stride, width, rows, count, &panels, &starts)
      #expect(panels.last == 99 && starts.last == 99)
      for lane in 0..<lanes {
        let code = (0..<width).map { lane < count ? Int(table[Int(rows[lane]) * stride + $0]) : 0 }
        let first = 16 * width * (lane / 16) + 4 * (lane % 16)
        #expect((0..<width).map { Int(panels[first + 64 * ($0 / 4) + $0 % 4]) } == code, "\(level), row \(lane)")
        #expect(starts[lane] == -0.5 * Float(code.reduce(0) { $0 + $1 * $1 }), "\(level), row \(lane)")
      }
      for query in count == 0 ? [] : [0, count / 2, count - 1] {
        let own = Int(rows[query]) * stride
        var nearest = (0...lanes).map { $0 % 3 == 0 ? Float($0) * -1000 : -.infinity }
        let wanted = (0..<lanes).map { lane in
          let squared = (0..<width).reduce(0) { sum, j in
            let other = lane < count ? Int(table[Int(rows[lane]) * stride + j]) : 0
            return sum + (Int(table[own + j]) - other) * (Int(table[own + j]) - other)
          }
          return max(nearest[lane], -0.5 * Float(squared))
        }
        let code = Array(table[own..<own + width])
        unsafe kernels.code_nearer(code, starts[query], panels, lanes / 16, width, starts, &nearest)
        #expect(Array(nearest.prefix(lanes)) == wanted, "\(level), \(count) rows of \(width), query \(query), seed 37")
        #expect(nearest[lanes] == (lanes % 3 == 0 ? Float(lanes) * -1000 : -.infinity))
      }
    }
  }

  /// Every level against the plain loop, for floors at, just above and far from the values.
  private func check(_ filterCase: FilterCase, _ what: String) {
    let shape = filterCase.shape
    var generator = SeededGenerator(seed: 35)
    let products = filterCase.products
    let values = filterCase.values(of: products)
    for level in Kernels.available {
      // A NaN is as good as another.
      let found = filterCase.products(level).map { $0.map { $0.isNaN ? nil : $0 } }
      #expect(found == products.map { $0.map { $0.isNaN ? nil : $0 } }, "\(level), \(what)")
    }
    for turn in 0..<3 {
      let queries = (0..<shape.queries).map { query in
        let some = values[query].isEmpty ? 0 : values[query][Int(generator.next() % UInt64(values[query].count))]
        let floors: [Float] = [some, some.nextUp, -.infinity, .infinity, some.nextDown, 0, .nan, some]
        return filterCase.codeQuery(query, floor: floors[(query + 3 * turn) % floors.count])
      }
      var expected: [[UInt16]] = []
      for query in 0..<shape.queries {
        var words = [UInt16](repeating: 0, count: shape.panels)
        for row in 0..<16 * shape.panels where values[query][row] >= queries[query].floor {
          words[row / 16] |= 1 << UInt16(row % 16)
        }
        expected.append(words)
      }
      for level in Kernels.available {
        let (found, isWithin) = filterCase.masks(level, queries)
        #expect(found == expected, "\(level), \(what), turn \(turn)")
        #expect(isWithin, "\(level), \(what): written outside of the masks")
      }
    }
  }
}

/// How much there is in one call of `code_filter`.
private struct FilterShape {
  var queries: Int
  var panels: Int
  var width: Int
  /// Bytes between the codes of queries.
  var gap: Int
  var hasStarts: Bool
  var hasTails: Bool
  /// Whether the codes 2j and 2j + 1 of a query add up to -128...128.
  var inPairs = false

  var stride: Int { width + gap }
  var rows: Int { 16 * panels }
}

/// Codes, starts and tails, all of them in front of memory that cannot be read.
@safe private struct FilterCase {
  let shape: FilterShape
  private let memory: [EdgeFloats]
  private let codes: UnsafeMutablePointer<Int8>
  private let panels: UnsafeMutablePointer<Int8>
  private let starts: EdgeFloats
  private let tails: EdgeFloats
  private let scales: [(start: Float, tail: Float)]
  private var queryCodes: [[Int8]] = []
  private var rowCodes: [[Int8]] = []

  init(_ shape: FilterShape, slack: Int, generator: inout SeededGenerator) {
    self.shape = shape
    // Safe: each memory holds the bytes asked for, in front of its end, and lives as long as this value does.
    func bytes(_ count: Int) -> (EdgeFloats, UnsafeMutablePointer<Int8>) {
      let floats = EdgeFloats(count: (count + 3) / 4)
      let end = unsafe UnsafeMutableRawPointer(floats.start + floats.floats.count)
      return unsafe (floats, (end - count).bindMemory(to: Int8.self, capacity: count))
    }
    let asked = unsafe bytes(max(0, (shape.queries - 1) * shape.stride + shape.width))
    let stored = unsafe bytes(shape.rows * shape.width)
    memory = unsafe [asked.0, stored.0]
    unsafe codes = asked.1
    unsafe panels = stored.1
    starts = EdgeFloats(count: shape.rows, slack: slack)
    tails = EdgeFloats(count: shape.rows, slack: slack)
    var random = generator
    // Mostly ordinary numbers, now and then one that is none.
    func number() -> Float {
      let odd: [Float] = [.nan, .infinity, -.infinity, 0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
      let drawn = random.next()
      return drawn % 6 == 0 ? odd[Int(drawn >> 8) % odd.count] : Float(random.uniform() * 2 - 1) * 100
    }
    for row in 0..<shape.rows {
      unsafe starts.floats[row] = number()
      unsafe tails.floats[row] = number()
    }
    let odd: [Float] = [0, .infinity, 1e30]
    scales = (0..<shape.queries).map { _ in
      (Float(random.uniform() * 30), random.next() % 8 == 0 ? odd[Int(random.next() % 3)] : Float(random.uniform() * 9))
    }
    func code() -> Int8 {
      let drawn = random.next()
      return drawn % 8 == 0 ? (drawn & 8 == 0 ? 127 : -127) : Int8(Int(drawn >> 32) % 255 - 127)
    }
    var last = 0
    fill { _, j in
      let own = Int(code())
      let kept = shape.inPairs && j % 2 == 1 ? max(-128 - last, min(128 - last, own)) : own
      last = kept
      return Int8(max(-127, min(127, kept)))
    } rows: { row, _ in
      row % 11 == 10 ? 0 : code()
    }
    generator = random
  }

  /// Sets all codes: of queries by query and component, of rows by row and component.
  mutating func fill(_ query: (Int, Int) -> Int8, rows: (Int, Int) -> Int8) {
    let width = shape.width
    func made(_ count: Int, _ code: (Int, Int) -> Int8) -> [[Int8]] {
      var all: [[Int8]] = []
      for number in 0..<count {
        var own = [Int8](repeating: 0, count: width)
        for j in 0..<width { own[j] = code(number, j) }
        all.append(own)
      }
      return all
    }
    queryCodes = made(shape.queries, query)
    rowCodes = made(shape.rows, rows)
    for number in 0..<shape.queries {
      let code = queryCodes[number]
      for j in 0..<width { unsafe codes[number * shape.stride + j] = code[j] }
    }
    for row in 0..<shape.rows {
      let code = rowCodes[row]
      for j in 0..<width { unsafe panels[16 * width * (row / 16) + 64 * (j / 4) + 4 * (row % 16) + j % 4] = code[j] }
    }
  }

  func codeQuery(_ query: Int, floor: Float) -> akin_code_query {
    akin_code_query(
      code_sum: queryCodes[query].reduce(0) { $0 + Int32($1) }, start_scale: scales[query].start,
      tail_scale: scales[query].tail, floor: floor)
  }

  /// The sums of products, by query, then by row: exact in `Int`, and rounded once.
  var sums: [[Float]] {
    queryCodes.indices.map { query in
      rowCodes.indices.map { row in
        var sum = 0
        unsafe queryCodes[query].withUnsafeBufferPointer { q in
          unsafe rowCodes[row].withUnsafeBufferPointer { x in
            for j in 0..<shape.width { unsafe sum &+= Int(q[j]) &* Int(x[j]) }
          }
        }
        return Float(sum)
      }
    }
  }

  /// The values as `code_product` of a level has them, written between numbers that must stay.
  func products(_ level: KernelLevel) -> [[Float]] {
    let stride = shape.rows + 3
    let mark = Float(bitPattern: 0x7FC5_A5A5)
    var out = [Float](repeating: mark, count: shape.queries * stride + 1)
    let queries = queryCodes.indices.map { self.codeQuery($0, floor: 0) }
    unsafe kernelTable(level).code_product(
      codes, shape.stride, queries, shape.queries, panels, shape.panels, shape.width,
      shape.hasStarts ? starts.start : nil, &out, stride)
    for query in 0..<shape.queries {
      for place in query * stride + shape.rows..<(query + 1) * stride where out[place].bitPattern != mark.bitPattern {
        return []
      }
    }
    return (0..<shape.queries).map { Array(out[$0 * stride..<$0 * stride + shape.rows]) }
  }

  /// The sums with what they start from, by query, then by row.
  var products: [[Float]] {
    let sums = self.sums
    return queryCodes.indices.map { query in
      rowCodes.indices.map { row in
        var value = sums[query][row]
        if shape.hasStarts { unsafe value.addProduct(starts.floats[row], scales[query].start) }
        return value
      }
    }
  }

  /// What is compared with the floors, made of `products`: by query, then by row.
  func values(of products: [[Float]]) -> [[Float]] {
    queryCodes.indices.map { query in
      rowCodes.indices.map { row in
        var value = products[query][row]
        if shape.hasTails { unsafe value.addProduct(tails.floats[row], scales[query].tail) }
        return value
      }
    }
  }

  /// The masks that a level writes, and whether all else around them stayed as it was.
  func masks(_ level: KernelLevel, _ queries: [akin_code_query]) -> ([[UInt16]], isWithin: Bool) {
    let kernels = unsafe kernelTable(level)
    let (before, stride) = (8, shape.panels + 3)
    var words = [UInt16](repeating: 0xA5C3, count: before + shape.queries * stride + 8)
    unsafe words.withUnsafeMutableBufferPointer { words in
      unsafe kernels.code_filter(
        codes, shape.stride, queries, shape.queries, panels, shape.panels, shape.width,
        shape.hasStarts ? starts.start : nil, shape.hasTails ? tails.start : nil, words.baseAddress! + before, stride)
    }
    var found: [[UInt16]] = []
    for query in 0..<shape.queries {
      let own = before + query * stride..<before + query * stride + shape.panels
      found.append(Array(words[own]))
      for place in own { words[place] = 0xA5C3 }
    }
    return (found, words.allSatisfy { $0 == 0xA5C3 })
  }
}
