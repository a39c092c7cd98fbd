import AkinQuantization
import AkinSupport
import CAkinKernels

/// The codes of landmarks in panels, and the initial value of each.
@safe struct LandmarkCodes: @unchecked Sendable {
  // Safe: the table of kernels is constant.

  let panels: CodePanels
  /// Minus half of each squared length under Euclidean distance; otherwise empty, for initial values of 0.
  private let offsets: [Float]
  private let kernels: UnsafePointer<akin_kernels>

  /// - Parameter groups: Nodes that have codes; each group begins with a panel.
  init(_ groups: [ArraySlice<UInt32>], codes: CodeTable) {
    let book = codes.book
    let kernels = unsafe codes.kernels
    unsafe self.kernels = unsafe kernels
    let isEuclidean = book.metric == .euclidean
    let isRotated = book.axes != nil
    let lanes = groups.reduce(0) { $0 + ($1.count + 15) / 16 * 16 }
    let panels = CodePanels(rows: lanes, width: isRotated ? book.count : (book.dimension + 3) & ~3)
    var offsets = [Float](repeating: 0, count: lanes)
    var lane = 0
    for group in groups {
      // Safe: each node has a code of `book.width` bytes, and a tail where there are tails.
      if isRotated {
        for (place, node) in group.enumerated() {
          let code = unsafe codes.bytes + Int(node) * book.width
          panels.set(lane + place) { unsafe CodeBook.half($0, of: code) }
        }
      } else {
        unsafe offsets.withUnsafeMutableBufferPointer { offsets in
          unsafe panels.pack(
            group, codes.bytes, stride: book.width, from: lane, halves: offsets.baseAddress! + lane,
            kernels: kernels.pointee)
        }
      }
      for (place, node) in group.enumerated() where isEuclidean {
        let half = unsafe codes.tails.map { unsafe -0.5 * $0[Int(node)] }
        offsets[lane + place] = half ?? offsets[lane + place] * book.step * book.step
      }
      lane += (group.count + 15) / 16 * 16
    }
    self.panels = panels
    self.offsets = isEuclidean ? offsets : []
  }

  /// Writes the values of all lanes for `number` queries.
  @unsafe func score(
    _ queries: UnsafePointer<Int8>, _ about: UnsafePointer<akin_code_query>, _ number: Int,
    into values: UnsafeMutablePointer<Float>
  ) {
    unsafe kernels.pointee.code_product(
      queries, panels.width, about, number, panels.bytes, panels.lanes / 16, panels.width,
      offsets.isEmpty ? nil : offsets, values, panels.lanes)
  }

  /// Writes the values of one query for the lanes `first..<end`, whole panels.
  @unsafe func score(
    _ query: UnsafePointer<Int8>, _ about: UnsafePointer<akin_code_query>, from first: Int, to end: Int,
    into values: UnsafeMutablePointer<Float>
  ) {
    let width = panels.width
    unsafe offsets.withUnsafeBufferPointer { offsets in
      // Safe: the lanes lie inside the table.
      unsafe kernels.pointee.code_product(
        query, width, about, 1, panels.bytes + first * width, (end - first) / 16, width,
        offsets.isEmpty ? nil : offsets.baseAddress! + first, values, 0)
    }
  }

  /// For each of some nodes the lane with the largest value, the first of several.
  ///
  /// - Parameters:
  ///   - count: How many lanes from the first are compared.
  ///   - unit: What a product of a node's code of step 1 and a row's is worth.
  func nearest(to nodes: [UInt32], of count: Int, unit: Float, codes: CodeTable) -> [Int] {
    let book = codes.book
    let kernels = unsafe kernels.pointee
    let width = panels.width
    let isRotated = book.axes != nil
    let block = 12
    var queries = [Int8](repeating: 0, count: block * width)
    var about = [akin_code_query](repeating: akin_code_query(), count: block)
    var values = [Float](repeating: 0, count: block * panels.lanes)
    var places = [UInt32](repeating: 0, count: count)
    var found: [Int] = []
    for first in stride(from: 0, to: nodes.count, by: block) {
      let number = min(block, nodes.count - first)
      for query in 0..<number {
        // Safe: the node has a code of `book.width` bytes.
        let code = unsafe codes.bytes + Int(nodes[first + query]) * book.width
        var sum: Int32 = 0
        unsafe queries.withUnsafeMutableBufferPointer { queries in
          let own = unsafe queries.baseAddress! + query * width
          if isRotated {
            for place in 0..<width { unsafe own[place] = 2 * CodeBook.half(place, of: code) - 15 }
          } else {
            unsafe own.update(from: code, count: width)
          }
          for place in 0..<width { sum &+= unsafe Int32(own[place]) }
        }
        about[query] = akin_code_query(
          code_sum: sum, start_scale: 1 / (book.step * unit), tail_scale: 0, floor: 0)
      }
      unsafe score(queries, about, number, into: &values)
      for query in 0..<number {
        let lanes = panels.lanes
        // Safe: a query has values for all lanes; one of them is the largest, unless all are NaN.
        found.append(
          unsafe values.withUnsafeBufferPointer { values in
            let own = unsafe values.baseAddress! + query * lanes
            let largest = unsafe kernels.kth_lower_bound(own, count, 1)
            return unsafe kernels.indices_at_least(own, UInt32(count), largest, &places) > 0 ? Int(places[0]) : 0
          })
      }
    }
    return found
  }
}
