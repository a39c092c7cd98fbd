import AkinSupport
import AkinVectors

/// The gradients of 32 users against the drawn items of a batch, written down for each pair and each drawn item.
///
///     z = Σ q of the history; ẑ = f z, with the multiplier f of ``HistoryScale``
///     scores = drawn items × ẑ                                   one product for all 32
///     for each positive i: r = z − qᵢ; s = f r · qᵢ + bᵢ         the history without i, and its f
///     the loss's gradient g by s, and by the scores; then by ẑ, z and each q
///
/// Cost: 3 products of 32 × drawn items × components, and a few passes over the components of each pair.
/// Tools/bench/retrieval/run.py shows the seconds of a training.
struct ContrastiveStep {
  let items: ContrastiveItems
  let batch: ContrastiveBatch
  let gradients: ContrastiveGradients
  let options: ContrastiveOptions
  let history: HistoryScale
  let loops: LayerLoops

  private var lanesPerRow: Int { items.stride / 16 }
  private var scale: Float { options.loss == .softmax ? 1 / Float(options.temperature) : 1 }

  /// Works on the users of one chunk.
  ///
  /// - Returns: The sum of the losses of the chunk's positives, and their number.
  func callAsFunction(chunk: Int, users: Range<Int>, in space: ContrastiveSpace) -> SampledLoss {
    let stride = items.stride
    let drawn = gradients.drawn
    var norms = [Float](repeating: 0, count: ContrastiveSpace.users)
    unsafe space.inputs.floats.update(repeating: 0)
    for (lane, user) in users.enumerated() { norms[lane] = addUp(user, lane, in: space) }
    // Safe: the tables have the shapes of a layer of `stride` inputs and `drawn` outputs, both multiples of 16.
    unsafe loops.forward(
      gradients.weights.floats.baseAddress, gradients.offsets.floats.baseAddress, space.inputs.floats.baseAddress,
      stride, drawn, 0, space.scores.floats.baseAddress)
    hide(users, in: space)
    let loss = options.loss == .softmax ? soften(users, norms, in: space) : hinge(users, norms, in: space)
    let part = unsafe gradients.parts.floats.baseAddress! + chunk * gradients.partSize
    unsafe loops.backward(
      gradients.weights.floats.baseAddress, space.scores.floats.baseAddress, gradients.ones.floats.baseAddress, stride,
      drawn, space.slopes.floats.baseAddress)
    unsafe loops.gradient(
      space.inputs.floats.baseAddress, space.scores.floats.baseAddress, stride, drawn, 0,
      space.transposed.floats.baseAddress, part, part + stride * drawn)
    for (lane, user) in users.enumerated() where norms[lane] > 0 { spread(user, lane, norms[lane], in: space) }
    return loss
  }

  /// Sums the items of a user, and writes the user's vector, divided by the temperature, into the inputs.
  ///
  /// - Returns: The length of the sum; 0 for a user without a direction.
  private func addUp(_ user: Int, _ lane: Int, in space: ContrastiveSpace) -> Float {
    // Safe: rows of `stride` floats, from multiples of 64 bytes on.
    let sum = unsafe lanes(space.sums.floats.baseAddress! + lane * items.stride)
    let own = unsafe lanes(space.own.floats.baseAddress! + lane * items.stride)
    for k in 0..<lanesPerRow { unsafe (sum[k], own[k]) = (.zero, .zero) }
    let pairs = batch.offsets[user]..<batch.offsets[user + 1]
    for pair in pairs {
      let q = unsafe lanes(items.unit(Int(batch.items[pair])))
      for k in 0..<lanesPerRow { unsafe sum[k] += q[k] }
    }
    var square = Lanes.zero
    for k in 0..<lanesPerRow { unsafe square += sum[k] * sum[k] }
    let norm = square.sum().squareRoot()
    // A history of one item says nothing of that item, and a sum of almost nothing has no direction.
    if pairs.count < 2 || !(norm > 1e-3) {
      for pair in pairs { clear(pair) }
      return 0
    }
    let factor = scale * history.multiplier(count: pairs.count, length: norm)
    for k in 0..<items.stride {
      unsafe space.inputs.floats[k * ContrastiveSpace.users + lane] =
        space.sums.floats[lane * items.stride + k] * factor
    }
    for pair in pairs {
      let q = unsafe lanes(items.unit(Int(batch.items[pair])))
      var product = Lanes.zero
      for k in 0..<lanesPerRow { unsafe product += q[k] * sum[k] }
      unsafe gradients.numbers.floats[pair] = product.sum()
    }
    return norm
  }

  private func clear(_ pair: Int) {
    unsafe gradients.numbers.floats[pair] = 0
    let row = unsafe lanes(gradients.pairs.floats.baseAddress! + pair * items.stride)
    for k in 0..<lanesPerRow { unsafe row[k] = .zero }
  }

  /// Takes the items of a user's own history out of the drawn ones (accidental hits).
  private func hide(_ users: Range<Int>, in space: ContrastiveSpace) {
    for (lane, user) in users.enumerated() {
      for pair in batch.offsets[user]..<batch.offsets[user + 1] {
        batch.forEachSlot(of: batch.items[pair]) { slot in
          if slot < batch.items.count { return }
          // Safe: the slot is a drawn item.
          unsafe space.scores.floats[(slot - batch.items.count) * ContrastiveSpace.users + lane] =
            SoftmaxTerm.never
        }
      }
    }
  }

  /// The score of a positive by the history without it, and the multiplier of that history's sum; `nil` without a direction.
  private func score(_ pair: Int, of user: Int, norm: Float) -> (score: Float, factor: Float)? {
    let product = unsafe gradients.numbers.floats[pair]
    let square = norm * norm - 2 * product + 1
    if square < 1e-3 { return nil }
    let count = batch.offsets[user + 1] - batch.offsets[user] - 1
    let factor = history.multiplier(count: count, length: square.squareRoot())
    return ((product - 1) * factor, factor)
  }

  /// The sampled softmax: turns the scores into the gradient by them, and the positives into theirs.
  private func soften(_ users: Range<Int>, _ norms: [Float], in space: ContrastiveSpace) -> SampledLoss {
    let (largest, totals, factors) = unsafe (space.largest.floats, space.totals.floats, space.factors.floats)
    for lane in 0..<ContrastiveSpace.users {
      // Safe: each table has one number a lane.
      unsafe (largest[lane], factors[lane]) = (SoftmaxTerm.never, 0)
    }
    // Safe: the scores are drawn items × 32, from a multiple of 64 bytes on.
    unsafe loops.shares(space.scores.floats.baseAddress, gradients.drawn, largest.baseAddress, totals.baseAddress)
    var loss = SampledLoss()
    for (lane, user) in users.enumerated() where norms[lane] > 0 {
      unsafe factors[lane] = positives(user, lane, norms[lane], largest[lane], totals[lane], &loss, in: space)
    }
    unsafe loops.scale(factors.baseAddress, gradients.drawn, space.scores.floats.baseAddress)
    return loss
  }

  /// The positives of a user under the softmax.
  ///
  /// - Returns: What the gradient by a drawn item's score is, over its exponential.
  private func positives(
    _ user: Int, _ lane: Int, _ norm: Float, _ top: Float, _ total: Float, _ loss: inout SampledLoss,
    in space: ContrastiveSpace
  ) -> Float {
    let rest = SoftmaxTerm.rest(largest: top, total: total)
    var sum = 0.0
    for pair in batch.offsets[user]..<batch.offsets[user + 1] {
      guard let (score, multiplier) = score(pair, of: user, norm: norm) else {
        clear(pair)
        continue
      }
      let term = SoftmaxTerm(logit: (score + items.bias(Int(batch.items[pair]))) * scale, rest: rest)
      let slope = Float(-term.negativeShare) * scale
      sum += term.negativeShare
      loss.add(term.loss)
      write(pair, lane, slope: slope, score: score, multiplier: multiplier, in: space)
      unsafe gradients.numbers.floats[pair] = slope
    }
    return Float(sum) / total
  }

  /// The cosine-contrastive loss, likewise.
  private func hinge(_ users: Range<Int>, _ norms: [Float], in space: ContrastiveSpace) -> SampledLoss {
    var loss = SampledLoss()
    let (margin, count) = (Float(options.margin), Float(batch.drawn.count))
    var factors = [Float](repeating: 0, count: ContrastiveSpace.users)
    for (lane, user) in users.enumerated() where norms[lane] > 0 {
      for pair in batch.offsets[user]..<batch.offsets[user + 1] {
        guard let (score, multiplier) = score(pair, of: user, norm: norms[lane]) else {
          clear(pair)
          continue
        }
        factors[lane] += Float(options.negativeWeight) / count
        loss.add(Double(1 - score))
        write(pair, lane, slope: -1, score: score, multiplier: multiplier, in: space)
        unsafe gradients.numbers.floats[pair] = 0
      }
    }
    for row in 0..<gradients.drawn {
      for lane in 0..<ContrastiveSpace.users {
        let place = row * ContrastiveSpace.users + lane
        let over = unsafe space.scores.floats[place] - margin
        if over > 0 { loss.sum += Double(factors[lane] * over) }
        unsafe space.scores.floats[place] = over > 0 ? factors[lane] : 0
      }
    }
    return loss
  }

  /// Writes the gradient of a positive by its item, and adds that by the user's sum.
  private func write(
    _ pair: Int, _ lane: Int, slope: Float, score: Float, multiplier: Float, in space: ContrastiveSpace
  ) {
    // Safe: rows of `stride` floats, from multiples of 64 bytes on.
    let q = unsafe lanes(items.unit(Int(batch.items[pair])))
    let sum = unsafe lanes(space.sums.floats.baseAddress! + lane * items.stride)
    let own = unsafe lanes(space.own.floats.baseAddress! + lane * items.stride)
    let row = unsafe lanes(gradients.pairs.floats.baseAddress! + pair * items.stride)
    let (scaled, factor) = (Lanes(repeating: multiplier), Lanes(repeating: slope))
    // A direction does not move along itself.
    let cosine = Lanes(repeating: history.isDirection ? score : 0)
    for k in 0..<lanesPerRow {
      let rest = unsafe (sum[k] - q[k]) * scaled
      let turned = unsafe factor * (q[k] - cosine * rest) * scaled
      unsafe row[k] = factor * rest - turned
      unsafe own[k] += turned
    }
  }

  /// Adds the gradient by the user's sum to every item of the sum.
  private func spread(_ user: Int, _ lane: Int, _ norm: Float, in space: ContrastiveSpace) {
    let own = unsafe lanes(space.own.floats.baseAddress! + lane * items.stride)
    let sum = unsafe lanes(space.sums.floats.baseAddress! + lane * items.stride)
    let slope = unsafe lanes(space.row.floats.baseAddress!)
    for k in 0..<items.stride {
      unsafe space.row.floats[k] = space.slopes.floats[k * ContrastiveSpace.users + lane] * scale
    }
    let pairs = batch.offsets[user]..<batch.offsets[user + 1]
    let scaled = Lanes(repeating: history.multiplier(count: pairs.count, length: norm))
    var along = Lanes.zero
    if history.isDirection { for k in 0..<lanesPerRow { unsafe along += slope[k] * sum[k] * scaled } }
    let share = Lanes(repeating: along.sum())
    for k in 0..<lanesPerRow { unsafe slope[k] = (slope[k] - share * sum[k] * scaled) * scaled + own[k] }
    for pair in pairs {
      let row = unsafe lanes(gradients.pairs.floats.baseAddress! + pair * items.stride)
      for k in 0..<lanesPerRow { unsafe row[k] += slope[k] }
    }
  }
}
