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
  /// One number for each user of a softmax: the largest score, the sum of the drawn items' exponentials over it, and what the
  /// gradient by a score is over its exponential.
  let largest: AlignedFloats
  let totals: AlignedFloats
  let factors: AlignedFloats
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
    largest = AlignedFloats(count: users)
    totals = AlignedFloats(count: users)
    factors = AlignedFloats(count: users)
    row = AlignedFloats(count: stride)
  }
}

/// What all workers read and write in a step: the drawn items as a layer, and gradients.
@safe final class ContrastiveGradients: @unchecked Sendable {
  // Safe: each chunk writes the rows of its own pairs and its own part of the drawn items' gradients.

  /// Drawn items, padded to an odd multiple of 16: rows of tables of a power of two would share lines of the cache.
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
  /// Drawn items × components: gradients by the drawn items' unit vectors.
  let rows: AlignedFloats
  /// Gradients by `offsets`.
  let slopes: AlignedFloats
  /// Pairs × components: gradients by the unit vectors of the pairs' items.
  private(set) var pairs: AlignedFloats
  /// The gradient by the bias of each pair's item; before, its product with the user's sum.
  private(set) var numbers: AlignedFloats
  private var capacity = 0

  var partSize: Int { (stride + 1) * drawn }

  init(stride: Int, drawn: Int, chunks: Int) {
    (self.stride, self.drawn) = (stride, drawn)
    weights = AlignedFloats(count: stride * drawn)
    offsets = AlignedFloats(count: drawn)
    ones = AlignedFloats(count: stride * ContrastiveSpace.users)
    parts = AlignedFloats(count: chunks * (stride + 1) * drawn)
    rows = AlignedFloats(count: drawn * stride)
    slopes = AlignedFloats(count: drawn)
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
    // 16 columns at a time, so that each write fills a line of the cache.
    for first in Swift.stride(from: 0, to: drawn, by: 16) {
      let columns = first..<min(first + 16, max(first, batch.drawn.count))
      for k in 0..<stride {
        // Safe: inside the table; each item's row holds `stride` floats.
        let row = unsafe weights.floats.baseAddress! + k * drawn
        for column in columns { unsafe row[column] = items.unit(Int(batch.drawn[column]))[k] }
        for column in columns.upperBound..<first + 16 { unsafe row[column] = 0 }
      }
      for column in first..<first + 16 {
        guard column < batch.drawn.count else {
          unsafe offsets.floats[column] = SoftmaxTerm.never
          continue
        }
        let item = batch.drawn[column]
        unsafe offsets.floats[column] = isSoft ? items.bias(Int(item)) * scale + sampler.correction(of: item) : 0
      }
    }
  }

  /// Adds up the parts of the chunks, in order, for columns from a multiple of 16 on.
  func addUp(chunks: Int, columns: Range<Int>) {
    for first in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: 16) {
      for k in 0...stride {
        // Safe: each part holds stride + 1 rows of `drawn` floats, and the gradients a row of `stride` for each column.
        var sum = unsafe lanes(parts.floats.baseAddress! + k * drawn + first)[0]
        for chunk in 1..<max(chunks, 1) {
          unsafe sum += lanes(parts.floats.baseAddress! + chunk * partSize + k * drawn + first)[0]
        }
        for column in 0..<16 where k < stride { unsafe rows.floats[(first + column) * stride + k] = sum[column] }
        if k == stride { unsafe lanes(slopes.floats.baseAddress! + first)[0] = sum }
      }
    }
  }
}
