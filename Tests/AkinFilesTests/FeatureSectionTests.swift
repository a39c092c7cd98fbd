import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("Side features in a file")
struct FeatureSectionTests {
  @Test("Features of one side alone, of both, and of none read back")
  func sides() throws {
    for (hasItems, hasUsers) in [(true, true), (true, false), (false, true), (false, false)] {
      var written = Sample.features.embeddings
      if !hasItems { written.itemFeatures = nil }
      if !hasUsers { written.userFeatures = nil }
      let file = try opened(encoded(written))
      #expect(file.itemFeatureCount == (hasItems ? 3 : 0))
      #expect(file.userFeatureCount == (hasUsers ? 2 : 0))
      expect(file, equals: written, "\(hasItems), \(hasUsers)")
      #expect((file.container.entry("FOBJ") != nil) == (hasItems || hasUsers))
      #expect(try file.verify().isSound)
    }
  }

  @Test("Each broken rule is named, and damaged features are no features")
  func rules() throws {
    let bytes = try Sample.features.bytes
    func reasons(_ section: SectionName, _ offset: Int, _ value: UInt64) throws -> [DamageReason] {
      let start = bytes.section(section).lowerBound + offset
      return try opened(bytes.with(value, at: start).wholeSealed).verify().damages.map(\.reason)
    }
    let nan = UInt64(Float.nan.bitPattern)
    #expect(try reasons("FVEC", 0, nan) == [.notFinite(row: 0)])
    #expect(try reasons("FSCL", 8, nan) == [.notFinite(row: 1)])
    #expect(
      try reasons("FSCL", 0, UInt64(Float(-1).bitPattern) << 32) == [.rule("expected a scale of at least 0")])
    let weights = DamageReason.rule("expected a finite weight, and a background from 0 to the weight")
    #expect(try reasons("FOBJ", 16, Double.nan.bitPattern) == [weights])
    #expect(try reasons("FOBJ", 24, Double(99).bitPattern) == [weights])
    #expect(try reasons("FOBJ", 40, Double(-1).bitPattern) == [weights])
    #expect(try reasons("FOBJ", 48, 1) == [.padding])
    #expect(try reasons("FNBL", 0, .max).contains(.notUTF8(row: 0)))
    let names = bytes.section("FNOF").lowerBound
    #expect(try opened(bytes.with(UInt64.max, at: names + 8)).itemFeatures == nil)
    let scales = bytes.section("FSCL").lowerBound
    #expect(try opened(bytes.with(Float.infinity.bitPattern, at: scales)).itemFeatures == nil)
  }

  @Test("Counts that the sections contradict refuse the file")
  func counts() throws {
    let bytes = try Sample.features.bytes
    let record = bytes.section("FOBJ").lowerBound
    #expect(
      problem(bytes.with(UInt64(4), at: record).wholeSealed)
        == .badSection("FVEC", .count(expected: 6, found: 5)))
    for count in [UInt64.max, 1 << 63, 1 << 32] {
      guard case .aboveLimit? = problem(bytes.with(count, at: record).wholeSealed) else {
        Issue.record("\(count) was accepted")
        continue
      }
    }
    guard case .aboveLimit? = problem(bytes.with(UInt64(1) << 32 - 2, at: record).wholeSealed) else {
      Issue.record("a sum above the limit was accepted")
      return
    }
  }

  @Test("Features that no reader would accept are not written")
  func refused() {
    func refusal(_ change: (inout FeatureVectors) -> Void) -> ContentError? {
      var written = Sample.features.embeddings
      guard var features = written.itemFeatures else { return nil }
      change(&features)
      written.itemFeatures = features
      do {
        _ = try encoded(written)
        return nil
      } catch {
        return error as? ContentError
      }
    }
    #expect(refusal { $0.names.removeLast() } == .countMismatch(what: "item features, names", expected: 3, found: 2))
    #expect(refusal { $0.scales.append(1) } == .countMismatch(what: "item features, scales", expected: 3, found: 4))
    #expect(refusal { $0.scales[1] = -1 } == .numberNotFinite(what: "a scale of an item feature"))
    #expect(refusal { $0.centres[1] = .nan } == .numberNotFinite(what: "a scale of an item feature"))
    #expect(refusal { $0.background = $0.weight + 1 } == .numberNotFinite(what: "the weight of item features"))
    #expect(
      refusal { $0.vectors = normalMatrix(rows: 3, dimension: 2, seed: 1) }
        == .countMismatch(what: "item features, dimensions", expected: 3, found: 2))
  }
}
