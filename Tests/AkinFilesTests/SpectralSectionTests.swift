import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Degrees of items, and exponents of degrees")
struct SpectralSectionTests {
  private var sample: Embeddings {
    var sample = Sample.numbers.embeddings
    sample.itemDegrees = [1, 0, 2.5, 1e-30, 7]
    var objective = Objective(model: .spectral, weighting: .constant)
    objective.degrees = Objective.DegreeExponents(user: 0.25, item: 0.5, score: -0.75)
    objective.training = Objective.Training(seed: 3, pairs: 5, users: 2)
    sample.objective = objective
    return sample
  }

  @Test("They come back as they were, in a copy too")
  func roundTrip() throws {
    let file = try opened(encoded(sample))
    #expect(file.itemDegrees?.values == sample.itemDegrees)
    #expect(file.objective == sample.objective)
    let copy = try file.embeddings(execution: Execution(threads: 1))
    #expect(copy.itemDegrees == sample.itemDegrees && copy.objective == sample.objective)
    #expect(file.forFoldIn.itemDegrees == sample.itemDegrees)
    #expect(try opened(encoded(Sample.numbers.embeddings)).itemDegrees == nil)
  }

  @Test("Without the facts of a training the record is short, and the exponents are not in it")
  func short() throws {
    var short = sample
    short.objective?.training = nil
    let file = try opened(encoded(short))
    #expect(file.objective?.model == .spectral && file.objective?.degrees == nil)
    var other = sample
    other.objective?.model = .svd
    #expect(try opened(encoded(other)).objective?.degrees == nil)
  }

  @Test("A degree below 0 or not finite, and one too few, are refused by the writer and found by verify")
  func degrees() throws {
    for value in [-1, .nan, .infinity] as [Float] {
      var bad = sample
      bad.itemDegrees?[2] = value
      #expect(throws: ContentError.numberNotFinite(what: "the degree of item 2")) { try encoded(bad) }
      let bytes = try encoded(sample)
      let place = bytes.section("IDEG").lowerBound + 8
      let file = try opened(bytes.with(value.bitPattern, at: place).wholeSealed)
      let reasons = try file.verify(execution: Execution(threads: 1)).damages.map(\.reason)
      #expect(reasons == [value == -1 ? .rule("expected numbers of at least 0.0") : .notFinite(row: 2)], "\(value)")
    }
    var bad = sample
    bad.itemDegrees?.removeLast()
    #expect(throws: ContentError.countMismatch(what: "item degrees", expected: 5, found: 4)) { try encoded(bad) }
    bad = sample
    bad.objective?.degrees?.item = .nan
    #expect(throws: ContentError.numberNotFinite(what: "a number of the objective")) { try encoded(bad) }
  }

  @Test("A damaged record is ignored, and found by verify")
  func record() throws {
    let bytes = try encoded(sample)
    let start = bytes.section("OBJV").lowerBound
    #expect(bytes.section("OBJV").count == 192)
    for (offset, isKnown) in [(160, false), (168, false), (176, false), (184, true)] {
      let file = try opened(bytes.with(Double.nan.bitPattern, at: start + offset).wholeSealed)
      #expect((file.objective != nil) == isKnown, "byte \(offset)")
      #expect(try file.verify(execution: Execution(threads: 1)).damages.count == 1, "byte \(offset)")
    }
    // A record of this length is of no other model.
    let other = try opened(bytes.with(UInt16(5), at: start).wholeSealed)
    #expect(other.objective == nil)
  }
}
