import AkinFiles
import AkinSupport
import AkinTestSupport
import Testing

@Suite("A kind that its own module declares is a kind like any other")
struct FormatTests {
  private func bytes(entries: [UInt32], features: UInt64 = 0) throws -> [UInt8] {
    var builder = ContainerBuilder(format: .ledger)
    builder.requiredFeatures = features
    builder.provenance = .object(["writer": .string("a test")])
    builder.add("LEDG", elementBytes: 4, count: entries.count) { try $0.write(entries) }
    return try encoded(builder)
  }

  @Test("Written, recognised, opened, verified")
  func roundTrip() throws {
    try withDirectory { directory in
      let path = directory + "/a.led"
      try write(try bytes(entries: [1, 2, 3], features: 1 << 5), to: path)
      #expect(try FileKind.sniff(path) == .ledger)
      let file = try ContainerFile(path: path, format: .ledger)
      #expect(file.kind == .ledger && file.kind.pathExtension == "led")
      #expect(try file.requireSection("LEDG", count: 3, elementBytes: 4).u32(at: 2) == 3)
      let report = try file.verify()
      #expect(report.isSound && report.kind == .ledger)
      #expect(report.json["kind"] == .string("ledger"))
    }
  }

  @Test("Damage is found, and unknown features are refused")
  func damage() throws {
    let whole = try bytes(entries: [1, 2, 3])
    let place = whole.section("LEDG").lowerBound
    let report = try ContainerFile(bytes: whole.with(UInt8(9), at: place), format: .ledger).verify()
    #expect(report.damages.map(\.reason) == [.checksum(chunk: 0)])
    #expect(problem(try bytes(entries: [1], features: 1 << 6), format: .ledger) == .unknownFeature(bit: 6))
  }

  @Test("In place of another kind it is refused by name, and so is another kind in its place")
  func wrongKind() throws {
    let ledger = try bytes(entries: [1])
    #expect(problem(ledger) == .wrongKind(expected: .embeddings, found: .ledger))
    let found = try #require(problem(try Sample.plain.bytes, format: .ledger))
    let error = FileError(path: "x", problem: found)
    #expect(error.description == "x: expected a ledger file, found an embeddings file")
    #expect(error.help == "give a ledger")
  }

  @Test("Its sections have meanings: its own, those it shares with other kinds, those of every kind")
  func meanings() {
    ContainerFormat.register(.ledger)
    for (name, meaning) in [
      ("LEDG", "entries"), ("IID8", "item ids"), ("CHKS", "checksums"), ("IVEC", nil),
    ] as [(SectionName, String?)] {
      #expect(name.meaning(in: .ledger) == meaning)
    }
  }

  @Test("Threads may register a format at once and again")
  func registry() throws {
    try Execution(threads: 4).forEachChunk(of: 400, by: 1) { _, _ in ContainerFormat.register(.ledger) }
    // Other tests of the process may register kinds of their own, with smaller codes, too.
    let kinds = ContainerFormat.allRegistered.map(\.kind)
    #expect(kinds.map(\.code) == kinds.map(\.code).sorted())
    #expect(kinds.count { $0 == .ledger } == 1 && kinds.count { $0 == .embeddings } == 1)
    #expect(ContainerFormat.registered(.ledger)?.wrongKindHelp == "give a ledger")
    let stranger = FileKind(code: 0x7A, name: "stranger", pathExtension: "str")
    #expect(ContainerFormat.registered(stranger) == nil)
    #expect(("LEDG" as SectionName).meaning(in: stranger) == nil)
  }

  @Test("A kind that nobody registered is named by its code")
  func unregistered() throws {
    let foreign = try bytes(entries: [1]).with(UInt8(0x7A), at: 3)
    let found = try #require(problem(foreign))
    #expect(found == .notAkin(.unknownKind(0x7A)))
    #expect(
      FileError(path: "x", problem: found).description
        == "x: an Akin file of kind 0x7a, which this program has not registered")
  }
}
