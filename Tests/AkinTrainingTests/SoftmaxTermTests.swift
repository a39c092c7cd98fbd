import AkinSupport
import Testing

@testable import AkinTraining

@Suite("The loss of one pair of a sampled softmax")
struct SoftmaxTermTests {
  @Test("Loss and share are those of the formula wherever that can be computed, and right where it cannot")
  func formula() {
    for rest in [-30.0, -2, 0, 0.5, 30] {
      for logit: Float in [-20, -1, 0, 2.5, 30] {
        let term = SoftmaxTerm(logit: logit, rest: rest)
        let (positive, others) = (exp(Double(logit)), exp(rest))
        let wanted = log((positive + others) / positive)
        #expect(abs(term.loss - wanted) <= 1e-12 * max(1, wanted), "\(logit), \(rest)")
        #expect(abs(term.negativeShare - others / (positive + others)) <= 1e-12)
      }
    }
    let far = SoftmaxTerm(logit: -900, rest: 900)
    #expect(far.loss == 1800 && far.negativeShare == 1)
    let near = SoftmaxTerm(logit: 900, rest: -900)
    #expect(near.loss == 0 && near.negativeShare == 0)
    let alone = SoftmaxTerm(logit: 3, rest: SoftmaxTerm.rest(largest: SoftmaxTerm.never, total: 40))
    #expect(alone.loss == 0 && alone.negativeShare == 0, "no negative is left")
  }
}
