import AkinFiles
import AkinHNSW
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("A hostile graph leads nowhere outside, never round and round, and to no item twice")
struct HostileGraphTests {
  @Test(
    "Each link, upper pair, row, node and copy at hostile values, checksums or not", arguments: SampleIndex.allCases)
  func links(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    let nodes = UInt32(62)
    var files = 0
    for name in ["LNKU", "UPIX", "NROW", "RNOD", "NCPY"] as [SectionName] {
      let section = bytes.section(name)
      for offset in stride(from: section.lowerBound, to: section.upperBound, by: 4) {
        let place = (offset - section.lowerBound) / 4
        let own = UInt32(place)
        let before = offset > section.lowerBound ? UInt32(bytes.number(at: offset - 4, bytes: 4)) : 1
        // The first number outside everywhere; others far outside take turns.
        let far = [nodes + 1, 1 << 31, .max][place % 3]
        // The first number outside at every place, and one of the others in turn.
        let others = [far, own, before, 0]
        for value in Set([nodes, others[(place / 4 + place) % 4]]).sorted() {
          let hostile = bytes.with(value, at: offset)
          if hostile == bytes { continue }
          files += 1
          let place = "\(name), place \(place): \(value)"
          guard let index = openedUnless(hostile, place, isExpected: isEntry(in: name)) else { continue }
          try exercise(index, thoroughly: files % 16 == 0, place)
        }
      }
    }
    // Links of the base layer have 8 bits among 62 nodes; a row begins with two numbers of links.
    let section = bytes.section("LNK0")
    let stride = section.count / 63
    for offset in section {
      let (row, place) = (offset - section.lowerBound).quotientAndRemainder(dividingBy: stride)
      // Every third place of a row, another one in each, and all of what counts.
      guard place < 4 || (place + row) % 3 == 0 else { continue }
      let others = [UInt8(nodes) + 1, .max, UInt8(row), bytes[offset - 1], 0, 128]
      for value in Set([UInt8(nodes), others[(place + row) % 6]]).sorted() {
        let hostile = bytes.with(value, at: offset)
        if hostile == bytes { continue }
        files += 1
        let place = "LNK0, row \(row), byte \(place): \(value)"
        try exercise(try opened(hostile), thoroughly: files % 16 == 0, place)
      }
    }
    #expect(files > 2000)
  }

  @Test("Whole sections of one value", arguments: SampleIndex.allCases)
  func sections(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    for name in ["LNK0", "LNKU", "UPIX", "NROW", "RNOD", "NCPY", "VECS", "NNRM", "NBIA"] as [SectionName] {
      let section = bytes.section(name)
      for value in [0, 1, 61, 62, 1 << 31, UInt32.max, Float.nan.bitPattern, (-Float.infinity).bitPattern] {
        var hostile = bytes
        for offset in stride(from: section.lowerBound, to: section.upperBound, by: 4) { hostile.put(value, at: offset) }
        guard let index = openedUnless(hostile, "\(name) all \(value)", isExpected: isEntry(in: name)) else { continue }
        try exercise(index, "\(name) all \(value)")
        #expect(try section.isEmpty || hostile == bytes || !verified(hostile).isSound, "\(name) all \(value)")
      }
      // Each number the next one's place: the longest chains and cycles that there are.
      var hostile = bytes
      for (place, offset) in stride(from: section.lowerBound, to: section.upperBound, by: 4).enumerated() {
        hostile.put(UInt32((place + 1) % 62), at: offset)
      }
      if let index = openedUnless(hostile, "\(name) counts", isExpected: isEntry(in: name)) {
        try exercise(index, "\(name) counts")
      }
    }
  }

  @Test("NaN and infinite vectors, norms and biases never come out", arguments: SampleIndex.allCases)
  func notFinite(sample: SampleIndex) throws {
    let bytes = try sample.bytes
    for name in ["VECS", "NNRM", "NBIA"] as [SectionName] {
      let section = bytes.section(name)
      for offset in stride(from: section.lowerBound, to: section.upperBound, by: name == "VECS" ? 16 : 4) {
        // Two of the values in turn at each place, all of them at places of every kind.
        let values = [Float.nan, -Float.nan, .infinity, -.infinity, -0.0, .greatestFiniteMagnitude]
        let number = offset / (name == "VECS" ? 16 : 4)
        for value in [values[number % 6], values[(number / 6 + number + 1) % 6]] {
          let index = try opened(bytes.with(value.bitPattern, at: offset))
          try exercise(index, thoroughly: offset % 64 == 0, "\(name), byte \(offset - section.lowerBound): \(value)")
        }
      }
    }
  }

  @Test("A link outside is noticed by the search that meets it")
  func damage() throws {
    let bytes = try SampleIndex.distances.bytes
    let sound = try opened(bytes)
    try exercise(sound, "sound")
    #expect(!sound.isDamaged)
    var hostile = bytes
    let section = bytes.section("LNK0")
    // The first link of each row.
    for row in 0..<62 { hostile[section.lowerBound + row * (section.count / 63) + 2] = 62 }
    let index = try opened(hostile)
    _ = try index.nearest(to: SampleIndex.queries[0], k: 3, ef: 9)
    #expect(index.isDamaged)
  }

  @Test("Two nodes that claim one row: no row is found twice, and verify says so")
  func stolenRow() throws {
    let bytes = try SampleIndex.products.bytes
    let rows = bytes.section("NROW").lowerBound
    let hostile = bytes.with(UInt32(bytes.number(at: rows + 4, bytes: 4)), at: rows)
    let index = try opened(hostile)
    let all = try index.nearest(to: SampleIndex.queries[0], k: 62, ef: 62)
    #expect(all.count == 61 && Set(all.map(\.row)).count == 61)
    #expect(index.isDamaged)
    let exact = try index.exhaustive().nearest(to: SampleIndex.queries[0], k: 62)
    #expect(exact == all)
    #expect(try !verified(hostile).isSound)
  }

  /// Whether a problem is that the entry point is none, for bytes changed in the section that opening looks it up in.
  private func isEntry(in name: SectionName) -> (FileProblem) -> Bool {
    { if case .badField("entry point", _, _) = $0 { name == "UPIX" } else { false } }
  }
}
