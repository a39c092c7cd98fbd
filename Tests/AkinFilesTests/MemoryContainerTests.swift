import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@Suite("A container in memory is the file that it would be")
struct MemoryContainerTests {
  private let path = "/nowhere/out.emb"
  private let one = Execution(threads: 1)

  /// Bytes that differ from block to block, made once.
  private static let content = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 11) }

  /// A builder whose sections fill several blocks, and start at page boundaries.
  private func large() throws -> ContainerBuilder {
    var builder = ContainerBuilder(format: .ledger)
    builder.metadata = .object(["note": .string("é")])
    for (name, count) in [("AAAA", 3_000_001), ("BBBB", 5), ("CCCC", 2_500_000)] as [(SectionName, Int)] {
      builder.add(name, elementBytes: 1, count: count, alignmentLog2: 12) { sink in
        try sink.write(Array(Self.content[..<count]))
      }
    }
    return builder
  }

  @Test("The bytes are those of the file", arguments: Sample.allCases)
  func same(sample: Sample) throws {
    let bytes = try sample.embeddings.builder(execution: one).bytes(execution: one)
    let container = try ContainerFile(bytes: bytes, format: .embeddings)
    let file = try EmbeddingFile(container: container)
    expect(file, equals: sample.embeddings, "\(sample)")
    #expect(try file.verify().isSound)
    #expect(container.path == "(memory)")

    let disk = MemoryDisk()
    let digest = try container.write(to: path, overwrite: false, execution: one, ops: disk.ops)
    #expect(try disk[path] == sample.bytes)
    #expect(digest == container.header.rootDigest)
  }

  @Test("So are those of a large one, which is written in blocks of 2 MiB, its first page last")
  func largeFile() throws {
    let expected = try encoded(large())
    let container = try ContainerFile(bytes: large().bytes(execution: one), format: .ledger)
    #expect(try container.verify().isSound)
    let disk = MemoryDisk()
    _ = try container.write(to: path, overwrite: false, execution: one, ops: disk.ops)
    #expect(disk[path] == expected)
    #expect(disk.calls.prefix(2) == ["create", "reserve"])
    #expect(disk.calls.suffix(4) == ["synchronize", "close", "publish", "synchronizeDirectory"])
    #expect(disk.writes.last == 0..<4096)
    #expect(disk.writes.first == 0..<2 << 20)
  }

  @Test("Cancelled while its sections are made, nothing is returned; cancelled while it is written, nothing is left")
  func cancelled() throws {
    let cancellation = Cancellation()
    let execution = Execution(threads: 1, cancellation: cancellation)
    var builder = try large()
    builder.add("DDDD", elementBytes: 1, count: 1) { sink in
      cancellation.cancel()
      try sink.write([1] as [UInt8])
    }
    #expect(throws: Cancelled()) { try builder.bytes(execution: execution) }

    let container = try ContainerFile(bytes: large().bytes(execution: one), format: .ledger)
    for call in ["create", "reserve", "write"] {
      let disk = MemoryDisk()
      let switched = Cancellation()
      let ops = cancelling(switched, at: call, disk.ops)
      #expect(throws: Cancelled()) {
        try container.write(
          to: path, overwrite: false, execution: Execution(threads: 1, cancellation: switched), ops: ops)
      }
      #expect(disk.names == [], "\(call)")
      #expect(disk.openCount == 0, "\(call)")
    }
  }

  /// The calls of a disk, one of which turns a switch first.
  private func cancelling(_ cancellation: Cancellation, at call: String, _ ops: FileOps) -> FileOps {
    var changed = ops
    switch call {
    case "create":
      changed.create = { path in
        cancellation.cancel()
        return ops.create(path)
      }
    case "reserve":
      changed.reserve = { descriptor, bytes in
        cancellation.cancel()
        return ops.reserve(descriptor, bytes)
      }
    default:
      unsafe changed.write = { descriptor, bytes, offset in
        cancellation.cancel()
        return unsafe ops.write(descriptor, bytes, offset)
      }
    }
    return changed
  }

  @Test("A producer that throws gives its error")
  func throwing() throws {
    struct Trouble: Error {}
    var builder = try large()
    builder.add("DDDD", elementBytes: 1, count: 9) { _ in throw Trouble() }
    #expect(throws: Trouble.self) { try builder.bytes(execution: one) }
  }

  @Test("More bytes than the machine has free are refused before anything is made")
  func tooLarge() throws {
    var builder = ContainerBuilder(format: .ledger)
    builder.add("LEDG", elementBytes: 1, count: 1 << 45) { _ in Issue.record("the section was made") }
    let error = #expect(throws: FileError.self) { try builder.bytes(execution: one) }
    guard case .aboveLimit("bytes of a file in memory", let found, let limit)? = error?.problem else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found > 1 << 45 && limit <= physicalMemory)
  }

  @Test("On a real disk: overwriting is asked for, also over the file itself, and a copy of a file is the file")
  func realDisk() throws {
    try withDirectory { directory in
      let path = directory + "/out.emb"
      let container = try ContainerFile(
        bytes: Sample.texts.embeddings.builder(execution: one).bytes(execution: one), format: .embeddings)
      try container.write(to: path)
      #expect(try read(path) == Sample.texts.bytes)
      #expect(throws: OutputError.exists(path: path)) { try container.write(to: path) }
      #expect(throws: OutputError.notRegular(path: directory)) { try container.write(to: directory, overwrite: true) }

      let mapped = try ContainerFile(path: path, format: .embeddings)
      try mapped.write(to: path, overwrite: true)
      #expect(try read(path) == Sample.texts.bytes)
      #expect(try mapped.verify().isSound)
      #expect(try names(in: directory) == ["out.emb"])
    }
  }
}
