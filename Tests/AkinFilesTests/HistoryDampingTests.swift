import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The damping of histories in the record of an objective")
struct HistoryDampingTests {
  private func sample(_ model: Objective.Model = .contrastive, damping: Double?) -> Embeddings {
    var sample = Sample.numbers.embeddings
    var objective = Objective(model: model, weighting: .label)
    objective.loss = .softmax
    objective.historyDamping = damping
    objective.training = Objective.Training(seed: 3, pairs: 5, users: 2)
    sample.objective = objective
    return sample
  }

  @Test("It comes back as it was, and without it users are directions", arguments: [2, 1e-3, 1e6, nil] as [Double?])
  func roundTrip(damping: Double?) throws {
    let sample = sample(damping: damping)
    let file = try opened(encoded(sample))
    #expect(file.objective == sample.objective && file.objective?.historyDamping == damping)
    #expect(try file.verify(execution: Execution(threads: 1)).damages.isEmpty)
  }

  @Test("A damping that is not above 0, of another model, or beside that of item means is damage")
  func damage() throws {
    let bytes = try encoded(sample(damping: 2))
    let start = bytes.section("OBJV").lowerBound
    for changed in [
      bytes.with((0.0).bitPattern, at: start + 72), bytes.with((-1.0).bitPattern, at: start + 72),
      bytes.with(Double.nan.bitPattern, at: start + 72), bytes.with(UInt8(16 + 4), at: start + 7),
      bytes.with(UInt16(3), at: start), bytes.with(UInt8(0), at: start + 7),
    ] {
      let file = try opened(changed.wholeSealed)
      #expect(try file.verify(execution: Execution(threads: 1)).damages.count == 1)
      // Without the flag the number is not read, and only `verify` finds it.
      #expect((file.objective == nil) == (changed[start + 7] != 0))
    }
  }
}
