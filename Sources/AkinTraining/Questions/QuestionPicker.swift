import AkinSupport
import AkinVectors

/// Picks the items to ask a new user about, so that few answers say much.
///
/// What is not known of a user yet is taken for a draw from the users of the training: mean μ and covariance Σ of their
/// vectors (biases behind them, where users have some). An answer about item i observes x_i · p with a noise of variance σ²,
/// and tells ln(1 + z_i / σ²), z_i = x_iᵀ Σ x_i: the logarithm of how much it shrinks the volume in which the user may lie
/// (greedy D-optimality). But a no says little and a shrug nothing, so the item asked for is the one with the largest
///
///     a_i² · ln(1 + z_i / σ²)
///
/// where a_i is the chance that the user has the item. For `wals`, whose scores are just that, a_i = x_i · μ, which every
/// answer moves; for the other models it is the share of the users who have the item. The square was chosen on two fifths of
/// the users of MovieLens ml-latest-small; Tools/bench/ask shows what it gives on the others. After an answer y:
///
///     μ ← μ + Σx (y − x·μ) / (σ² + z),    Σ ← Σ − Σx xᵀΣ / (σ² + z),    z_j ← z_j − (x_jᵀ Σ x)² / (σ² + z)
///
/// - Complexity: O(*items* × *dimension*²) to begin, O(*items* × *dimension*) a question.
public struct QuestionPicker: Sendable {
  private let items: EmbeddingMatrix
  /// Components of x: the vector, and a 1 where users have biases.
  private let width: Int
  private let noise: Double
  /// Whether scores are chances, so that answers move them.
  private let followsAnswers: Bool
  private let shares: [Double]
  private var mean: [Double]
  /// Σ, row after row.
  private(set) var covariance: [Double]
  /// z of each item.
  private(set) var spread: [Double]
  /// x · μ of each item; kept only where it is the chance.
  private var scores: [Double] = []
  private var isClosed: [Bool]

  /// The least and the most that a chance is taken for.
  private static let chances = 0.01...0.99

  /// Prepares for new users of a model.
  ///
  /// - Parameters:
  ///   - embeddings: Users with a vector that is not zero are what a new one is expected to be like.
  ///   - counts: How many users have each item; items without any are never asked about.
  /// - Throws: ``FoldInError`` for vectors that no interactions can be folded into.
  public init(_ embeddings: Embeddings, counts: [UInt32]) throws(FoldInError) {
    let (objective, _) = try FoldInError.check(embeddings.objective)
    let users = embeddings.users ?? EmbeddingMatrix(rows: [], dimension: embeddings.items.dimension)
    items = embeddings.items
    width = items.dimension + (embeddings.userBiases == nil ? 0 : 1)
    followsAnswers = objective.model == .wals
    // Ratings scatter about their prediction by about a fifth of their scale.
    let scale = objective.scale.map { ($0.upperBound - $0.lowerBound) / 5 } ?? 0
    noise = objective.model == .mf && scale > 0 ? scale * scale : 0.1
    let all = Double(max(users.count, 1))
    shares = (0..<items.count).map { $0 < counts.count ? Double(counts[$0]) / all : 0 }
    isClosed = shares.map { $0 == 0 }
    (mean, covariance) = QuestionPicker.moments(users, embeddings.userBiases, width: width)
    spread = []
    var x = [Double](repeating: 1, count: width)
    for item in 0..<items.count {
      QuestionPicker.fill(&x, items, item)
      spread.append(QuestionPicker.dot(x, times(x)))
      if followsAnswers { scores.append(QuestionPicker.dot(x, mean)) }
    }
  }

  /// The item to ask about next, or `nil` when all that somebody has were asked about; of equal ones the first.
  public func next() -> Row? {
    var best: (item: Int, worth: Double)?
    for item in 0..<items.count where !isClosed[item] {
      let chance = chance(of: item)
      let worth = chance * chance * log1p(max(0, spread[item]) / noise)
      if worth > best?.worth ?? -1 { best = (item, worth) }
    }
    return best.map { Row($0.item) }
  }

  /// How likely the user has an item, as far as is known.
  public func chance(of row: Row) -> Double { chance(of: Int(row.index)) }

  private func chance(of item: Int) -> Double {
    guard followsAnswers else { return shares[item] }
    return min(max(scores[item], QuestionPicker.chances.lowerBound), QuestionPicker.chances.upperBound)
  }

  /// Takes an answer: whether the user has the item. It is not asked for again.
  ///
  /// What a rating says beyond that moves no question: it narrows the user just as much.
  public mutating func answer(_ row: Row, has: Bool = true) {
    let item = Int(row.index)
    guard item < items.count else { return }
    isClosed[item] = true
    var x = [Double](repeating: 1, count: width)
    QuestionPicker.fill(&x, items, item)
    let direction = times(x)
    let z = max(0, QuestionPicker.dot(x, direction))
    let gain = 1 / (noise + z)
    let surprise = ((has ? 1 : 0) - QuestionPicker.dot(x, mean)) * gain
    for a in 0..<width {
      mean[a] += direction[a] * surprise
      for b in 0..<width { covariance[a * width + b] -= direction[a] * direction[b] * gain }
    }
    for other in 0..<items.count {
      QuestionPicker.fill(&x, items, other)
      let along = QuestionPicker.dot(x, direction)
      spread[other] -= along * along * gain
      if followsAnswers { scores[other] += along * surprise }
    }
  }

  /// Never asks about an item again, of which the answer said nothing.
  public mutating func skip(_ row: Row) {
    if Int(row.index) < items.count { isClosed[Int(row.index)] = true }
  }

  /// Σx.
  private func times(_ x: [Double]) -> [Double] {
    (0..<width).map { a in
      var sum = 0.0
      for b in 0..<width { sum += covariance[a * width + b] * x[b] }
      return sum
    }
  }

  /// Writes an item's vector over the first numbers.
  private static func fill(_ x: inout [Double], _ items: EmbeddingMatrix, _ item: Int) {
    items.withRow(Row(item)) { q in for component in 0..<q.count { x[component] = Double(q[component]) } }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  /// Mean and covariance of users' vectors, biases behind them; of too few users the unit covariance.
  private static func moments(
    _ users: EmbeddingMatrix, _ biases: [Float]?, width: Int
  ) -> (mean: [Double], covariance: [Double]) {
    var mean = [Double](repeating: 0, count: width)
    var covariance = [Double](repeating: 0, count: width * width)
    var p = [Double](repeating: 0, count: width)
    let rows = (0..<users.count).filter { !users.isZero(Row($0)) }
    func read(_ row: Int) {
      fill(&p, users, row)
      if let biases { p[width - 1] = Double(biases[row]) }
    }
    for row in rows {
      read(row)
      for a in 0..<width { mean[a] += p[a] / Double(rows.count) }
    }
    for row in rows {
      read(row)
      for a in 0..<width { p[a] -= mean[a] }
      for a in 0..<width { for b in 0..<width { covariance[a * width + b] += p[a] * p[b] } }
    }
    for a in 0..<width {
      for b in 0..<width { covariance[a * width + b] /= Double(max(rows.count - 1, 1)) }
      // What no user differs in is not known for certain.
      covariance[a * width + a] += rows.count < 2 ? 1 : 1e-8
    }
    return (mean, covariance)
  }
}
