import AkinSupport
import AkinVectors

/// The users of a step against the items of a step, 32 users at a time.
///
///     scores = items × u / τ + offsets                 one product for 32 users u
///     the items of a user's own history are taken out (accidental hits)
///     for each positive i of the user: the loss, and its gradient by the scores
///     the gradients by u and by the items              two products
///
/// Users are in 4 groups, whatever the number of threads; each adds up its own gradient by the items, and the sums are added in
/// order.
///
/// Cost: 3 products of users × items × components. Tools/bench/retrieval/run.py shows the seconds of a training.
struct SoftmaxStep {
  /// The tower of users, after its forward pass over the batch.
  let users: TowerTrainer
  /// The tower of items, after its forward pass over the columns.
  let items: TowerTrainer
  let batch: SoftmaxBatch
  /// The positive pairs, by user.
  let histories: InteractionTable
  let tables: SoftmaxTables
  /// 1 / τ.
  let scale: Float
  let loops: LayerLoops

  static let groups = 4
  private var lanes: Int { TowerNetwork.batch }

  /// Computes the loss, and stores its gradient in both towers.
  ///
  /// - Returns: The sum of the losses of the pairs, and their number.
  func callAsFunction(execution: Execution) throws -> SampledLoss {
    tables.load(items, batch.columns)
    let parts = try inGroups(execution) { blocks, space in
      var loss = SampledLoss()
      for block in blocks { learn(block, isFirst: block == blocks.lowerBound, in: space, &loss) }
      return loss
    }
    try execution.forEachChunk(of: items.blockCount, by: 4) { _, blocks in
      for block in blocks {
        // Safe: the block's slopes hold components × 32 floats.
        unsafe tables.addUp(
          block, count: batch.columns.rows.count, groups: min(SoftmaxStep.groups, users.blockCount),
          to: items.slope(block))
      }
    }
    return SampledLoss(sum: parts.reduce(0) { $0 + $1.sum }, count: batch.count)
  }

  /// The drawn items by their shares of the softmax, when each user has a softmax over all of them but those of its own history.
  ///
  /// - Returns: Rows of items, the largest sum of shares over the users first; equal ones by row.
  func hardestFirst(execution: Execution) throws -> [UInt32] {
    tables.load(items, batch.columns)
    let rows = batch.columns.rows
    let parts = try inGroups(execution) { blocks, space in
      var sums = [Float](repeating: 0, count: rows.count)
      for block in blocks { addShares(block, in: space, to: &sums) }
      return sums
    }
    var sums = [Float](repeating: 0, count: rows.count)
    for part in parts { for column in sums.indices { sums[column] += part[column] } }
    let order = rows.indices.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : rows[$0] < rows[$1] }
    return order.map { rows[$0] }
  }

  /// Runs a body for each group of blocks of users, and returns the results in the order of the groups.
  private func inGroups<Part: Sendable>(
    _ execution: Execution, _ body: @Sendable (Range<Int>, SoftmaxSpace) -> Part
  ) throws -> [Part] {
    let (blocks, groups) = (users.blockCount, min(SoftmaxStep.groups, users.blockCount))
    var parts = [Part?](repeating: nil, count: groups)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each group writes its own element, and `parts` outlives the threads.
      nonisolated(unsafe) let parts = unsafe parts
      try execution.forEachChunk(of: groups, by: 1) { _, range in
        let group = range.lowerBound
        unsafe parts[group] = body(group * blocks / groups..<(group + 1) * blocks / groups, tables.spaces[group])
      }
    }
    return parts.compactMap { $0 }
  }

  /// Scores the users of a block, and returns their places in the batch.
  private func score(_ block: Int, in space: SoftmaxSpace) -> Range<Int> {
    // Safe: a layer of `width` inputs and `stride` outputs, both multiples of 16.
    let unit = unsafe users.unit(block)
    for place in 0..<tables.width * lanes { unsafe space.inputs.floats[place] = unit[place] * scale }
    unsafe loops.forward(
      tables.weights.floats.baseAddress, tables.offsets.floats.baseAddress, space.inputs.floats.baseAddress,
      tables.width, tables.stride, 0, space.scores.floats.baseAddress)
    return block * lanes..<min((block + 1) * lanes, batch.users.count)
  }

  /// Takes the items of each user's own history out of the scores.
  private func hide(_ places: Range<Int>, in space: SoftmaxSpace) {
    for (lane, place) in places.enumerated() {
      let user = Int(batch.users[place])
      for pair in histories.offsets[user]..<histories.offsets[user + 1] {
        guard let column = batch.columns.column(of: histories.others[pair]) else { continue }
        // Safe: a column of the table.
        unsafe space.scores.floats[column * lanes + lane] = SoftmaxTerm.never
      }
    }
  }

  /// Adds each column's shares of the users of a block.
  private func addShares(_ block: Int, in space: SoftmaxSpace, to sums: inout [Float]) {
    let places = score(block, in: space)
    hide(places, in: space)
    // No score is below −1 / τ, so that what is hidden has next to nothing.
    // Safe: one number a lane, and a table of `stride` rows of lanes.
    for lane in 0..<lanes { unsafe space.largest.floats[lane] = -scale }
    unsafe loops.shares(
      space.scores.floats.baseAddress, tables.stride, space.largest.floats.baseAddress, space.totals.floats.baseAddress)
    for lane in 0..<lanes {
      unsafe space.factors.floats[lane] = lane < places.count ? 1 / space.totals.floats[lane] : 0
    }
    unsafe loops.scale(space.factors.floats.baseAddress, tables.stride, space.scores.floats.baseAddress)
    for column in sums.indices {
      for lane in 0..<lanes { unsafe sums[column] += space.scores.floats[column * lanes + lane] }
    }
  }

  /// The losses of the pairs of a block, and their gradients.
  private func learn(_ block: Int, isFirst: Bool, in space: SoftmaxSpace, _ loss: inout SampledLoss) {
    let places = score(block, in: space)
    let first = places.isEmpty ? 0 : batch.offsets[places.lowerBound]
    var logits: [Float] = []
    for lane in 0..<lanes {
      // Safe: one number a lane; a positive is a column.
      unsafe (space.largest.floats[lane], space.factors.floats[lane]) = (SoftmaxTerm.never, 0)
      guard lane < places.count else { continue }
      for pair in pairs(places.lowerBound + lane) {
        let column = column(pair)
        let logit = unsafe space.scores.floats[column * lanes + lane] - tables.offsets.floats[column]
        logits.append(logit)
      }
    }
    hide(places, in: space)
    unsafe loops.shares(
      space.scores.floats.baseAddress, tables.stride, space.largest.floats.baseAddress, space.totals.floats.baseAddress)
    let mean = 1 / Float(batch.count)
    for (lane, place) in places.enumerated() {
      let total = unsafe space.totals.floats[lane]
      let rest = unsafe SoftmaxTerm.rest(largest: space.largest.floats[lane], total: total)
      for pair in pairs(place) {
        let term = SoftmaxTerm(logit: logits[pair - first], rest: rest)
        let share = mean * Float(term.negativeShare)
        unsafe space.factors.floats[lane] += share / total
        loss.add(term.loss)
        logits[pair - first] = -share
      }
    }
    unsafe loops.scale(space.factors.floats.baseAddress, tables.stride, space.scores.floats.baseAddress)
    for (lane, place) in places.enumerated() {
      for pair in pairs(place) { unsafe space.scores.floats[column(pair) * lanes + lane] = logits[pair - first] }
    }
    let part = unsafe space.part.floats.baseAddress!
    let slope = unsafe users.slope(block)
    unsafe loops.backward(
      tables.weights.floats.baseAddress, space.scores.floats.baseAddress, tables.ones.floats.baseAddress,
      tables.width, tables.stride, slope)
    for place in 0..<tables.width * lanes { unsafe slope[place] *= scale }
    unsafe loops.gradient(
      space.inputs.floats.baseAddress, space.scores.floats.baseAddress, tables.width, tables.stride, isFirst ? 0 : 1,
      space.transposed.floats.baseAddress, part, part + tables.width * tables.stride)
  }

  private func pairs(_ place: Int) -> Range<Int> { batch.offsets[place]..<batch.offsets[place + 1] }

  private func column(_ pair: Int) -> Int {
    guard let column = batch.columns.column(of: batch.items[pair]) else {
      preconditionFailure("each item of a pair is a column")
    }
    return column
  }
}
