import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("The values of a history follow the model of the file")
struct HistoryValueTests {
  private func sample(_ model: Objective.Model?) -> Embeddings {
    var sample = Sample.numbers.embeddings
    sample.historyValues = [2, 0.5, 3, 1e30, 7]
    sample.objective = model.map { Objective(model: $0, weighting: .rating) }
    return sample
  }

  /// What `verify` says of a file whose second value has these bits.
  private func reasons(_ model: Objective.Model?, _ value: Float) throws -> [DamageReason] {
    let bytes = try encoded(sample(model))
    let place = bytes.section("HVAL").lowerBound + 4
    let file = try opened(bytes.with(value.bitPattern, at: place).wholeSealed)
    let read = file.interactions(of: Row(0)).values
    let damages = try file.verify(execution: Execution(threads: 1)).damages.map(\.reason)
    // What is damaged is skipped, and nothing else.
    #expect(read == (damages.isEmpty ? [2, value] : [2]))
    return damages
  }

  @Test("Weights are read back, and one that is not above 0 is damage, or refused")
  func weights() throws {
    var sample = sample(.mf)
    sample.historyWeights = [1, 0.5, 1e-38, 3, 1]
    let bytes = try encoded(sample)
    #expect(try opened(bytes).embeddings().historyWeights == sample.historyWeights)
    let place = bytes.section("HWGT").lowerBound + 4
    for bad in [0, -1, Float.nan] {
      let file = try opened(bytes.with(bad.bitPattern, at: place).wholeSealed)
      let damages = try file.verify(execution: Execution(threads: 1)).damages.map(\.reason)
      #expect(damages == [bad.isNaN ? .notFinite(row: 1) : .rule("expected a weight above 0")], "\(bad)")
      sample.historyWeights?[1] = bad
      #expect(throws: ContentError.numberNotFinite(what: "the weight of interaction 1, above 0")) {
        try encoded(sample)
      }
    }
    sample.historyWeights = [1, 1, 1, 1, 1]
    #expect(try opened(encoded(sample)).embeddings().historyWeights == nil)
    sample.historyWeights = [1]
    #expect(throws: ContentError.countMismatch(what: "history weights", expected: 5, found: 1)) { try encoded(sample) }
  }

  static let models: [Objective.Model?] = [nil] + Objective.Model.allCases

  @Test("A value below 0 is damage exactly where the model takes a value for a strength", arguments: models)
  func negative(model: Objective.Model?) throws {
    let allowed = model == .mf || model == .twoTower
    let rule = DamageReason.rule("expected a value of at least 0")
    #expect(try reasons(model, 0) == [])
    #expect(try reasons(model, -0.0) == [])
    for value in [-Float.leastNonzeroMagnitude, -7.5, -Float.greatestFiniteMagnitude] {
      #expect(try reasons(model, value) == (allowed ? [] : [rule]), "\(value)")
    }
    #expect(try reasons(model, .infinity) == [.notFinite(row: 1)])
    #expect(try reasons(model, -.infinity).first == .notFinite(row: 1))
    #expect(try reasons(model, .nan) == [.notFinite(row: 1)])
  }

  @Test("The same values are written, and others refused", arguments: models)
  func written(model: Objective.Model?) throws {
    let allowed = model == .mf || model == .twoTower
    func trouble(_ value: Float) -> ContentError? {
      var changed = sample(model)
      changed.historyValues?[3] = value
      do {
        let file = try opened(encoded(changed))
        #expect(file.interactions(of: Row(2)).values == [3, value, 7])
        #expect(try file.verify(execution: Execution(threads: 1)).isSound)
        return nil
      } catch {
        return error as? ContentError
      }
    }
    #expect(trouble(0) == nil)
    #expect(trouble(-7.5) == (allowed ? nil : .badValue(place: 3, found: -7.5)))
    #expect(trouble(.infinity) == .badValue(place: 3, found: .infinity, allowsNegative: allowed))
    #expect(trouble(-.infinity) == .badValue(place: 3, found: -.infinity, allowsNegative: allowed))
  }

  @Test("The sentences say what is expected")
  func sentences() {
    #expect(
      ContentError.badValue(place: 3, found: -7.5).description
        == "history: expected a finite value of at least 0 at place 3, found -7.5")
    #expect(
      ContentError.badValue(place: 3, found: .infinity, allowsNegative: true).description
        == "history: expected a finite value at place 3, found inf")
  }
}
