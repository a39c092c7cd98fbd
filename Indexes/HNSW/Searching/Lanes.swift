import AkinSupport
import AkinVectors
import CAkinKernels

extension HNSWIndex {
  /// Searches that one thread has under way at a time.
  ///
  /// A walk waits for memory: for each hop's links, then for their vectors. While one search waits, the others compute.
  static let zz = unsafe getenv("ZZ").map { unsafe Float(String(cString: $0))! } ?? 2.5
  static let lanes = unsafe getenv("LANES").map { unsafe Int(String(cString: $0))! } ?? 4

  /// Answers a range of queries on this thread, several at a time; each as ``search(_:by:from:k:ef:excluding:)`` would.
  func search(
    _ queries: EmbeddingMatrix, _ range: Range<Int>, k: Int, ef: Int,
    _ answer: (_ query: Int, _ neighbors: [Neighbor]) -> Void
  ) {
    guard k > 0 else { return range.forEach { answer($0, []) } }
    let turned = coordinates(of: queries, range)
    withContexts(min(Self.lanes, range.count)) { contexts in
      var busy: [Int?] = contexts.map { _ in nil }
      var next = range.lowerBound
      var done = range.lowerBound
      func begin(_ lane: Int) -> Bool {
        guard next < range.upperBound else { return false }
        let (query, context) = (next, contexts[lane])
        next += 1
        busy[lane] = query
        unsafe context.query.update(from: queries.base + query * queries.stride, count: dimension)
        // Safe: the coordinates have a row for each query of the range.
        let own = unsafe turned.map { unsafe UnsafePointer($0.base + (query - range.lowerBound) * $0.stride) }
        unsafe self.begin(context, by: metric, from: nil, coordinates: own, effort: max(1, ef))
        return true
      }
      for lane in contexts.indices { _ = begin(lane) }
      while done < range.upperBound {
        for lane in contexts.indices {
          guard let query = busy[lane] else { continue }
          let context = contexts[lane]
          if context.fresh > 0 { absorb(context) }
          if advance(context) {
            fetch(context)
          } else {
            answer(query, finish(context, by: metric, k: k, excluding: nil))
            done += 1
            busy[lane] = nil
            if begin(lane), advance(context) { fetch(context) }
          }
        }
      }
    }
  }

  /// The queries' coordinates along the codes' axes, all by one product; `nil` where there are no axes.
  private func coordinates(of queries: EmbeddingMatrix, _ range: Range<Int>) -> EmbeddingMatrix? {
    guard let book = unsafe storage.codes?.book, let axes = book.axes, let panels = unsafe codePanels() else { return nil }
    let isEuclidean = metric == .euclidean
    let loops = unsafe kernels.pointee
    let centred = unsafe EmbeddingMatrix(count: range.count, dimension: dimension) { floats, stride in
      for (place, query) in range.enumerated() {
        let row = unsafe queries.base + query * queries.stride
        for component in 0..<dimension {
          unsafe floats[place * stride + component] =
            isEuclidean ? row[component] - book.mean[component] : row[component]
        }
      }
    }
    return unsafe EmbeddingMatrix(count: range.count, dimension: axes.count) { floats, stride in
      unsafe loops.product(
        centred.base, centred.stride, range.count, panels, axes.count / 16, dimension, nil,
        floats.baseAddress, stride)
    }
  }
}
