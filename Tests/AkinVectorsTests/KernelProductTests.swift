import AkinSupport
import AkinVectors
import CAkinKernels
import Testing

@Suite("Many queries against packed panels, at every level")
struct KernelProductTests {
  @Test(
    "pack puts component j of row 16p + l at (p * dim + j) * 16 + l, and zeros past the rows",
    arguments: Kernels.available)
  func pack(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 8)
    for dimension in [1, 2, 3, 4, 5, 8, 15, 16, 17, 67] {
      for count in [0, 1, 15, 16, 17, 31, 32, 40] {
        let stride = dimension + count % 4
        let table = EdgeFloats(
          rows: count, dimension: dimension, stride: stride, slack: count & 3, generator: &generator)
        let panelCount = (count + 15) / 16
        let panels = EdgeFloats(count: panelCount * dimension * 16)
        unsafe kernels.pack(table.start, stride, dimension, count, panels.start)
        var wrong = 0
        for place in 0..<panelCount * dimension * 16 {
          let row = place / (dimension * 16) * 16 + place % 16
          let component = place / 16 % dimension
          let expected = row < count ? unsafe table.floats[row * stride + component] : 0
          if unsafe panels.floats[place] != expected { wrong += 1 }
        }
        #expect(wrong == 0, "\(level), dimension \(dimension), \(count) rows")
      }
    }
  }

  @Test("product stays within the rounding bound, initial value included", arguments: Kernels.available)
  func product(level: KernelLevel) {
    for queryCount in 0...13 {
      for panelCount in 0...5 {
        check(
          level, queryCount: queryCount, panelCount: panelCount, dimension: 1 + (queryCount * 7 + panelCount * 5) % 40,
          withInitial: (queryCount + panelCount) % 2 == 0)
      }
    }
    for dimension in [1, 2, 64, 97, 784] {
      check(level, queryCount: 13, panelCount: 3, dimension: dimension, withInitial: dimension != 64)
    }
    check(level, queryCount: 26, panelCount: 2, dimension: 17, withInitial: true)
  }

  @Test("A result does not depend on what else is in the call", arguments: Kernels.available)
  func alone(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 13)
    let (dimension, queryCount, panelCount) = (37, 27, 5)
    let queries = EdgeFloats(
      rows: queryCount, dimension: dimension, stride: dimension, slack: 0, generator: &generator)
    let panels = EdgeFloats(
      rows: panelCount * 16, dimension: dimension, stride: dimension, slack: 0, generator: &generator)
    var together = [Float](repeating: .nan, count: queryCount * panelCount * 16)
    unsafe kernels.product(
      queries.start, dimension, queryCount, panels.start, panelCount, dimension, nil, &together, panelCount * 16)
    for query in 0..<queryCount {
      for panel in 0..<panelCount {
        var alone = [Float](repeating: .nan, count: 16)
        unsafe kernels.product(
          queries.start + query * dimension, dimension, 1, panels.start + panel * dimension * 16, 1, dimension, nil,
          &alone, 16)
        let start = (query * panelCount + panel) * 16
        #expect(alone == Array(together[start..<start + 16]), "\(level), query \(query), panel \(panel)")
      }
    }
  }

  @Test("NaN and infinity reach the results of their own query or row alone", arguments: Kernels.available)
  func notFinite(level: KernelLevel) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: 17)
    let (dimension, queryCount, rowCount) = (19, 13, 37)
    let queries = EdgeFloats(rows: queryCount, dimension: dimension, stride: dimension, slack: 1, generator: &generator)
    let table = EdgeFloats(rows: rowCount, dimension: dimension, stride: dimension, slack: 2, generator: &generator)
    unsafe queries.floats[5 * dimension + 18] = .nan
    unsafe table.floats[20 * dimension + 7] = .nan
    unsafe table.floats[36 * dimension] = .infinity
    let panels = EdgeFloats(count: 48 * dimension)
    var out = [Float](repeating: 0, count: queryCount * 48)
    unsafe kernels.pack(table.start, dimension, dimension, rowCount, panels.start)
    unsafe kernels.product(queries.start, dimension, queryCount, panels.start, 3, dimension, nil, &out, 48)
    for query in 0..<queryCount {
      for lane in 0..<48 {
        let value = out[query * 48 + lane]
        #expect(value.isNaN == (query == 5 || lane == 20), "\(level), query \(query), row \(lane)")
        #expect(value.isInfinite == (query != 5 && lane == 36), "\(level), query \(query), row \(lane)")
      }
    }
  }

  private func check(
    _ level: KernelLevel, queryCount: Int, panelCount: Int, dimension: Int, withInitial: Bool
  ) {
    let kernels = unsafe kernelTable(level)
    var generator = SeededGenerator(seed: UInt64(queryCount * 100 + panelCount))
    let rowCount = panelCount * 16
    let queryStride = dimension + queryCount % 3
    let outStride = rowCount + 5
    let table = EdgeFloats(
      rows: rowCount, dimension: dimension, stride: dimension, slack: 1, generator: &generator)
    let queries = EdgeFloats(
      rows: queryCount, dimension: dimension, stride: queryStride, slack: 2, generator: &generator)
    let initial = EdgeFloats(rows: 1, dimension: rowCount, stride: rowCount, slack: 3, generator: &generator)
    let panels = EdgeFloats(count: rowCount * dimension, slack: 1)
    let out = EdgeFloats(count: queryCount == 0 ? 0 : (queryCount - 1) * outStride + rowCount, slack: 2)
    unsafe kernels.pack(table.start, dimension, dimension, rowCount, panels.start)
    unsafe kernels.product(
      queries.start, queryStride, queryCount, panels.start, panelCount, dimension, withInitial ? initial.start : nil,
      out.start, outStride)
    var outside = 0
    var touched = 0
    for query in 0..<queryCount {
      for row in 0..<rowCount {
        var exact = unsafe ExactSum.dot(
          queries.start + query * queryStride, table.start + row * dimension, dimension)
        if withInitial { unsafe exact.add(Double(initial.floats[row])) }
        let got = unsafe Double(out.floats[query * outStride + row])
        if unsafe !(abs(got - exact.value) <= exact.tolerance) { outside += 1 }
      }
      if query < queryCount - 1 {
        for place in rowCount..<outStride where unsafe !out.floats[query * outStride + place].isNaN { touched += 1 }
      }
    }
    #expect(outside == 0, "\(level): \(queryCount) queries, \(panelCount) panels, dimension \(dimension)")
    #expect(touched == 0, "\(level): floats between the rows of the output were written")
  }
}
