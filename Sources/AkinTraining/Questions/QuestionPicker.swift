import AkinSupport
import AkinVectors

/// Picks the most informative items to ask a new user about.
///
/// The prior of a new user is the distribution of the training users: mean μ and covariance Σ of their vectors (followed by
/// their biases, if any). An answer about item i observes x_i · p with noise of variance σ². Its information is
/// ln(1 + z_i / σ²) with z_i = x_iᵀ Σ x_i (greedy D-optimality). Because a no tells little, the next item is the one with the
/// largest
///
///     a_i² · ln(1 + z_i / σ²)
///
/// where a_i is the probability that the user has the item. For `wals` it is the expected score a_i = x_i · μ, which follows
/// the answers; for other models it is the share of users that have the item. The square was chosen on two fifths of the
/// users of MovieLens ml-latest-small; Tools/bench/ask measures it on the others. An answer y updates
///
///     μ ← μ + Σx (y − x·μ) / (σ² + z),    Σ ← Σ − Σx xᵀΣ / (σ² + z),    z_j ← z_j − (x_jᵀ Σ x)² / (σ² + z)
///
/// - Complexity: O(items × dimension²) to prepare; O(items × dimension) per question.
public struct QuestionPicker: Sendable {
  private let items: EmbeddingMatrix
  /// Components of x: the vector, and a 1 if users have biases.
  private let width: Int
  /// σ².
  private let noise: Double
  /// Whether a_i is the expected score, which answers change.
  private let followsAnswers: Bool
  /// The share of users that have each item.
  private let shares: [Double]
  /// μ.
  private var mean: [Double]
  /// Σ, row after row.
  private(set) var covariance: [Double]
  /// z of each item.
  private(set) var spread: [Double]
  /// x · μ of each item, if answers change it.
  private var scores: [Double] = []
  /// Items that are not asked about (any more).
  private var isClosed: [Bool]

  /// The range of a_i.
  private static let chances = 0.01...0.99

  /// Prepares new users of a trained model.
  ///
  /// - Parameters:
  ///   - embeddings: Items, users and objective. Users with zero vectors are left out of the prior.
  ///   - counts: The number of users that have each item. Items without users are never asked about.
  /// - Throws: ``FoldInError`` for embeddings that do not define users of interactions.
  public init(_ embeddings: Embeddings, counts: [UInt32]) throws(FoldInError) {
    let (objective, _) = try FoldInError.check(embeddings.objective)
    let users = embeddings.users ?? EmbeddingMatrix(uniformRows: [], dimension: embeddings.items.dimension)
    items = embeddings.items
    width = items.dimension + (embeddings.userBiases == nil ? 0 : 1)
    followsAnswers = objective.model == .wals
    // The deviation of ratings from their predictions is about a fifth of their scale.
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

  /// The item to ask about next, ties by row; `nil` after all items that users have.
  public func next() -> Row? {
    var best: (item: Int, worth: Double)?
    for item in 0..<items.count where !isClosed[item] {
      let chance = chance(of: item)
      let worth = chance * chance * log1p(max(0, spread[item]) / noise)
      if worth > best?.worth ?? -1 { best = (item, worth) }
    }
    return best.map { Row($0.item) }
  }

  /// The probability that the user has an item, given the answers so far.
  ///
  /// - Parameter row: The item's row.
  public func chance(of row: Row) -> Double { chance(of: Int(row.index)) }

  private func chance(of item: Int) -> Double {
    guard followsAnswers else { return shares[item] }
    return min(max(scores[item], QuestionPicker.chances.lowerBound), QuestionPicker.chances.upperBound)
  }

  /// Adds an answer. The item is not asked about again.
  ///
  /// A rating counts as having the item: its value would not change the information of the answer.
  ///
  /// - Parameters:
  ///   - row: The item's row.
  ///   - has: Whether the user has the item.
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

  /// Skips an item without an answer. It is not asked about again.
  ///
  /// - Parameter row: The item's row.
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

  /// Copies a row's vector into the first numbers of x.
  private static func fill(_ x: inout [Double], _ items: EmbeddingMatrix, _ item: Int) {
    items.withRow(Row(item)) { q in for component in 0..<q.count { x[component] = Double(q[component]) } }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }

  /// Mean and covariance of users' vectors, followed by their biases; the unit covariance for fewer than two users.
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
      // A positive variance in directions in which users do not differ.
      covariance[a * width + a] += rows.count < 2 ? 1 : 1e-8
    }
    return (mean, covariance)
  }
}
