import AkinSupport
import AkinVectors

/// Unit vectors of items and item biases that rank the positives of a history above many drawn items, by a softmax or a
/// cosine-contrastive loss. A user is the mean of its history, damped or at length 1.
public enum Contrastive {
  /// Trains. ``ContrastiveOptions`` states the objective.
  ///
  /// The same interactions, options and seed give the same bits at any thread count. A user without a positive item gets a
  /// zero vector, so item biases alone rank items for it.
  ///
  /// - Parameters:
  ///   - interactions: User–item interactions.
  ///   - options: Loss, dimension, epochs, step size and seed.
  ///   - validation: Measures the model between epochs and stops early, or `nil`.
  ///   - execution: Threads; progress in epochs, with the loss as a note; cancellation.
  /// - Throws: ``TrainingError``, `Cancelled`, or the error of the measure.
  /// - Complexity: O((users × negatives + positive pairs) × dimensions) per epoch.
  public static func train(
    _ interactions: Interactions, options: ContrastiveOptions = ContrastiveOptions(), validation: Validation? = nil,
    execution: Execution = Execution()
  ) throws -> TrainedModel {
    try options.check()
    try interactions.checkValues(for: .contrastive)
    // Values that have aged stay above 0, however small: all of them are positives.
    let lowest = options.weighting == .value ? Double(Float.leastNonzeroMagnitude) : nil
    let labels = try Labels(interactions, positiveFrom: options.positiveFrom ?? lowest)
    guard labels.positives.others.count <= Int(Int32.max) else {
      throw TrainingError.tooManyPairs(found: labels.positives.others.count)
    }
    var stopping = try EarlyStopping(validation, epochs: options.epochs)
    var run = try ContrastiveRun(labels, options: options, execution: execution)
    do {
      for epoch in 1...options.epochs {
        try run.visit(epoch)
        let now = run
        if try stopping?.ends(after: epoch, { try now.model() }) ?? false { break }
      }
    } catch is Cancelled where stopping?.keepsBest ?? false {
    }
    return try stopping?.result ?? run.model()
  }
}

/// A training between its epochs.
struct ContrastiveRun {
  private let labels: Labels
  private let options: ContrastiveOptions
  private let execution: Execution
  let items: ContrastiveItems
  private let sampler: ItemSampler
  private let gradients: ContrastiveGradients
  private let spaces: [ContrastiveSpace]
  private var batch: ContrastiveBatch
  /// The rule from histories to users, of the last epoch.
  private(set) var history: HistoryScale
  /// Users with a pair that can be learned.
  private var users: [UInt32]
  private var losses: [LossPoint] = []
  private var seconds: [Double] = []

  init(_ labels: Labels, options: ContrastiveOptions, execution: Execution) throws {
    (self.labels, self.options, self.execution) = (labels, options, execution)
    users = (0..<UInt32(labels.positives.rowCount)).filter { labels.positives.count(ofRow: Int($0)) > 1 }
    if users.isEmpty || labels.itemCount < 3 { throw TrainingError.nothingToCompare }
    let drawn = ((min(options.negatives, labels.itemCount) + 15) / 16 | 1) * 16
    let chunks = (options.batch + ContrastiveSpace.users - 1) / ContrastiveSpace.users
    let stride = (options.dimensions + 15) & ~15
    // Two tables of items and of drawn items, the gradients of chunks, and scratch space of threads; in floats, where the check
    // counts doubles.
    try OptionCheck.memory(
      rows: labels.itemCount + (chunks + 2) * drawn / 2 + execution.threads * ContrastiveSpace.users * drawn / stride,
      stride: stride)
    items = try ContrastiveItems(
      count: labels.itemCount, dimensions: options.dimensions, seed: options.seed, execution: execution)
    sampler = ItemSampler(
      itemCount: labels.itemCount, count: options.negatives,
      weights: NegativeSampler.weights(labels, popularity: options.popularity))
    gradients = ContrastiveGradients(stride: items.stride, drawn: drawn, chunks: chunks)
    spaces = (0..<min(execution.threads, chunks)).map { _ in
      ContrastiveSpace(stride: stride, drawn: drawn)
    }
    batch = ContrastiveBatch(itemCount: labels.itemCount)
    history = HistoryScale(damping: options.damping)
  }

  /// Takes the steps of an epoch.
  mutating func visit(_ epoch: Int) throws {
    let start = monotonicSeconds()
    let random = CounterRandom(seed: options.seed, purpose: 0x43_4F_4E_53)
    var generator = SeededGenerator(seed: random.bits(at: UInt64(epoch)))
    generator.shuffle(&users)
    if epoch > 1 {
      history = try HistoryScale(
        damping: options.damping, items: items, users: users, positives: labels.positives, execution: execution)
    }
    var loss = SampledLoss()
    for first in Swift.stride(from: 0, to: users.count, by: options.batch) {
      // By epochs alone, so that a training stopped early is one of so many epochs.
      let done = Double(epoch - 1) + Double(first) / Double(users.count)
      let share = max(1 - done / ContrastiveOptions.fallEpochs, ContrastiveOptions.lastShare)
      let part = try step(
        users[first..<min(first + options.batch, users.count)], rate: options.learningRate * share, &generator)
      loss = SampledLoss(sum: loss.sum + part.sum, count: loss.count + part.count)
    }
    guard loss.mean.isFinite else {
      throw TrainingError.diverged(epoch: epoch, learningRate: options.learningRate, halvings: 0)
    }
    let point = LossPoint(epoch: epoch, ["mean": loss.mean])
    losses.append(point)
    seconds.append(monotonicSeconds() - start)
    execution.progress?(
      ProgressEvent(
        stage: "train", completed: epoch, total: options.epochs, unit: "epochs", note: point.description))
  }

  /// Takes one step, for the users of a batch.
  private mutating func step(
    _ part: ArraySlice<UInt32>, rate: Double, _ generator: inout SeededGenerator
  ) throws -> SampledLoss {
    batch.fill(part, of: labels.positives, sampler, &generator)
    gradients.reserve(batch.items.count)
    gradients.load(items, batch, sampler, options: options)
    let step = ContrastiveStep(
      items: items, batch: batch, gradients: gradients, options: options, history: history, loops: .active)
    let size = ContrastiveSpace.users
    let chunks = (batch.userCount + size - 1) / size
    var parts = [SampledLoss](repeating: SampledLoss(), count: chunks)
    try unsafe parts.withUnsafeMutableBufferPointer { parts in
      // Safe: each chunk writes its own element, and `parts` outlives the threads.
      nonisolated(unsafe) let parts = unsafe parts
      try execution.forEachChunk(of: batch.userCount, by: size) { worker, users in
        unsafe parts[users.lowerBound / size] = step(
          chunk: users.lowerBound / size, users: users, in: spaces[worker])
      }
    }
    try execution.forEachChunk(of: gradients.drawn / 16, by: 16) { _, blocks in
      gradients.addUp(chunks: chunks, columns: blocks.lowerBound * 16..<blocks.upperBound * 16)
    }
    try move(rate: Float(rate))
    return SampledLoss(sum: parts.reduce(0) { $0 + $1.sum }, count: parts.reduce(0) { $0 + $1.count })
  }

  /// Takes the steps of all items of the batch.
  private func move(rate: Float) throws {
    let (stride, pairCount) = (items.stride, batch.items.count)
    let scale = 1 / Float(options.temperature)
    let isSoft = options.loss == .softmax
    try execution.forEachChunk(of: batch.touched.count, by: 256) { _, places in
      let slope = AlignedFloats(count: stride)
      for place in places {
        let item = batch.touched[place]
        // Safe: each item is touched once, and its slots are pairs and drawn items of the batch.
        unsafe slope.floats.update(repeating: 0)
        var biasSlope: Float = 0
        batch.forEachSlot(of: item) { slot in
          let isPair = slot < pairCount
          let row = unsafe lanes(
            isPair
              ? gradients.pairs.floats.baseAddress! + slot * stride
              : gradients.rows.floats.baseAddress! + (slot - pairCount) * stride)
          for k in 0..<stride / 16 { unsafe lanes(slope.floats.baseAddress!)[k] += row[k] }
          if isPair {
            unsafe biasSlope += gradients.numbers.floats[slot]
          } else if isSoft {
            unsafe biasSlope += gradients.slopes.floats[slot - pairCount] * scale
          }
        }
        unsafe items.step(Int(item), slope.floats.baseAddress!, biasSlope: biasSlope, rate: rate)
      }
    }
  }

  /// The model of the items as they are.
  func model() throws -> TrainedModel {
    // A score has the factor once, and items stand in it twice: in the mean and by themselves.
    let matrix = items.matrix(dimensions: options.dimensions, length: history.factor.squareRoot())
    let table = labels.positives
    var objective = Objective(model: .contrastive, weighting: options.weighting)
    objective.loss = options.loss
    objective.biases = options.loss == .softmax ? .item : []
    objective.historyDamping = options.damping
    objective.positiveFrom = labels.positiveFrom
    objective.negatives = Double(min(options.negatives, labels.itemCount))
    let users = (0..<table.rowCount).map {
      let pairs = table.offsets[$0]..<table.offsets[$0 + 1]
      return HistoryMean.user(
        of: matrix, table.others[pairs], weights: options.weighting == .value ? Array(table.values[pairs]) : nil,
        damping: options.damping)
    }
    var model = TrainedModel(
      objective: objective, options: options.record,
      users: EmbeddingMatrix(uniformRows: users, dimension: options.dimensions), items: matrix)
    if options.loss == .softmax { model.itemBiases = items.biases }
    model.losses = losses
    model.secondsPerEpoch = seconds
    return model
  }
}
