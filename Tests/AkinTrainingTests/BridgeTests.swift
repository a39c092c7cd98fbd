import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

/// iALS++ as its paper writes it, every pair visited:
///
///     Σ observed (s − 1)²  +  α₀ Σ all s²  +  λ (Σ (|Iᵤ| + α₀ m)^ν |p|²  +  Σ (|Uᵢ| + α₀ n)^ν |q|²)
private struct ImplicitLeastSquares {
  let x: Interactions
  let alpha0: Double
  let lambda: Double
  let nu: Double

  var users: Int { x.byUser.rowCount }
  var items: Int { x.byItem.rowCount }

  func penalty(_ count: Int, _ others: Int) -> Double { lambda * pow(Double(count) + alpha0 * Double(others), nu) }

  func loss(_ p: [[Double]], _ q: [[Double]]) -> Double {
    var sum = 0.0
    for user in 0..<users {
      let seen = Set(x.byUser.others[x.byUser.offsets[user]..<x.byUser.offsets[user + 1]])
      for item in 0..<items {
        let score = zip(p[user], q[item]).map { $0 * $1 }.reduce(0, +)
        if seen.contains(UInt32(item)) { sum += (score - 1) * (score - 1) }
        sum += alpha0 * score * score
      }
      sum += penalty(seen.count, items) * p[user].map { $0 * $0 }.reduce(0, +)
    }
    for item in 0..<items {
      sum += penalty(x.byItem.count(ofRow: item), users) * q[item].map { $0 * $0 }.reduce(0, +)
    }
    return sum
  }

  /// Half the gradient by an item's vector.
  func slope(_ item: Int, _ p: [[Double]], _ q: [Double]) -> [Double] {
    let seen = Set(x.byItem.others[x.byItem.offsets[item]..<x.byItem.offsets[item + 1]])
    var slope = q.map { penalty(seen.count, users) * $0 }
    for user in 0..<users {
      let score = zip(p[user], q).map { $0 * $1 }.reduce(0, +)
      let pull = alpha0 * score + (seen.contains(UInt32(user)) ? score - 1 : 0)
      for component in q.indices { slope[component] += pull * p[user][component] }
    }
    return slope
  }
}

@Suite("The bridge to iALS++")
struct BridgeTests {
  private func world(seed: UInt64) throws -> Interactions {
    var random = SeededGenerator(seed: seed)
    var rows: [(user: UserID, item: ItemID, value: Float)] = []
    for _ in 0..<700 {
      let user = Int(random.uniform() * random.uniform() * 50)
      rows.append((.number(UInt64(user)), .number(random.next() % 40), 1))
    }
    return try Interactions(rows: rows, duplicates: .last)
  }

  @Test(
    "Its loss is ours times 1/(1 + α₀) and a constant, and what we solve is stationary for it",
    arguments: [0.03, 0.3, 2], [0, 0.5, 1])
  func bridge(alpha0: Double, nu: Double) throws {
    let x = try world(seed: 21)
    let theirs = ImplicitLeastSquares(x: x, alpha0: alpha0, lambda: 0.02, nu: nu)
    var ours = WALSOptions()
    ours.adaptive = []
    (ours.dimensions, ours.epochs) = (6, 4)
    (ours.weighting, ours.alpha, ours.decay) = (.constant, 1, .weighed)
    ours.w0 = alpha0 / (1 + alpha0)
    ours.nu = nu
    ours.lambda = 0.02 * pow(1 + alpha0, nu)
    let model = try WALS.train(x, options: ours)
    // Their vectors are ours, shorter.
    let t = 1 / (1 + alpha0)
    func shortened(_ matrix: EmbeddingMatrix) -> [[Double]] {
      (0..<matrix.count).map { matrix[Row($0)].map { Double($0) * t.squareRoot() } }
    }
    let (p, q) = (shortened(model.users), shortened(model.items))
    let loss = theirs.loss(p, q)
    let last = try #require(model.losses.last).total
    #expect(abs(loss - (t * last + Double(x.count) * alpha0 * t)) < 1e-5 * loss)
    // Items were solved last: no step of theirs would change them. Factors are stored in single precision.
    for item in 0..<q.count {
      let size = theirs.slope(item, p, q[item].map { _ in 0 }).map(\.magnitude).max() ?? 0
      let slope = theirs.slope(item, p, q[item]).map(\.magnitude).max() ?? 0
      #expect(slope <= 1e-4 * size, "item \(item): \(slope) of \(size)")
    }
  }
}
