import AkinTestSupport
import Foundation
import Testing

@testable import AkinSupport

@Suite("What a file that replaces another one keeps, and what a killed writer leaves")
struct ReplacingTests {
  private let scratch: Scratch
  private var path: String { scratch["out.bin"] }

  init() throws { scratch = try Scratch() }

  private func write(_ bytes: [UInt8], to path: String, overwrite: Bool = true, ops: FileOps = .system) throws {
    var output = try AtomicOutput(path: path, overwrite: overwrite, ops: ops)
    try output.write(bytes)
    try output.commit()
  }

  /// The real calls of a system that cannot make files without a name.
  private static var named: FileOps {
    var ops = FileOps.system
    ops.createUnnamed = { _ in -Int(EOPNOTSUPP) }
    return ops
  }

  private func mode(_ path: String) -> mode_t? {
    var info = stat()
    return unsafe lstat(path, &info) == 0 ? info.st_mode : nil
  }

  @Test(
    "The mode of the old file stays, also while the new one is written", arguments: [0o600, 0o640, 0o644, 0o400, 0o666])
  func mode(bits: mode_t) throws {
    for ops in [FileOps.system, Self.named] {
      scratch.write([1], to: "out.bin")
      #expect(unsafe chmod(path, bits) == 0)
      try write([2], to: path, ops: ops)
      #expect(mode(path) == S_IFREG | bits)
      #expect(scratch.bytes("out.bin") == [2] || bits & 0o400 == 0)
      try FileManager.default.removeItem(atPath: path)
    }
  }

  @Test("A symbolic link stays, and the file it points to is replaced, wherever that is and whether it is there")
  func links() throws {
    let files = FileManager.default
    try files.createDirectory(atPath: scratch["deep"], withIntermediateDirectories: false)
    for (link, target) in [("a", "out.bin"), ("b", "deep/out.bin"), ("c", scratch["deep/other.bin"]), ("d", "a")] {
      try files.createSymbolicLink(atPath: scratch[link], withDestinationPath: target)
      let bytes = Array(link.utf8)
      try write(bytes, to: scratch[link])
      #expect(mode(scratch[link]).map { $0 & S_IFMT } == S_IFLNK)
      #expect(scratch.bytes(link) == bytes)
      #expect(try files.destinationOfSymbolicLink(atPath: scratch[link]) == target)
    }
    #expect(scratch.bytes("out.bin") == Array("d".utf8))
    #expect(try names(in: scratch["deep"]) == ["other.bin", "out.bin"])
    // Not unasked, and never round in circles.
    try files.createSymbolicLink(atPath: scratch["free"], withDestinationPath: "nothing")
    #expect(throws: OutputError.exists(path: scratch["free"])) {
      try write([1], to: scratch["free"], overwrite: false)
    }
    try files.createSymbolicLink(atPath: scratch["round"], withDestinationPath: "round")
    #expect(throws: OutputError.failed(path: scratch["round"], call: "readlink", errno: ELOOP)) {
      try write([1], to: scratch["round"])
    }
  }

  @Test("Two spellings of one file are one identity; two files are two")
  func identities() throws {
    scratch.write([1], to: "a")
    scratch.write([1], to: "b")
    try FileManager.default.createSymbolicLink(atPath: scratch["link"], withDestinationPath: "a")
    try FileManager.default.linkItem(atPath: scratch["a"], toPath: scratch["hard"])
    try FileManager.default.createSymbolicLink(atPath: scratch["dangling"], withDestinationPath: "free")
    let a = FileIdentity(path: scratch["a"])
    for name in ["./a", "link", "hard", "../\(scratch.path.split(separator: "/").last ?? "")/a"] {
      #expect(FileIdentity(path: scratch[name]) == a, "\(name)")
    }
    #expect(FileIdentity(path: scratch["b"]) != a)
    let free = FileIdentity(path: scratch["free"])
    #expect(free != nil && free != a && FileIdentity(path: scratch["./free"]) == free)
    #expect(FileIdentity(path: scratch["dangling"]) == free)
    #expect(FileIdentity(path: scratch["free2"]) != free)
    #expect(FileIdentity(path: scratch["none/free"]) == nil)
  }

  @Test("A file that must still be there and is another one is not replaced")
  func expected() throws {
    scratch.write([1], to: "out.bin")
    let before = FileIdentity(path: path)
    let file = try AtomicFile(path: path, overwrite: true)
    file.expected = before
    try write([2], to: path)
    #expect(throws: OutputError.changed(path: path)) { try file.publish() }
    #expect(scratch.bytes("out.bin") == [2] && scratch.names == ["out.bin"])
    let next = try AtomicFile(path: path, overwrite: true)
    next.expected = FileIdentity(path: path)
    try next.publish()
    #expect(scratch.bytes("out.bin") == [])
  }

  @Test("The next writer of a name removes what writers that are gone have left, and nothing else")
  func leftovers() throws {
    // The number of a process that has ended.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "exit 0"]
    try process.run()
    process.waitUntilExit()
    let gone = process.processIdentifier
    let kept = [
      "out.bin.tmp.\(getppid()).abc1", "out.bin.tmp.\(getpid()).abc1", "out.bin.tmp.\(gone).",
      "out.bin.tmp.\(gone).a.b",
      "out.bin.tmp.\(gone).A-B", "out.bin.tmp", "other.tmp.\(gone).abc1", "out.bin.tmp.0.abc", "out.bin.tmp.-1.abc",
    ]
    for name in kept + ["out.bin.tmp.\(gone).abc1", "out.bin.tmp.\(gone).zzz9"] { scratch.write([1], to: name) }
    // One whose writer lives in another container: its number says nothing here, its lock does.
    let locked = scratch.write([1], to: "out.bin.tmp.\(gone).lock")
    let descriptor = unsafe open(locked, O_RDONLY)
    #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
    try write([7], to: path)
    #expect(scratch.names == (kept + ["out.bin", "out.bin.tmp.\(gone).lock"]).sorted())
    close(descriptor)
    try write([8], to: path)
    #expect(scratch.names == (kept + ["out.bin"]).sorted())
  }

  @Test("A writer that is killed leaves no half file, and with the next one nothing at all", arguments: [true, false])
  func killed(hasUnnamed: Bool) throws {
    let ops = hasUnnamed ? FileOps.system : Self.named
    scratch.write([9], to: "out.bin")
    let file = try AtomicFile(path: path, byteCount: 4096, overwrite: true, ops: ops)
    let during = scratch.names
    #expect(during.count == (hasUnnamed && ops.createUnnamed(scratch.path) >= 0 ? 1 : 2))
    #expect(scratch.bytes("out.bin") == [9])
    withExtendedLifetime(file) {}
  }
}
