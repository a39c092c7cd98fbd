import AkinFiles
import AkinQuantization
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinHNSW

@Suite("Vectors of small whole numbers are kept as bytes, too")
struct ByteVectorsTests {
  /// The catalogue of ``CodesTests`` in whole steps around `middle`; of each ten rows the first is a copy of row 0.
  private static func catalogue(rows: Int, middle: Float, seed: UInt64) -> Catalogue {
    let items = Catalogue.nearSpace(.euclidean, rows: rows, seed: seed).items
    return Catalogue(
      rows: (0..<rows).map { row in
        items[Row(row % 10 == 0 ? 0 : row)].map { max(-128, min(127, (($0 - 3) * 40).rounded())) + middle }
      }, dimension: Catalogue.wideDimension, metric: .euclidean)
  }

  /// The index of whole steps around 128, built once: axes take long to find.
  private static let around128 = Result {
    try Built(barelyMeasured: catalogue(rows: 560, middle: 128, seed: 1), CodesTests.options)
  }

  @Test(
    "Answers to whole and to other queries are the exact ones, bit for bit", arguments: [-5_000, 128] as [Float])
  func answers(middle: Float) throws {
    let catalogue = ByteVectorsTests.catalogue(rows: 560, middle: middle, seed: 1)
    let built =
      try middle == 128 ? ByteVectorsTests.around128.get() : Built(barelyMeasured: catalogue, CodesTests.options)
    #expect(!built.bytes.section("BYTE").isEmpty)
    #expect(try verified(built.bytes).isSound)
    let index = try built.index
    var hits = 0
    for query in 0..<40 {
      var vector = catalogue.items[Row(query * 13)]
      // A vector of the catalogue; one beside it; one beyond what bytes hold; one between whole numbers.
      if query % 4 == 1 {
        for place in stride(from: 0, to: 200, by: 3) { vector[place] += vector[place] > middle ? -1 : 1 }
      }
      if query % 4 == 2 { vector[7] += 300 }
      if query % 4 == 3 { vector[7] += 0.25 }
      let truth = try index.exhaustive().nearest(to: vector.span, k: 10)
      let found = try index.nearest(to: vector, k: 10, ef: 64)
      #expect(found == found.sorted())
      for neighbor in found {
        #expect(
          catalogue.score(of: vector, Int(neighbor.row.index)) == neighbor.score, "query \(query), around \(middle)")
      }
      hits += Set(found).intersection(truth).count
    }
    #expect(hits >= 390, "around \(middle): \(hits) of 400")
  }

  @Test("Copies and equal scores come in row order")
  func ties() throws {
    let index = try ByteVectorsTests.around128.get().index
    let first = ByteVectorsTests.catalogue(rows: 1, middle: 128, seed: 1).items[Row(0)]
    let found = try index.nearest(to: first, k: 56, ef: 64)
    #expect(found.map(\.row.index) == (0..<56).map { UInt32(10 * $0) })
    #expect(found.allSatisfy { $0.score == 0 })
  }

  @Test("One component that is no whole number, or too far from another, and there are no bytes")
  func none() throws {
    let items = ByteVectorsTests.catalogue(rows: 560, middle: 0, seed: 3).items
    for value in [0.5, 400] as [Float] {
      var rows = (0..<560).map { items[Row($0)] }
      rows[559][271] = value
      let catalogue = Catalogue(rows: rows, dimension: Catalogue.wideDimension, metric: .euclidean)
      #expect(ByteVectors.offset(of: catalogue.items) == nil, "\(value)")
      // One index of few links will do: it is the offset that decides.
      if value == 400 { continue }
      let options = HNSWBuildOptions(m: 2, efConstruction: 8, seed: 3)
      #expect(try Built(barelyMeasured: catalogue, options).bytes.section("BYTE").isEmpty, "\(value)")
    }
  }

  @Test("Bytes that are exact are the only vectors of the file, unless floats are asked for; the answers are the same")
  func kept() throws {
    let bytes = try ByteVectorsTests.around128.get()
    #expect(bytes.report.store == .int8 && bytes.report.vectorError == 0 && bytes.bytes.entry("VECS") == nil)
    let catalogue = ByteVectorsTests.catalogue(rows: 560, middle: 128, seed: 1)
    var options = CodesTests.options
    options.store = .float32
    let floats = try Built(barelyMeasured: catalogue, options)
    #expect(floats.report.store == .float32 && !floats.bytes.section("VECS").isEmpty)
    // Graph, codes and measurements do not depend on it.
    for name in ["LNK0", "LNKU", "CODE", "BYTE", "RCAL", "NNRM"] as [SectionName] {
      #expect(bytes.bytes[bytes.bytes.section(name)] == floats.bytes[floats.bytes.section(name)], "\(name)")
    }
    let (one, other) = (try bytes.index, try floats.index)
    for query in stride(from: 1, to: 560, by: 40) {
      let vector = catalogue.items[Row(query)].map { $0 + 0.25 }
      for effort in [SearchEffort.ef(20), .recall(0.9), .exact] {
        let request = SearchRequest(k: 10, effort: effort)
        #expect(try one.nearest(to: vector, request) == other.nearest(to: vector, request), "query \(query), \(effort)")
      }
      #expect(one.vector(of: Row(query)) == other.vector(of: Row(query)))
      #expect(try one.related(to: Row(query), k: 5, ef: 20) == other.related(to: Row(query), k: 5, ef: 20))
    }
  }

  @Test("Hostile bytes lead nowhere outside, and verify names them")
  func hostile() throws {
    let bytes = try ByteVectorsTests.around128.get().bytes
    let section = bytes.section("BYTE")
    var hostile = bytes
    for offset in section { hostile[offset] = 0x80 }
    try exercise(opened(hostile), thoroughly: false, "BYTE all 0x80")
    for place in [section.lowerBound, section.upperBound - 1] {
      var changed = bytes
      changed[place] ^= 0x55
      try exercise(opened(changed), thoroughly: false, "BYTE, byte \(place)")
      #expect(try verified(changed).damages.contains { $0.section == "BYTE" })
    }
    // An offset that no byte may be relative to.
    for offset in [0.5, 1e9, .nan] as [Float] {
      var changed = bytes
      changed.put(offset.bitPattern, at: 232)
      let error = try #require(throws: FileError.self) { try opened(changed.sealed) }
      guard case .badField("byte offset", _, _) = error.problem else { throw error }
    }
  }
}
