import AkinFiles
import AkinSupport
import AkinTestSupport
import Foundation
import Testing

@Suite("A file that cannot be opened says why")
struct OpenErrorTests {
  private func problem(at path: String, format: ContainerFormat = .embeddings) -> FileProblem? {
    do throws(FileError) {
      _ = try ContainerFile(path: path, format: format)
      return nil
    } catch {
      #expect(error.path == path)
      return error.problem
    }
  }

  @Test("What is no regular file")
  func notFiles() throws {
    try withDirectory { directory in
      #expect(problem(at: directory + "/none.emb") == .notFound)
      #expect(problem(at: directory + "/none/none.emb") == .notFound)
      #expect(problem(at: "") == .notFound)
      #expect(problem(at: directory) == .isDirectory)
      #expect(problem(at: "/dev/null") == .notRegular)
      // Opening must not wait for a writer.
      let pipe = directory + "/pipe"
      #expect(unsafe mkfifo(pipe, 0o600) == 0)
      #expect(problem(at: pipe) == .notRegular)
      let empty = directory + "/empty.emb"
      try write([], to: empty)
      #expect(problem(at: empty) == .empty)
      #expect(throws: FileError(path: empty, problem: .empty)) { try FileKind.sniff(empty) }
    }
  }

  @Test("A large file of which hardly anything is on the disk is a copy that was not finished")
  func hollow() throws {
    try withDirectory { directory in
      let path = directory + "/hollow.emb"
      try write(try Sample.plain.bytes, to: path)
      #expect(unsafe truncate(path, 64 << 20) == 0)
      guard case .extended = problem(at: path) else {
        Issue.record("64 MiB are small")
        return
      }
      #expect(unsafe truncate(path, 16 << 30) == 0)
      guard case .truncated(nil, 16 << 30, let present)? = problem(at: path) else {
        Issue.record("\(String(describing: problem(at: path)))")
        return
      }
      #expect((1...1 << 20).contains(present))
    }
  }

  @Test("A file without permission", .enabled(if: geteuid() != 0, "the superuser may read everything"))
  func permission() throws {
    try withDirectory { directory in
      let path = directory + "/secret.emb"
      try write(try Sample.plain.bytes, to: path)
      #expect(unsafe chmod(path, 0) == 0)
      #expect(problem(at: path) == .noPermission)
    }
  }

  @Test(
    "What other files look like",
    arguments: [
      (Array("user,item,rating\n1,2,3\n".utf8), Resemblance.text),
      (Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\n".utf8), .gitLFSPointer),
      ([0x93] + Array("NUMPY\u{1}\u{0}v\u{0}{'descr'".utf8), .npy),
      ([0x50, 0x4B, 0x03, 0x04, 0x14, 0, 0, 0, 8, 0], .zip),
      ([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0], .gzip),
      ([UInt8](repeating: 0, count: 5000), .zeros),
      ([0x89, 0x41, 0x4B, 0x45, 0x0A, 0x1A, 0x0A, 0x04], .textModeCopy),
      ([0x89, 0x41, 0x4B, 0x45, 0x0D, 0x0D, 0x0A, 0x1A], .textModeCopy),
      ([0x89, 0x41, 0x4B, 0x5A, 0x0D, 0x0A, 0x1A, 0x0A], .unknownKind(0x5A)),
      ([0xFF, 0xFE, 0, 1, 2, 3, 4, 5, 6, 7], .nothingKnown),
    ])
  func foreign(bytes: [UInt8], resemblance: Resemblance) throws {
    #expect(AkinFilesTests.problem(bytes) == .notAkin(resemblance))
    try withDirectory { directory in
      let path = directory + "/foreign"
      try write(bytes, to: path)
      #expect(throws: FileError(path: path, problem: .notAkin(resemblance))) { try FileKind.sniff(path) }
    }
  }

  @Test("Another kind, byte order, version or feature")
  func versions() throws {
    let bytes = try Sample.numbers.bytes
    let problem = AkinFilesTests.problem
    #expect(problem(bytes, .ledger) == .wrongKind(expected: .ledger, found: .embeddings))
    #expect(problem(bytes.with(UInt32(0x0403_0201), at: 8), .embeddings) == .bigEndian)
    #expect(problem(bytes.with(UInt32(7), at: 8), .embeddings) == .headerChecksum)
    #expect(
      problem(bytes.with(UInt16(2), at: 12).sealed, .embeddings)
        == .unsupportedVersion(found: FormatVersion(major: 2, minor: 0), supported: .current))
    #expect(problem(bytes.with(UInt64(1) << 33, at: 32).sealed, .embeddings) == .unknownFeature(bit: 33))
    #expect(
      problem(bytes.with(UInt64(1) << 47, at: 24).sealed, .embeddings)
        == .aboveLimit(name: "file bytes", found: 1 << 47, limit: 1 << 46))
  }

  @Test("A later minor version, with a section and an optional bit that we do not know, is read")
  func laterMinor() throws {
    var builder = try Sample.numbers.embeddings.builder()
    builder.optionalFeatures = 1 << 63
    builder.add("NEW1", elementBytes: 4, count: 3) { try $0.write([1, 2, 3] as [UInt32]) }
    let bytes = try encoded(builder).with(UInt16(9), at: 14).sealed
    expect(try opened(bytes), equals: Sample.numbers.embeddings, "minor 9")
  }

  @Test("A section that must be understood and is not refuses the file")
  func mustUnderstand() throws {
    var builder = try Sample.numbers.embeddings.builder()
    builder.add("NEW1", elementBytes: 4, count: 3, mustUnderstand: true) { try $0.write([1, 2, 3] as [UInt32]) }
    #expect(AkinFilesTests.problem(try encoded(builder)) == .unknownSection("NEW1"))
  }
}
