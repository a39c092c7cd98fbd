import AkinVectors

extension GraphSearcher {
  /// The number of interleaved searches of one thread.
  ///
  /// By inner product, most of a search is a scan of the items of largest norm in cache, which gains nothing.
  private var interleaved: Int { storage.minimumPrefix > 0 ? 1 : 4 }

  /// Answers a range of queries on this thread, several at a time; each as ``search(_:_:from:_:)`` would.
  ///
  /// - Parameter answer: Gets what was found for a query, and the work that took.
  func search(
    _ queries: EmbeddingMatrix, _ range: Range<Int>, _ asked: GraphQuery,
    _ answer: (_ query: Int, _ neighbors: [Neighbor], _ work: SearchWork) -> Void
  ) {
    guard asked.k > 0, storage.entry != nil else {
      return withContext { context in
        for query in range {
          // Safe: the query lies inside the matrix.
          let found = unsafe search(queries.base + query * queries.stride, asked, context)
          answer(query, found, SearchWork())
        }
      }
    }
    // Scaled queries begin at row 0.
    let scaled = asked.metric == .cosine ? queries.scaled(range) : nil
    let (queries, start) = (scaled ?? queries, scaled == nil ? range.lowerBound : 0)
    // The queries of one scan; their candidates stay in cache.
    let step = storage.minimumPrefix > 0 ? TopNormItems.batch : max(1, range.count)
    let width = SearchWidth(asked, of: storage)
    for first in stride(from: start, to: start + range.count, by: step) {
      let number = min(step, start + range.count - first)
      let entryPoints = unsafe entryPoints(
        for: queries.base + first * queries.stride, stride: queries.stride, number: number, asked, at: nil, width)
      withContexts(min(interleaved, number)) { contexts in
        walkInterleaved(contexts, count: number) { place, context in
          // Safe: the query lies inside the matrix.
          unsafe context.query.update(from: queries.base + (first + place) * queries.stride, count: dimension)
          context.work = SearchWork()
          begin(context, asked, at: entryPoints[place], width)
        } end: { place, context in
          // Safe: the query lies inside the matrix.
          let query = unsafe queries.base + (first + place) * queries.stride
          let found =
            unsafe context.isOpposed && width.isNarrow
            ? searchAgain(query, asked, context) : self.answer(context, asked)
          answer(range.lowerBound + first - start + place, found, context.work)
        }
      }
    }
  }
}

extension EmbeddingMatrix {
  /// A copy of some rows, each by its own power of two, where the squares of any of them leave the range of `Float`; otherwise
  /// `nil`.
  fileprivate func scaled(_ range: Range<Int>) -> EmbeddingMatrix? {
    // Safe: a row has `dimension` components.
    let scales = range.map { row in unsafe SearchContext.scale(base + row * stride, dimension) }
    guard scales.contains(where: { $0 != nil }) else { return nil }
    return EmbeddingMatrix(
      uniformRows: zip(range, scales).map { row, scale in self[Row(row)].map { $0 * (scale ?? 1) } },
      dimension: dimension)
  }
}

/// Runs `count` walks on this thread, several at a time, each in the first context that is free.
///
/// A walk waits for memory: for each hop's links, then for their vectors. Each turn of one ends with a request to the memory,
/// and while that is on its way the others compute.
///
/// - Parameters:
///   - begin: Makes a context ready for a walk.
///   - end: Takes what a walk found.
@inline(__always)
func walkInterleaved(
  _ contexts: [SearchContext], count: Int, begin: (Int, SearchContext) -> Void, end: (Int, SearchContext) -> Void
) {
  var busy = contexts.indices.map { $0 < count ? $0 : -1 }
  var next = min(contexts.count, count)
  var done = 0
  for walk in 0..<contexts.count where busy[walk] >= 0 { begin(walk, contexts[walk]) }
  // Safe: the array holds the contexts during this call. Reference counting at each turn would take 3 % of a search.
  let walks = unsafe contexts.map { unsafe Unmanaged.passUnretained($0) }
  while done < count {
    for walk in 0..<contexts.count where busy[walk] >= 0 {
      unsafe walks[walk]._withUnsafeGuaranteedRef { context in
        if context.fresh > 0 {
          context.score()
        } else if context.expand() {
          context.prefetch()
        } else if !context.widen() {
          end(busy[walk], context)
          done += 1
          busy[walk] = next < count ? next : -1
          if next < count { begin(next, context) }
          next += 1
        }
      }
    }
  }
  withExtendedLifetime(contexts) {}
}
