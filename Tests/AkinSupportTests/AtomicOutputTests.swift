import AkinSupport
import Foundation
import Testing

@Suite("An output appears whole or not at all")
struct AtomicOutputTests {
  let directory = FileManager.default.temporaryDirectory.appendingPathComponent("akin-output-\(UUID().uuidString)")
  var path: String { directory.appendingPathComponent("out.bin").path }

  init() throws { try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true) }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() }

  func contents() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  @Test(
    "All bytes arrive in order, in pieces of any size",
    arguments: [UInt64?.none, 0, 10, 5_000_000])
  func wholeFile(expectedBytes: UInt64?) throws {
    var expected: [UInt8] = []
    var output = try AtomicOutput(path: path, overwrite: false, expectedBytes: expectedBytes)
    for size in [0, 1, 7, 1 << 20, 3, (1 << 20) - 1, 2, (1 << 20) + 5, 999_999] {
      let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
      try output.write(piece)
      expected += piece
      #expect(try names().allSatisfy { $0 != "out.bin" })
    }
    try output.write("ünd")
    expected += Array("ünd".utf8)
    #expect(output.byteCount == UInt64(expected.count))
    try output.commit()
    #expect(try contents() == expected)
    #expect(try names() == ["out.bin"])
    try FileManager.default.removeItem(at: directory)
  }

  @Test("Dropped before the commit, nothing is left")
  func dropped() throws {
    func begin() throws {
      var output = try AtomicOutput(path: path, overwrite: false, expectedBytes: 3)
      try output.write([1, 2, 3])
      #expect(try names().count == 1)
    }
    try begin()
    #expect(try names() == [])
    try FileManager.default.removeItem(at: directory)
  }

  @Test("A file that is there stays, unless it may be replaced")
  func existing() throws {
    try Data([9]).write(to: URL(fileURLWithPath: path))
    #expect(throws: OutputError.exists(path: path)) { _ = try AtomicOutput(path: path, overwrite: false) }
    var output = try AtomicOutput(path: path, overwrite: true)
    try output.write([7, 7])
    #expect(try contents() == [9])
    try output.commit()
    #expect(try contents() == [7, 7])
    #expect(try names() == ["out.bin"])
    try FileManager.default.removeItem(at: directory)
  }

  @Test("A file that appears meanwhile stays")
  func race() throws {
    var output = try AtomicOutput(path: path, overwrite: false)
    try output.write([1])
    try Data([9]).write(to: URL(fileURLWithPath: path))
    do throws(OutputError) {
      try output.commit()
      Issue.record("the commit replaced a file")
    } catch { #expect(error == .exists(path: path)) }
    #expect(try contents() == [9])
    #expect(try names() == ["out.bin"])
    try FileManager.default.removeItem(at: directory)
  }

  @Test("Only a regular file can be replaced", arguments: ["", "/dev/null", "/tmp", "/tmp/"])
  func notRegular(path: String) {
    #expect(throws: OutputError.notRegular(path: path)) { _ = try AtomicOutput(path: path, overwrite: true) }
  }

  @Test("A missing directory is named with the way out")
  func missingDirectory() throws {
    let missing = directory.appendingPathComponent("none/out.bin").path
    let error = #expect(throws: OutputError.self) { _ = try AtomicOutput(path: missing, overwrite: false) }
    #expect(error?.description == "\(missing): open failed: No such file or directory")
    #expect(error?.help == "create the directory first")
    #expect(error?.kind == .io)
    try FileManager.default.removeItem(at: directory)
  }

  @Test("A long name is no trouble")
  func longName() throws {
    let long = directory.appendingPathComponent(String(repeating: "n", count: 255)).path
    try AtomicOutput(path: long, overwrite: false).commit()
    #expect(try names().count == 1)
    try FileManager.default.removeItem(at: directory)
  }

  #if os(Linux)
    @Test(
      "A full disk is told before and while writing", .enabled(if: FileManager.default.fileExists(atPath: "/dev/shm")))
    func fullDisk() throws {
      // More than any disk has: posix_fallocate says so.
      let huge = UInt64(1) << 53
      let error = #expect(throws: OutputError.self) {
        _ = try AtomicOutput(path: "/dev/shm/akin-\(UUID().uuidString)", overwrite: false, expectedBytes: huge)
      }
      if case .noSpace(_, let needed, let atLeast) = error { #expect(needed == huge && !atLeast) }
      #expect(error != nil)
    }
  #endif

  @Test("The sentences")
  func sentences() {
    #expect(OutputError.exists(path: "a").description == "a: this file exists already")
    #expect(OutputError.exists(path: "a").help == "use --force to replace it, or choose another name")
    #expect(
      OutputError.noSpace(path: "a", needed: 12, atLeast: false).description
        == "a: no space left on the disk; needed 12 bytes")
    #expect(
      OutputError.noSpace(path: "a", needed: 12, atLeast: true).description
        == "a: no space left on the disk; needed at least 12 bytes")
  }
}
