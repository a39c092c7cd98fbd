import AkinQuantization
import AkinVectors
import CAkinKernels

// A visit of one list. Hot: `code_filter` passes over the codes of a list once for all queries that visit it; what it marks is scored in
// float32. Benchmark: `akin query --recall` on vectors that lie close together, by `--repeat`.

extension ListBlock {
  /// Scores the items of a list for those queries whose answer can have any.
  func visitByFloats(_ list: Int, _ queries: ArraySlice<Int>) {
    let places = unsafe lists.items(of: list)
    for query in queries where unsafe reaches(query, list) {
      for start in unsafe Swift.stride(from: 0, to: places.count, by: QueryBlock.blockRows) {
        let range = unsafe start..<min(start + QueryBlock.blockRows, places.count)
        let found = unsafe allowed(in: list, range, after: 0, most: range.count)
        unsafe score(query, found, from: places.lowerBound + start)
      }
    }
  }

  /// Whether an item of a list can be in the answer to a query, as far as the radius tells.
  private func reaches(_ query: Int, _ list: Int) -> Bool {
    let (kernels, dimension) = unsafe (index.kernels.pointee, index.dimension)
    // Safe: a query and a centre have `dimension` components.
    let own = unsafe queries.floats.baseAddress! + query * stride
    let centre = unsafe lists.centres.base + list * lists.centres.stride
    if unsafe index.metric == .innerProduct {
      let least = unsafe RoundingBound.least(roundingTo: candidates[query].kthScore)
      guard least > -.infinity else { return true }
      let (product, norm) = unsafe (kernels.dot64(own, centre, dimension), candidates[query].bound.queryNorm)
      let bias = unsafe lists.greatestBiases[list]
      let slack = unsafe (least.magnitude + norm * whole.greatest + bias.magnitude) * 0x1p-40
      return unsafe product + norm * lists.radii[list] * (1 + 0x1p-20) + bias >= least - slack
    }
    let reach = unsafe reach(query)
    guard reach < .infinity else { return true }
    return unsafe kernels.squared_euclidean64(own, centre, dimension).squareRoot() * (1 - 0x1p-20) - lists.radii[list]
      <= reach
  }

  /// Scores what can be in the answers of some queries among the items of a list.
  func visit(_ list: Int, _ queries: ArraySlice<Int>, _ codes: EncodedItems) {
    let places = unsafe lists.items(of: list)
    let batch = unsafe filter.batch
    for start in unsafe Swift.stride(from: 0, to: places.count, by: QueryBlock.blockRows) {
      let range = unsafe start..<min(start + QueryBlock.blockRows, places.count)
      let first = places.lowerBound + start
      // Safe: there is a block for the range.
      let block = unsafe codes.blocks[start / QueryBlock.blockRows]
      unsafe batch.removeAll()
      for query in queries {
        unsafe scored[query] = 0
        var wanted = unsafe condition(query, list, block)
        while case .some(let number) = wanted {
          let found = unsafe allowed(in: list, range, after: scored[query], most: number)
          unsafe score(query, found, from: first)
          unsafe scored[query] = found < number ? range.count : Int(local[found - 1]) + 1
          wanted = unsafe scored[query] < range.count ? condition(query, list, block) : .none
        }
        guard case .code(let ask) = wanted else { continue }
        unsafe batch.add(query, ask, code: encoded.map { unsafe $0.code(of: query) } ?? UnsafePointer(code))
      }
      guard unsafe batch.count > 0 else { continue }
      unsafe filter.find(in: codes, range)
      if let mask = unsafe mask { unsafe mask.withWords(of: list, from: start) { unsafe filter.keep(only: $0) } }
      for place in unsafe 0..<batch.count {
        let query = unsafe batch.queries[place]
        var found = unsafe filter.positions(of: place, into: local)
        if unsafe scored[query] > 0 {
          var before = 0
          while before < found, unsafe local[before] < scored[query] { before &+= 1 }
          found -= before
          for place in 0..<found { unsafe local[place] = local[place + before] }
        }
        unsafe score(query, found, from: first)
      }
    }
  }

  /// Writes the places in a block of a list that the filter allows to `local`, ascending; returns their number.
  ///
  /// - Parameters:
  ///   - start: Those from this place of the block on.
  ///   - most: No more than so many.
  private func allowed(in list: Int, _ range: Range<Int>, after start: Int, most: Int) -> Int {
    let (local, size) = unsafe (local, range.count)
    guard let mask = unsafe mask else {
      let found = min(most, size - start)
      for place in 0..<found { unsafe local[place] = UInt32(start + place) }
      return found
    }
    return unsafe mask.withWords(of: list, from: range.lowerBound) { words in
      var found = 0
      for word in start / 64..<(size + 63) / 64 {
        var bits = unsafe words[word]
        if word == start / 64 { bits &= .max << UInt64(start % 64) }
        while bits != 0, found < most {
          unsafe local[found] = UInt32(64 * word + bits.trailingZeroBitCount)
          found &+= 1
          bits &= bits &- 1
        }
      }
      return found
    }
  }

  /// Which items of a block of a list can be in the answer to a query.
  private enum Condition {
    case none
    /// Those whose codes meet a condition.
    case code(akin_code_query)
    /// So many of any: a condition needs a bound on the answer first, which some of the items give.
    case some(Int)
    /// Any, as far as codes tell.
    static let all = unsafe Condition.some(QueryBlock.blockRows)
  }

  private func condition(_ query: Int, _ list: Int, _ block: CodeBlock) -> Condition {
    unsafe index.metric == .innerProduct ? byProduct(query, list, block) : byDistance(query, list, block)
  }

  /// q·x = q·c + q·(x - c).
  private func byProduct(_ query: Int, _ list: Int, _ block: CodeBlock) -> Condition {
    let least = unsafe RoundingBound.least(roundingTo: candidates[query].kthScore)
    guard least > -.infinity else { return unsafe .some(firstScored) }
    guard let encoded = unsafe encoded else { return .all }
    // Safe: a query and a centre have `dimension` components.
    let product = unsafe index.kernels.pointee.dot64(
      queries.floats.baseAddress! + query * stride, lists.centres.base + list * lists.centres.stride, index.dimension)
    let norm = unsafe candidates[query].bound.queryNorm
    // 2⁻⁴⁰ of each term exceeds the error of the float64 sums by far.
    let wanted = unsafe least - product - (least.magnitude + norm * whole.greatest) * 0x1p-40
    if block.isSound, (norm * block.norm + block.start) * (1 + 0x1p-20) < wanted { return .none }
    return encoded.ask(query, block, wanted: wanted).map { .code($0) } ?? .all
  }

  /// (q - c)·(x - c) - |x - c|²/2 = (|q - c|² - |q - x|²) / 2; the code of q - c is left in `code`.
  private func byDistance(_ query: Int, _ list: Int, _ block: CodeBlock) -> Condition {
    let (kernels, dimension) = unsafe (index.kernels.pointee, index.dimension)
    // Safe: a query and a centre have `dimension` components, and the code has room for them.
    let own = unsafe queries.floats.baseAddress! + query * stride
    let centre = unsafe lists.centres.base + list * lists.centres.stride
    let square = unsafe kernels.squared_euclidean64(own, centre, dimension)
    let distance = square.squareRoot()
    let reach = unsafe reach(query)
    guard reach < .infinity else { return unsafe .some(firstScored) }
    if unsafe distance * (1 - 0x1p-20) - lists.radii[list] > reach { return .none }
    var fact = QueryCode()
    fact.step = unsafe Double(kernels.to_bytes(own, centre, dimension, code, &fact.sum))
    fact.square = square
    fact.norm = distance * (1 + 0x1p-21)
    fact.error = unsafe ListBlock.error(of: code, own, centre, dimension, step: Float(fact.step), distance)
    fact.length = fact.norm + fact.error
    fact.isSound = distance < 0x1p100
    let wanted = 0.5 * (square - reach * reach) - (square + reach * reach) * 0x1p-20
    guard let ask = fact.ask(in: block, wanted: wanted, skew: 0) else { return .all }
    return .code(ask)
  }

  /// At least the length of what a code leaves out of the difference of a query and a centre.
  private static func error(
    of code: UnsafePointer<Int8>, _ query: UnsafePointer<Float>, _ centre: UnsafePointer<Float>, _ dimension: Int,
    step: Float, _ distance: Double
  ) -> Double {
    var (errors, component) = (SIMD16<Float>(), 0)
    while component + 16 <= dimension {
      // Safe: sixteen components are left of each.
      let (a, b, steps) = unsafe (
        UnsafeRawPointer(query + component).loadUnaligned(as: SIMD16<Float>.self),
        UnsafeRawPointer(centre + component).loadUnaligned(as: SIMD16<Float>.self),
        UnsafeRawPointer(code + component).loadUnaligned(as: SIMD16<Int8>.self)
      )
      let off = a - b - step * SIMD16<Float>(steps)
      errors += off * off
      component += 16
    }
    while component < dimension {
      let off = unsafe query[component] - centre[component] - step * Float(code[component])
      errors[0] += off * off
      component += 1
    }
    // A difference is off by less than the last place of a component, and a sum by that of each term; a square that underflows, by
    // 2⁻¹⁴⁹ at most.
    let sum = Double(errors.sum()) + Double(dimension) * 0x1p-149
    return sum.squareRoot() * (1 + Double(dimension) * 0x1p-23) + distance * 0x1p-20
  }

  /// Computes the float32 values of the items at the `local` places after one of the order, and takes those that reach the bound of
  /// the query.
  private func score(_ query: Int, _ count: Int, from first: Int) {
    guard count > 0 else { return }
    let (index, kernels) = unsafe (index, index.kernels.pointee)
    for place in 0..<count {
      // Safe: the places lie in the list, and their positions are of items.
      unsafe positions[place] = unsafe lists.order[first &+ Int(local[place])]
    }
    let vector = unsafe queries.floats.baseAddress! + query * stride
    let values = unsafe scores.floats.baseAddress!
    if index.metric == .euclidean {
      unsafe kernels.squared_euclidean_gather(
        vector, index.items.base, stride, index.dimension, positions, count, values)
      for place in 0..<count { unsafe values[place] = -values[place] }
    } else {
      unsafe kernels.dot_gather(vector, index.items.base, stride, index.dimension, positions, count, values)
      if let inverses = unsafe summary.perRow?.floats.baseAddress {
        for place in 0..<count { unsafe values[place] *= inverses[Int(positions[place])] }
      } else if let biases = unsafe index.biases {
        for place in 0..<count { unsafe values[place] += biases[Int(positions[place])] }
      }
    }
    unsafe candidates[query].take(
      values, count, first: 0, list: positions, index.metric == .euclidean ? nil : whole, hits)
  }
}
