import AkinSupport
import AkinVectors
import Testing

@testable import AkinTraining

@Suite("Fitting a row")
struct RowFitTests {
  /// A row of 4 components, of which the third is not solved for, with pairs that a seed draws.
  private func fit(_ loss: PointLoss, seed: UInt64, pairs: Int = 12, penalty: Double = 0.3) -> RowFit {
    var random = SeededGenerator(seed: seed)
    var fit = RowFit(capacity: pairs, loss: loss, penalty: [penalty, penalty, -1, penalty])
    for _ in 0..<pairs {
      let place = fit.add(
        offset: random.normal() * 0.2, target: 1 + 4 * random.uniform(), weight: 0.5 + random.uniform())
      for component in 0..<4 { fit.rows[place, component] = random.normal() }
    }
    return fit
  }

  static let losses: [(Objective.Loss, ClosedRange<Double>?)] = [
    (.squared, nil), (.squared, 0...6), (.logistic, 0...6), (.absolute, nil), (.absolute, 0...6),
  ]

  @Test("No small step makes the sum smaller, whatever the loss", arguments: losses.indices, [1, 2, 3] as [UInt64])
  func isMinimum(index: Int, seed: UInt64) throws {
    let (loss, range) = Self.losses[index]
    let fit = fit(PointLoss(loss, range: range), seed: seed)
    let solved = try #require(fit.solve())
    #expect(solved[2] == 0 && solved[4...].allSatisfy { $0 == 0 }, "what is not solved for stays 0")
    let least = fit.value(solved)
    #expect(least < fit.value([Double](repeating: 0, count: solved.count)))
    for component in [0, 1, 3] {
      for step in [-0.01, 0.01] {
        var beside = solved
        beside[component] += step
        #expect(fit.value(beside) > least - 1e-7, "seed \(seed), \(loss), component \(component)")
      }
    }
  }

  @Test("One pair and one component: ½ (θ − 3)² + ½ θ² is smallest at 1.5")
  func closed() {
    var fit = RowFit(capacity: 1, loss: PointLoss(.squared, range: nil), penalty: [1])
    fit.rows[fit.add(offset: 1, target: 4), 0] = 1
    #expect(fit.solve()?.first == 1.5)
  }

  @Test("Without pairs all is 0; without regularisation a short row has no single answer")
  func edges() {
    let loss = PointLoss(.squared, range: nil)
    #expect(RowFit(capacity: 1, loss: loss, penalty: [0, 0]).solve()?.allSatisfy { $0 == 0 } == true)
    #expect(fit(loss, seed: 1, pairs: 2, penalty: 0).solve() == nil)
  }
}
