import AkinSupport
import AkinTestSupport
import Foundation
import Testing

@Suite("An output appears whole or not at all")
struct AtomicOutputTests {
  private let scratch: Scratch
  private var path: String { scratch["out.bin"] }

  init() throws { scratch = try Scratch() }

  /// Pieces of any size, around the buffer's own, and all of them together.
  private static let pieces: [[UInt8]] = [0, 1, 7, 1 << 20, 3, (1 << 20) - 1, 2, (1 << 20) + 5, 999_999].map { size in
    (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
  }
  private static let whole = pieces.flatMap(\.self) + Array("ünd".utf8)

  private func attempt(_ disk: MemoryDisk, isLengthKnown: Bool, overwrite: Bool) throws(OutputError) {
    var output = try AtomicOutput(
      path: "/nowhere/out", byteCount: isLengthKnown ? UInt64(Self.whole.count) : nil, overwrite: overwrite,
      ops: disk.ops)
    for piece in Self.pieces { try output.write(piece) }
    try output.write("ünd")
    try output.commit()
  }

  @Test("All bytes arrive in order, in pieces of any size", arguments: [true, false])
  func wholeFile(isLengthKnown: Bool) throws {
    var output = try AtomicOutput(
      path: path, byteCount: isLengthKnown ? UInt64(Self.whole.count) : nil, overwrite: false)
    for piece in Self.pieces {
      try output.write(piece)
      #expect(!scratch.names.contains("out.bin"))
    }
    try output.write("ünd")
    try output.commit()
    #expect(scratch.bytes("out.bin") == Self.whole)
    #expect(scratch.names == ["out.bin"])
  }

  @Test(
    "Any call may fail, once or for ever: a typed error, the old file as it was, nothing left behind",
    arguments: [(ENOSPC, false), (EIO, false), (EACCES, false), (ENOSPC, true), (EIO, true), (EACCES, true)],
    [true, false])
  func failures(fault: (code: Int32, hasUnnamed: Bool), isLengthKnown: Bool) throws {
    let (code, hasUnnamed) = fault
    let clean = MemoryDisk(hasUnnamed: hasUnnamed)
    try attempt(clean, isLengthKnown: isLengthKnown, overwrite: true)
    #expect(clean["/nowhere/out"] == Self.whole)
    let old = Array("the old file".utf8)
    for (call, name) in clean.calls.enumerated() {
      for lasting in [false, true] {
        // A file that cannot be made without a name is made with one, and closing one that is durable cannot lose it.
        if hasUnnamed, !lasting, name == "createUnnamed" || name == "close" { continue }
        let disk = MemoryDisk(hasUnnamed: hasUnnamed)
        disk["/nowhere/out"] = old
        if lasting { disk.failAlways(from: call, .error(code)) } else { disk.fail(at: call, .error(code)) }
        let comment: Comment = "\(name) (\(call)), errno \(code), for ever: \(lasting)"
        let error = #expect(throws: OutputError.self, comment) {
          try attempt(disk, isLengthKnown: isLengthKnown, overwrite: true)
        }
        switch (code, error) {
        case (ENOSPC, .noSpace(_, let needed, let atLeast)):
          #expect(atLeast != isLengthKnown, comment)
          #expect(isLengthKnown ? needed == Self.whole.count : (1...Self.whole.count).contains(Int(needed)), comment)
        case (EACCES, .noPermission), (EIO, .failed): break
        default: Issue.record("\(comment): \(String(describing: error))")
        }
        #expect(disk.openCount == 0, comment)
        #expect(disk.names == ["/nowhere/out"], comment)
        #expect(disk["/nowhere/out"] == (name == "synchronizeDirectory" ? Self.whole : old), comment)
      }
    }
  }

  @Test("After a failed write nothing can be committed")
  func failedWrite() throws {
    let disk = MemoryDisk()
    // create, write.
    disk.fail(at: 1, .error(EIO))
    var output = try AtomicOutput(path: "/nowhere/out", overwrite: true, ops: disk.ops)
    let failed = OutputError.failed(path: "/nowhere/out", call: "pwrite", errno: EIO)
    do throws(OutputError) {
      try output.write(Self.whole)
      Issue.record("a write succeeded")
    } catch { #expect(error == failed) }
    do throws(OutputError) {
      try output.commit()
      Issue.record("the commit succeeded")
    } catch { #expect(error == failed) }
    #expect(disk.names.isEmpty)
  }

  @Test("Dropped before the commit, nothing is left")
  func dropped() throws {
    func begin() throws {
      var output = try AtomicOutput(path: path, byteCount: 3, overwrite: false)
      try output.write([1, 2, 3])
      #expect(scratch.names.count <= 1)
    }
    try begin()
    #expect(scratch.names == [])
  }

  @Test("A file that is there stays, unless it may be replaced")
  func existing() throws {
    scratch.write([9], to: "out.bin")
    #expect(throws: OutputError.exists(path: path)) { _ = try AtomicOutput(path: path, overwrite: false) }
    var output = try AtomicOutput(path: path, overwrite: true)
    try output.write([7, 7])
    #expect(scratch.bytes("out.bin") == [9])
    try output.commit()
    #expect(scratch.bytes("out.bin") == [7, 7])
    #expect(scratch.names == ["out.bin"])
  }

  @Test("A file that appears meanwhile stays")
  func race() throws {
    var output = try AtomicOutput(path: path, overwrite: false)
    try output.write([1])
    scratch.write([9], to: "out.bin")
    do throws(OutputError) {
      try output.commit()
      Issue.record("the commit replaced a file")
    } catch { #expect(error == .exists(path: path)) }
    #expect(scratch.bytes("out.bin") == [9])
    #expect(scratch.names == ["out.bin"])
  }

  @Test("Only a regular file can be replaced", arguments: ["", "/dev/null", "/tmp", "/tmp/"])
  func notRegular(path: String) {
    #expect(throws: OutputError.notRegular(path: path)) { _ = try AtomicOutput(path: path, overwrite: true) }
  }

  @Test("A missing directory is named")
  func missingDirectory() throws {
    let missing = scratch["none/out.bin"]
    #expect(throws: OutputError.noDirectory(path: missing, directory: scratch["none"])) {
      _ = try AtomicOutput(path: missing, overwrite: false)
    }
  }

  @Test("What cannot be written in the end is refused before the work")
  func targets() throws {
    func trouble(_ path: String) -> OutputError? {
      do throws(OutputError) {
        try AtomicFile.checkTarget(path, overwrite: false)
        return nil
      } catch { return error }
    }
    #expect(trouble(path) == nil)
    let deep = scratch["none/out.bin"]
    #expect(trouble(deep) == .noDirectory(path: deep, directory: scratch["none"]))
    scratch.write([1], to: "file")
    #expect(trouble(scratch["file"]) == .exists(path: scratch["file"]))
    let inside = scratch["file/out.bin"]
    #expect(trouble(inside) == .noDirectory(path: inside, directory: scratch["file"]))
    if geteuid() != 0 {
      #expect(unsafe chmod(scratch.path, 0o500) == 0)
      #expect(trouble(path) == .noPermission(path: path))
      #expect(unsafe chmod(scratch.path, 0o700) == 0)
    }
  }

  @Test("A long name is no trouble")
  func longName() throws {
    try AtomicOutput(path: scratch[String(repeating: "n", count: 255)], overwrite: false).commit()
    #expect(scratch.names.count == 1)
  }

  @Test("Directories are made down to the last one; what is no directory is an error")
  func directories() throws {
    try makeDirectory(scratch["a//b/c/"])
    try makeDirectory(scratch["a/b/c"])
    #expect(try names(in: scratch["a/b"]) == ["c"])
    scratch.write([1], to: "file")
    for inside in [scratch["file"], scratch["file/b"]] {
      let refused = OutputError.isFile(path: scratch["file"])
      #expect(throws: refused) { try makeDirectory(inside) }
    }
  }

  @Test(
    "The sentences",
    arguments: [
      (OutputError.exists(path: "a"), TroubleKind.usage, "a: the file exists already", "use --force to replace it"),
      (
        .notRegular(path: "a"), .io, "a: expected the name of a file to write, found a directory or a device",
        "choose another name"
      ),
      (
        .noDirectory(path: "b/a", directory: "b"), .io, "b/a: there is no directory b to write into", "create it first"
      ),
      (
        .noPermission(path: "a"), .io, "a: no permission to write there", "write to a directory that you may write to"
      ),
      (
        .noSpace(path: "a", needed: 4096, atLeast: false), .io, "a: the disk is full: the file needs 4096 bytes",
        "free some space, or write elsewhere"
      ),
      (
        .noSpace(path: "a", needed: 12, atLeast: true), .io, "a: the disk is full: the file needs at least 12 bytes",
        "free some space, or write elsewhere"
      ),
      (
        .changed(path: "a"), .io, "a: another program has changed the file since it was read", "run the command again"
      ),
      (
        .failed(path: "a", call: "fsync", errno: EIO), .io, "a: fsync failed: Input/output error", nil
      ),
    ] as [(OutputError, TroubleKind, String, String?)])
  func sentences(error: OutputError, kind: TroubleKind, sentence: String, help: String?) {
    #expect(error.kind == kind)
    #expect(error.description == sentence)
    #expect(error.help == help)
  }
}
