import AkinVectors

/// Scratch space of one worker, for 32 users and the drawn items of a batch.
@safe final class ContrastiveSpace: @unchecked Sendable {
  // Safe: one worker at a time writes it.

  /// Users of a chunk.
  static let users = TowerNetwork.batch

  /// Components × 32: the users' unit vectors, divided by the temperature.
  let inputs: AlignedFloats
  /// Drawn items × 32: scores, then the gradient by them.
  let scores: AlignedFloats
  /// Components × 32: the gradient by `inputs`.
  let slopes: AlignedFloats
  /// 32 × components: the users' sums of items.
  let sums: AlignedFloats
  /// 32 × components: the gradient by the sums, from the positives.
  let own: AlignedFloats
  /// 32 × drawn items.
  let transposed: AlignedFloats
  /// One row of components.
  let row: AlignedFloats

  init(stride: Int, drawn: Int) {
    let users = ContrastiveSpace.users
    inputs = AlignedFloats(count: stride * users)
    scores = AlignedFloats(count: drawn * users)
    slopes = AlignedFloats(count: stride * users)
    sums = AlignedFloats(count: stride * users)
    own = AlignedFloats(count: stride * users)
    transposed = AlignedFloats(count: drawn * users)
    row = AlignedFloats(count: stride)
  }
}

/// What all workers read and write in a step: the drawn items as a layer, and gradients.
@safe final class ContrastiveGradients: @unchecked Sendable {
  // Safe: each chunk writes the rows of its own pairs and its own part of the drawn items' gradients.

  /// Drawn items, padded to a multiple of 16.
  let drawn: Int
  let stride: Int
  /// Components × drawn items: the drawn items' unit vectors.
  let weights: AlignedFloats
  /// What is added to the score of a drawn item, divided by the temperature; very low for padding.
  let offsets: AlignedFloats
  /// Components × 32 ones, which no input of the layer is below.
  let ones: AlignedFloats
  /// For each chunk: components × drawn items, then drawn items: gradients by `weights` and by `offsets`.
  let parts: AlignedFloats
  /// Pairs × components: gradients by the unit vectors of the pairs' items.
  private(set) var pairs: AlignedFloats
  /// The gradient by the bias of each pair's item; before, its product with the user's sum.
  private(set) var numbers: AlignedFloats
  private var capacity = 0

  static let never: Float = -1e30

  var partSize: Int { (stride + 1) * drawn }

  init(stride: Int, drawn: Int, chunks: Int) {
    (self.stride, self.drawn) = (stride, drawn)
    weights = AlignedFloats(count: stride * drawn)
    offsets = AlignedFloats(count: drawn)
    ones = AlignedFloats(count: stride * ContrastiveSpace.users)
    parts = AlignedFloats(count: chunks * (stride + 1) * drawn)
    (pairs, numbers) = (AlignedFloats(count: 0), AlignedFloats(count: 0))
    unsafe ones.floats.update(repeating: 1)
  }

  /// Makes room for the pairs of a batch.
  func reserve(_ count: Int) {
    if count <= capacity { return }
    capacity = count + count / 4
    pairs = AlignedFloats(count: capacity * stride)
    numbers = AlignedFloats(count: capacity)
  }

  /// Takes the drawn items of a batch.
  func load(_ items: ContrastiveItems, _ batch: ContrastiveBatch, _ sampler: ItemSampler, options: ContrastiveOptions) {
    let isSoft = options.loss == .softmax
    let scale = isSoft ? 1 / Float(options.temperature) : 1
    for column in 0..<drawn {
      let item = column < batch.drawn.count ? Int(batch.drawn[column]) : nil
      for k in 0..<stride {
        // Safe: inside the table; the item's row holds `stride` floats.
        unsafe weights.floats[k * drawn + column] = item.map { unsafe items.unit($0)[k] } ?? 0
      }
      unsafe offsets.floats[column] =
        item.map { isSoft ? items.bias($0) * scale + sampler.correction(of: UInt32($0)) : 0 }
        ?? ContrastiveGradients.never
    }
  }

  /// Adds the parts of the chunks to that of the first, in order.
  func addUp(chunks: Int) {
    for chunk in 1..<max(chunks, 1) {
      for place in 0..<partSize / 16 {
        // Safe: each part holds `partSize` floats, a multiple of 16.
        unsafe lanes(parts.floats.baseAddress!)[place] += lanes(parts.floats.baseAddress! + chunk * partSize)[place]
      }
    }
  }
}
