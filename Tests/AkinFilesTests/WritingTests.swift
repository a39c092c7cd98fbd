import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinFiles

@Suite("A file appears whole or not at all")
struct WritingTests {
  private let path = "/nowhere/out.emb"
  private let one = Execution(threads: 1)

  /// Writes the sample to a disk that has, or has not, an older file of the name.
  private func attempt(_ disk: MemoryDisk, overwrite: Bool) throws {
    _ = try Sample.numbers.embeddings.builder(execution: one)
      .write(to: path, overwrite: overwrite, execution: one, ops: disk.ops)
  }

  @Test("The order of the calls is the protocol: bytes, then fsync, then the name, then the directory")
  func protocolOrder() throws {
    for (overwrite, naming) in [(true, "replace"), (false, "publish")] {
      let disk = MemoryDisk()
      try attempt(disk, overwrite: overwrite)
      #expect(disk.calls.prefix(2) == ["create", "reserve"])
      #expect(disk.calls.suffix(4) == ["synchronize", "close", naming, "synchronizeDirectory"])
      #expect(disk.calls.dropFirst(2).dropLast(4).allSatisfy { $0 == "write" })
      #expect(disk.names == [path])
      #expect(try disk[path] == Sample.numbers.bytes)
    }
  }

  @Test("A large file is written in whole blocks of 2 MiB, whatever the pieces; what nobody wrote is zero")
  func blocks() throws {
    let disk = MemoryDisk()
    var builder = ContainerBuilder(format: .ledger)
    var expected: [(name: SectionName, bytes: [UInt8])] = []
    for (name, count, piece) in [("AAAA", 3_000_001, 70_001), ("BBBB", 5, 5), ("CCCC", 4_500_000, 4_500_000)] {
      var bytes = [UInt8](repeating: 0, count: count)
      for place in 0..<count { bytes[place] = UInt8(truncatingIfNeeded: place &* 31 &+ place >> 11) }
      expected.append((SectionName(stringLiteral: name), bytes))
      builder.add(expected.last!.name, elementBytes: 1, count: count, alignmentLog2: 12) { sink in
        for start in stride(from: 0, to: count, by: piece) {
          try sink.write(Array(bytes[start..<min(count, start + piece)]))
        }
      }
    }
    _ = try builder.write(to: path, overwrite: false, execution: one, ops: disk.ops)
    let bytes = try #require(disk[path])
    let container = try ContainerFile(bytes: bytes, format: .ledger)
    for (name, content) in expected {
      let section = bytes.section(name)
      #expect(Array(bytes[section]) == content, "section \(name)")
    }
    #expect(try container.damagedBytes(one).damages.isEmpty)
    let blocks = bytes.count / BlockWriter.blockBytes
    #expect(blocks >= 3)
    // The blocks, the rest, and the first page once more.
    #expect(disk.calls.filter { $0 == "write" }.count == blocks + 2)
    #expect(disk.writes.dropLast(2).allSatisfy { $0.count == BlockWriter.blockBytes && $0.lowerBound % $0.count == 0 })
  }

  @Test(
    "Any call may fail, once or for ever: a typed error, the old file as it was, nothing left behind",
    arguments: [ENOSPC, EDQUOT, EIO, EROFS], [true, false])
  func failures(code: Int32, overwrite: Bool) throws {
    let clean = MemoryDisk()
    try attempt(clean, overwrite: overwrite)
    let size = UInt64(clean[path]?.count ?? 0)
    let old = overwrite ? Array("the old file".utf8) : nil
    for call in clean.calls.indices {
      for lasting in [false, true] {
        let disk = MemoryDisk()
        disk[path] = old
        if lasting { disk.failAlways(from: call, .error(code)) } else { disk.fail(at: call, .error(code)) }
        let comment: Comment = "\(clean.calls[call]) (\(call)), errno \(code), for ever: \(lasting)"
        let error = #expect(throws: OutputError.self, comment) { try attempt(disk, overwrite: overwrite) }
        let name = clean.calls[call]
        switch code {
        case ENOSPC, EDQUOT:
          #expect(error == .noSpace(path: path, needed: size, atLeast: false), comment)
        case EROFS: #expect(error == .noPermission(path: path), comment)
        default: #expect(error?.kind == .io, comment)
        }
        #expect(disk.openCount == 0, comment)
        // Only the last call comes after the new file has its name.
        let isNamed = name == "synchronizeDirectory"
        #expect(disk[path] == (isNamed ? clean[path] : old), comment)
        #expect(disk.names == (isNamed || overwrite ? [path] : []), comment)
        // After a failed fsync the system forgets what it could not write: a second one would lie.
        if name == "synchronize" { #expect(disk.calls.filter { $0 == "synchronize" }.count == 1, comment) }
      }
    }
  }

  @Test("Interrupted calls are repeated and short writes continued; the bytes are the same")
  func interruptions() throws {
    let clean = MemoryDisk()
    try attempt(clean, overwrite: true)
    for (call, name) in clean.calls.enumerated() {
      let disk = MemoryDisk()
      if name != "close" { disk.fail(at: call, .error(EINTR)) }
      try attempt(disk, overwrite: true)
      #expect(disk[path] == clean[path], "\(name) interrupted")
      #expect(disk.names == [path])
      if name == "write" {
        let short = MemoryDisk()
        short.fail(at: call, .short)
        try attempt(short, overwrite: true)
        #expect(short[path] == clean[path], "\(name) cut short")
      }
    }
  }

  @Test("A cancelled write, or one whose producer throws, leaves nothing")
  func cancelled() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    let disk = MemoryDisk()
    let builder = try Sample.numbers.embeddings.builder(execution: one)
    #expect(throws: Cancelled.self) {
      try builder.write(
        to: path, overwrite: true, execution: Execution(threads: 1, cancellation: cancellation), ops: disk.ops)
    }
    #expect(disk.names == [])

    struct Trouble: Error {}
    var throwing = builder
    throwing.add("NEW1", elementBytes: 1, count: 9) { _ in throw Trouble() }
    #expect(throws: Trouble.self) { try throwing.write(to: path, overwrite: true, execution: one, ops: disk.ops) }
    #expect(disk.names == [])
    #expect(disk.openCount == 0)
  }

  @Test("A file that appears while ours is written is not replaced, unless asked")
  func race() throws {
    let disk = MemoryDisk()
    let late = Array("someone else's".utf8)
    var builder = try Sample.numbers.embeddings.builder(execution: one)
    builder.add("NEW1", elementBytes: 1, count: 1) { sink in
      disk[path] = late
      try sink.write([1] as [UInt8])
    }
    #expect(throws: OutputError.exists(path: path)) {
      try builder.write(to: path, overwrite: false, execution: one, ops: disk.ops)
    }
    #expect(disk[path] == late)
    #expect(disk.names == [path])
    _ = try builder.write(to: path, overwrite: true, execution: one, ops: disk.ops)
    #expect(disk[path] != late)
  }

  @Test("On a real disk: overwriting is asked for, old readers keep the old file, nothing is left behind")
  func realDisk() throws {
    try withDirectory { directory in
      let path = directory + "/out.emb"
      let first = try Sample.numbers.embeddings.write(to: path)
      let reader = try EmbeddingFile(path: path)
      let exists = OutputError.exists(path: path)
      #expect(throws: exists) { try Sample.texts.embeddings.write(to: path) }
      #expect(try EmbeddingFile(path: path).digest == first)

      let second = try Sample.texts.embeddings.write(to: path, overwrite: true)
      #expect(second != first)
      #expect(try EmbeddingFile(path: path).digest == second)
      expect(reader, equals: Sample.numbers.embeddings, "the reader of the replaced file")
      #expect(try reader.verify().isSound)
      #expect(try names(in: directory) == ["out.emb"])
      #expect(try read(path) == Sample.texts.bytes)
    }
  }

  @Test("Bad targets are typed errors before any work")
  func targets() throws {
    try withDirectory { (directory: String) throws in
      func trouble(_ path: String, overwrite: Bool = true) -> OutputError? {
        do {
          try Sample.plain.embeddings.write(to: path, overwrite: overwrite)
          return nil
        } catch {
          return error as? OutputError
        }
      }
      #expect(trouble(directory) == .notRegular(path: directory))
      #expect(trouble("/dev/null") == .notRegular(path: "/dev/null"))
      let deep = directory + "/none/out.emb"
      #expect(trouble(deep) == .noDirectory(path: deep, directory: directory + "/none"))
      let link = directory + "/link.emb"
      #expect(unsafe symlink("nowhere", link) == 0)
      #expect(trouble(link, overwrite: false) == .exists(path: link))
      if geteuid() != 0 {
        #expect(unsafe chmod(directory, 0o500) == 0)
        #expect(trouble(directory + "/out.emb") == .noPermission(path: directory + "/out.emb"))
        #expect(unsafe chmod(directory, 0o700) == 0)
      }
      #expect(try names(in: directory) == ["link.emb"])
    }
  }
}
