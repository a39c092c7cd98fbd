import AkinQuantization
import AkinSupport
import AkinVectors
import CAkinKernels

// The candidates of a walk are scored again, twice: in float32 by vectors after a walk by codes (rerank), and in
// float64 for the answer (rescore). Both go through the candidates nearest first, and stop when no other candidate can
// be, or is likely to be, among the k best.

extension GraphSearcher {
  /// Reranks the beam of a walk by codes by the vectors, and keeps the reranked candidates, best first.
  ///
  /// - Returns: Whether distances are final scores: those of whole numbers are.
  func rerank(_ context: SearchContext, _ asked: GraphQuery) -> Bool {
    guard context.scorer?.codes != nil else { return false }
    let kernels = unsafe storage.kernels.pointee
    var scorer = unsafe NodeScorer(UnsafePointer(context.query), by: asked.metric, in: storage, context.decoded)
    // After the walk, the buffer of the query's code is free.
    scorer.codes = unsafe storage.bytes?.scorer(of: context.query, context.code, kernels: kernels)
    let length =
      asked.metric == .euclidean ? 1 : unsafe kernels.dot(context.query, context.query, dimension).squareRoot()
    let error = storage.codeError.bias + storage.codeError.spread * certainty(ef: context.width.ef, k: asked.k)
    context.rerank(scorer, k: asked.k, error: error * length, groups: groups(of: asked, length: length))
    return scorer.codes != nil
  }

  /// How near a member of a group can be where its linked node is at some distance.
  ///
  /// - Parameter length: The length of the query; without meaning under Euclidean distance.
  private func groups(of asked: GraphQuery, length: Float) -> GroupReach {
    // The radius is one of the index's own metric: by another, any member may be near.
    guard asked.metric == storage.metric || storage.groupRadius == 0 else {
      return GroupReach(radius: .infinity, isSquared: false)
    }
    // The bias is one more component, by which every query has 1.
    let isBiased = unsafe storage.biases != nil
    let length = isBiased ? (length * length + 1).squareRoot() : length
    return GroupReach(
      radius: asked.metric == .euclidean ? storage.groupRadius : storage.groupRadius * length,
      isSquared: asked.metric == .euclidean)
  }

  /// The number of standard deviations of the code error that count as likely: more for a larger ef.
  private func certainty(ef: Int, k: Int) -> Float {
    2 + 0.5 * Float(log(max(1, Double(ef) / Double(k))) / log(2))
  }

  /// Scores the beam's candidates in float64, nearest first, until no other can be among the best `k`, and returns those
  /// that the filter lets in, copies among them.
  ///
  /// The beam was scored in float32: a candidate is left out only when it is farther from the `k`-th best than that can be
  /// wrong.
  ///
  /// - Parameter isScored: Whether the beam's distances are scores already.
  func rescore(_ context: SearchContext, _ asked: GraphQuery, isScored: Bool) -> [Neighbor] {
    let k = asked.k
    let scorer = unsafe CanonicalScorer(
      metric: asked.metric, query: context.query, dimension: dimension, kernels: storage.kernels)
    let scale = asked.metric == .cosine ? Float(scorer.queryNorm) : 1
    let slack =
      switch asked.metric {
      case .euclidean: Float(0)
      case .cosine: Float(scorer.queryNorm) * 0x1p-18
      case .innerProduct: Float(scorer.queryNorm) * storage.normBound * 0x1p-18
      }
    let groups = groups(of: asked, length: Float(scorer.queryNorm))
    context.reserve(best: k)
    // Pointers alone: the loop counts no references.
    let (packed, decoded) = unsafe (storage.vectors.packed, context.decoded)
    let (base, stride, bytes) = unsafe storage.vectors.place
    let beam = context.beam
    var size = 0
    var limit = Float.infinity
    defer { context.visited.removeAll() }
    for place in 0..<beam.count {
      let candidate = unsafe beam.candidates[place]
      if Candidate.distance(candidate) > limit { break }
      if !isScored && place + 2 < beam.count {
        var next = Candidate.node(unsafe beam.candidates[place + 2])
        unsafe akin_prefetch_table(base, stride, bytes, &next, 1)
      }
      let own = Candidate.node(candidate)
      var first = own
      var node: UInt32? = own
      var copies = 0
      // A node that was seen before came with its copies and the rest of its group.
      while let current = node, context.visited.insert(current) {
        node = copies < k ? storage.copy(after: current) : nil
        if node == nil, let next = storage.member(after: first) {
          (first, node, copies) = (next, next, 0)
        }
        guard let row = storage.row(of: current) else {
          context.sawDamage = true
          continue
        }
        guard asked.allows(row) else { continue }
        let bias = unsafe storage.biases.map { unsafe $0[Int(current)] } ?? 0
        let score: Float
        if isScored && first == own {
          score = -Candidate.distance(candidate)
        } else if let packed {
          unsafe packed.decode(Int(current), into: decoded)
          score = unsafe scorer.score(UnsafePointer(decoded), bias: bias)
        } else {
          let vector = unsafe (base + Int(current) * stride).assumingMemoryBound(to: Float.self)
          score = unsafe scorer.score(vector, bias: bias)
        }
        guard !score.isNaN else { continue }
        // The best keys are the largest, so their complements sort like candidates.
        let key = ~RankKey.make(score: score, row: row)
        if unsafe size < k || key < context.best[k - 1] {
          unsafe Candidate.insert(key, into: context.best, size: &size, limit: k)
        }
        copies += 1
      }
      if size == k {
        let kth = -(RankKey.score(~(unsafe context.best[k - 1]))) * scale
        limit = groups.farthest(of: kth + slack + kth.magnitude * 0x1p-18)
      }
    }
    return (0..<size).map { RankKey.neighbor(~(unsafe context.best[$0])) }
  }
}

/// How near the members of groups can be to a query.
private struct GroupReach {
  /// At least the distance of a member from its linked node, as distances of beams have it; 0 without groups.
  let radius: Float
  /// Whether distances are squared.
  let isSquared: Bool

  /// The distance of a linked node beyond which no member of its group is as near as `distance`.
  func farthest(of distance: Float) -> Float {
    guard radius > 0 else { return distance }
    guard isSquared else { return distance + radius }
    let root = max(0, distance).squareRoot() + radius
    return root * root
  }
}

extension SearchContext {
  /// Candidates that one kernel call reranks.
  private static let reranked = 8

  /// Scores the beam's candidates again, nearest first, until no other is likely to be among the `k` nearest, and leaves
  /// those scored in the beam, best first.
  ///
  /// - Parameters:
  ///   - error: How far above the true distance the beam's may lie.
  ///   - groups: How far above those of their groups the distances of linked nodes may lie.
  fileprivate func rerank(_ scorer: NodeScorer, k: Int, error: Float, groups: GroupReach) {
    reserve(best: k)
    let candidates = unsafe beam.candidates
    var done = 0
    var nearest = 0
    while done < beam.count {
      // Safe: `nodes` and `distances` have room for `maximumWidth` entries, and a beam's nodes were scored before; `best`
      // has room for k and one more.
      let number = min(SearchContext.reranked, beam.count &- done)
      if nearest == k,
        unsafe Candidate.distance(candidates[done]) > groups.farthest(of: Candidate.distance(best[k &- 1])) + error
      {
        break
      }
      for i in 0..<number { unsafe nodes[i] = Candidate.node(candidates[done &+ i]) }
      unsafe scorer.distances(to: nodes, number, into: distances)
      for i in 0..<number {
        let candidate = unsafe Candidate.start(distance: distances[i], node: nodes[i])
        unsafe candidates[done &+ i] = candidate
        if unsafe nearest < k || candidate < best[k &- 1] {
          unsafe Candidate.insert(candidate, into: best, size: &nearest, limit: k)
        }
      }
      done &+= number
    }
    beam.count = done
    work.scored &+= done
    var all = unsafe UnsafeMutableBufferPointer(start: candidates, count: done)
    unsafe all.sort()
  }
}
