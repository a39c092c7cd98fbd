import AkinFiles
import AkinSupport
import AkinTestSupport
import Testing

@Suite("The container carries any kind's sections")
struct ContainerTests {
  @Test("Of very many damages the first are listed and the rest counted, at any thread count")
  func manyDamages() throws {
    var builder = try Sample.plain.embeddings.builder()
    builder.chunkLog2 = 16
    let chunks = 450
    builder.add("NEW1", elementBytes: 1 << 16, count: chunks) { sink in
      let chunk = [UInt8](repeating: 7, count: 1 << 16)
      for _ in 0..<chunks { try sink.write(chunk) }
    }
    var bytes = try encoded(builder)
    let section = bytes.section("NEW1")
    for chunk in 0..<chunks { bytes[section.lowerBound + chunk << 16] = 8 }
    let file = try ContainerFile(bytes: bytes, format: .embeddings)
    for threads in [1, 4] {
      let report = try file.verify(execution: Execution(threads: threads))
      let starts = report.damages.map { Int($0.byteRange.lowerBound) - section.lowerBound }
      #expect(starts == (0..<200).map { $0 << 16 }, "\(threads) threads")
      #expect(report.omitted == chunks - 200, "\(threads) threads")
    }
  }

  /// A file of another kind with a section of many chunks.
  private func builder(numbers: [UInt32], chunkLog2: Int = 16) -> ContainerBuilder {
    var builder = ContainerBuilder(format: .ledger)
    builder.chunkLog2 = chunkLog2
    builder.kindBlock.set(UInt32(16), at: 128)
    builder.kindBlock.set(UInt16(7), at: 204)
    builder.kindBlock.set(Float(1.5), at: 200)
    builder.kindBlock.set(UInt64.max, at: 168)
    builder.sourceDigest = Digest(hex: "00112233445566778899aabbccddeeff") ?? .none
    builder.generation = 42
    builder.metadata = .object(["note": .string("é")])
    builder.provenance = .object(["seed": .integer(1)])
    builder.add("LNK0", elementBytes: 4, count: numbers.count, alignmentLog2: 12) { sink in
      // In pieces of odd sizes, across chunk borders.
      for start in stride(from: 0, to: numbers.count, by: 9973) {
        try sink.write(Array(numbers[start..<min(start + 9973, numbers.count)]))
      }
    }
    builder.add("UPIX", elementBytes: 8, count: 0) { _ in }
    return builder
  }

  private func open(_ bytes: [UInt8]) throws -> ContainerFile { try ContainerFile(bytes: bytes, format: .ledger) }

  @Test("Fields, sections and texts read back")
  func fields() throws {
    let numbers = (0..<100_000).map { UInt32($0) }
    let file = try open(encoded(builder(numbers: numbers)))
    #expect(file.kindBlock.u32(at: 128) == 16)
    #expect(file.kindBlock.u16(at: 204) == 7)
    #expect(file.kindBlock.f32(at: 200) == 1.5)
    #expect(file.kindBlock.u64(at: 168) == .max)
    #expect(file.kindBlock.isZero(206..<256))
    #expect(file.header.generation == 42)
    #expect(file.header.sourceDigest.description == "00112233445566778899aabbccddeeff")
    #expect(file.metadata?["note"] == .string("é"))
    #expect(file.provenance?["seed"] == .integer(1))
    #expect(file.sections.map(\.name) == ["LNK0", "META", "PROV", "CHKS"])
    let view = try file.requireSection("LNK0", count: 100_000, elementBytes: 4)
    #expect((0..<100_000).allSatisfy { view.u32(at: $0) == UInt32($0) })
    #expect(view.u32(at: 100_000) == nil)
    #expect(view.u32(at: -1) == nil)
    #expect(view.u64(at: 50_000) == nil)
    #expect(view.f32(at: .max) == nil)
    #expect(try file.requireSection("UPIX", count: 0, elementBytes: 8).byteCount == 0)
    #expect(try file.verify().isSound)
  }

  @Test("Pieces of any size give the same bytes as one")
  func pieces() throws {
    let numbers = (0..<50_000).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
    let whole = try encoded(builder(numbers: numbers))
    var other = builder(numbers: [])
    other.add("LNKU", elementBytes: 4, count: 1) { try $0.write([1] as [UInt32]) }
    var single = builder(numbers: [])
    single.add("LNK0", elementBytes: 4, count: numbers.count, alignmentLog2: 12) { try $0.write(numbers) }
    #expect(try encoded(single) == whole)
    #expect(try encoded(other) != whole)
  }

  @Test("verify names the chunk of a change, at any thread count, and chunks that changed places")
  func chunks() throws {
    let numbers = (0..<100_000).map { UInt32($0) }
    let bytes = try encoded(builder(numbers: numbers))
    let start = bytes.section("LNK0").lowerBound
    var changed = bytes
    changed[start + 70_000] ^= 1
    changed[start + 399_999] ^= 0x80
    for threads in [1, 2, 5] {
      let report = try open(changed).verify(execution: Execution(threads: threads))
      let first = UInt64(start)
      #expect(
        report.damages == [
          Damage(section: "LNK0", byteRange: first + 65_536..<first + 131_072, reason: .checksum(chunk: 1)),
          Damage(section: "LNK0", byteRange: first + 393_216..<first + 400_000, reason: .checksum(chunk: 6)),
        ])
    }
    var swapped = bytes
    swapped.replaceSubrange(start..<start + 65_536, with: bytes[start + 65_536..<start + 131_072])
    swapped.replaceSubrange(start + 65_536..<start + 131_072, with: bytes[start..<start + 65_536])
    #expect(try open(swapped).verify().damages.count == 2)
  }

  @Test("A block of an older build of the same shape does not fit")
  func staleBlock() throws {
    let numbers = (0..<20_000).map { UInt32($0) }
    let bytes = try encoded(builder(numbers: numbers))
    var older = builder(numbers: numbers)
    older.provenance = .object(["seed": .integer(2)])
    let stale = try encoded(older)
    #expect(bytes.section("LNK0") == stale.section("LNK0"))
    // The same bytes in the same place, but the checksums of the other build.
    var mixed = bytes
    mixed.replaceSubrange(bytes.section("CHKS"), with: stale[stale.section("CHKS")])
    #expect(try !open(mixed).verify().isSound)
  }

  @Test("A section of another size or type than the reader derives is refused")
  func require() throws {
    let file = try open(encoded(builder(numbers: [1, 2, 3])))
    func problem(_ body: () throws -> Void) -> FileProblem? {
      do {
        try body()
        return nil
      } catch {
        return (error as? FileError)?.problem
      }
    }
    #expect(
      problem { _ = try file.requireSection("LNK0", count: 4, elementBytes: 4) }
        == .badSection("LNK0", .count(expected: 4, found: 3)))
    #expect(
      problem { _ = try file.requireSection("LNK0", count: 3, elementBytes: 8) }
        == .badSection("LNK0", .elementBytes(expected: 8, found: 4)))
    #expect(problem { _ = try file.requireSection("VECS", count: 3, elementBytes: 8) } == .missingSection("VECS"))
    #expect(problem { try file.refuseSection("LNK0") } == .badSection("LNK0", .unexpected))
    #expect(
      problem { _ = try EmbeddingFile(container: file) } == .wrongKind(expected: .embeddings, found: .ledger))
  }

  @Test("A kind's own checks join the report")
  func structure() throws {
    let file = try open(encoded(builder(numbers: [1, 2, 3])))
    let report = try file.verify { file, list in
      if let view = file.view("LNK0") { list.add(view, 4..<8, .rule("a rule of links")) }
    }
    #expect(report.damages.map(\.description) == ["section LNK0, bytes 4100..<4104: a rule of links"])
  }

  @Test("A small file reports its end, once")
  func progress() async throws {
    let file = try open(encoded(builder(numbers: [1, 2, 3])))
    try await confirmation(expectedCount: 1) { confirm in
      _ = try file.verify(
        execution: Execution(threads: 1, progress: { event in if event.completed == event.total { confirm() } }))
    }
  }
}
