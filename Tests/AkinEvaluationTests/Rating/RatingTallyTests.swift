import Testing

@testable import AkinEvaluation

@Suite("How far predictions are off")
struct RatingTallyTests {
  @Test("By hand: errors of 1 and 2, clipped and not")
  func byHand() throws {
    var clipped = RatingTally()
    clipped.add(predicted: [4, 7], actual: [3, 5], clippedTo: 1...5)
    #expect(clipped.rmse?.mean == 0.5.squareRoot())
    #expect(clipped.mae?.mean == 0.5)
    var raw = RatingTally()
    raw.add(predicted: [4, 7], actual: [3, 5], clippedTo: nil)
    #expect(raw.rmse?.mean == 2.5.squareRoot())
    #expect(raw.mae?.mean == 1.5)
    #expect(raw.count == 2)
  }

  @Test("Over folds it is the mean of the folds, as rating papers have it")
  func folds() throws {
    var tally = RatingTally()
    tally.add(predicted: [1, 1, 1], actual: [2, 2, 2], clippedTo: nil)
    tally.add(predicted: [1], actual: [4], clippedTo: nil)
    #expect(tally.rmse?.mean == 2)
    #expect(tally.mae?.mean == 2)
    #expect(tally.rmse?.count == 4)
  }

  @Test("Perfect predictions are off by nothing; no predictions are no number")
  func ends() {
    var tally = RatingTally()
    #expect(tally.rmse == nil && tally.mae == nil)
    tally.add(predicted: [1, 2], actual: [1, 2], clippedTo: nil)
    #expect(tally.rmse == Estimate(mean: 0, standardError: 0, count: 2))
  }

  @Test("The mean absolute error is never above the root mean squared one")
  func order() throws {
    var tally = RatingTally()
    tally.add(predicted: [1, 2.5, 4, 3], actual: [2, 2, 1, 3], clippedTo: nil)
    #expect(try #require(tally.mae).mean <= #require(tally.rmse).mean)
  }
}
