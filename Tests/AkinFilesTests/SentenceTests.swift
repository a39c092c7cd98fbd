import AkinFiles
import AkinSupport
import Testing

@Suite("Every trouble has its sentence, its next step and its exit code")
struct SentenceTests {
  @Test(
    "Files",
    arguments: [
      (FileProblem.notFound, TroubleKind.io, "x: no such file", "check the path"),
      (.isDirectory, .io, "x: expected a file, found a directory", nil),
      (.notRegular, .io, "x: expected a regular file, found a pipe, socket or device", nil),
      (.noPermission, .io, "x: permission denied", nil),
      (.ioError(call: "fsync", code: EIO), .io, "x: fsync failed: Input/output error", nil),
      (.empty, .badInput, "x: the file is empty", nil),
      (.notAkin(.nothingKnown), .badInput, "x: not a file of Akin", nil),
      (
        .notAkin(.gitLFSPointer), .badInput,
        "x: not a file of Akin: it is a git-lfs pointer to the data, not the data", "run `git lfs pull` first"
      ),
      (
        .isFile(expected: .embeddings), .io, "x: expected a directory, found a file",
        "give the .emb file that `akin train` or `akin import` wrote"
      ),
      (
        .notAkin(.npy), .badInput, "x: not a file of Akin: it is a NumPy .npy file",
        "turn it into an embeddings file with `akin import`"
      ),
      (
        .notAkin(.text), .badInput, "x: not a file of Akin: it looks like text",
        "train on interactions with `akin train`, or import vectors with `akin import`"
      ),
      (
        .notAkin(.unknownKind(0x5A)), .badInput,
        "x: an Akin file of kind 0x5a, which this program has not registered",
        "open it with the type that reads files of this kind, or use a newer Akin"
      ),
      (
        .wrongKind(expected: .embeddings, found: .ledger), .badInput,
        "x: expected an embeddings file, found a ledger file",
        "give the .emb file that `akin train` or `akin import` wrote"
      ),
      (
        .bigEndian, .badInput, "x: expected little-endian byte order, found big-endian", nil
      ),
      (
        .headerChecksum, .badInput,
        "x: checksum mismatch in the first page: the header is damaged",
        "restore a good copy, or write the file again; `akin verify` lists all damage"
      ),
      (
        .unsupportedVersion(found: FormatVersion(major: 2, minor: 3), supported: .current), .badInput,
        "x: the file has format version 2.3; this Akin reads version 1",
        "use a newer Akin, or write the file again with this one"
      ),
      (
        .unknownFeature(bit: 3), .badInput, "x: the file requires feature bit 3, which this Akin does not know",
        "use a newer Akin, or write the file again with this one"
      ),
      (
        .unknownSection("NEW1"), .badInput,
        "x: the file requires section NEW1, which this Akin does not know",
        "use a newer Akin, or write the file again with this one"
      ),
      (
        .truncated(section: "HROW", needed: 9000, present: 8000), .badInput,
        "x: the file has 8000 of its 9000 bytes; it ends before the end of section HROW",
        "copy the file again from where it was written"
      ),
      (
        .truncated(section: nil, needed: 4096, present: 8), .badInput, "x: the file has 8 of its 4096 bytes",
        "copy the file again from where it was written"
      ),
      (
        .extended(declared: 9000, present: 9001), .badInput,
        "x: the file has 9001 bytes, its header declares 9000; bytes were appended",
        "copy the file again from where it was written"
      ),
      (
        .badField(name: "stride", found: "12", expected: "64"), .badInput,
        "x: header field stride: expected 64, found 12", nil
      ),
      (
        .badSection("IVEC", .count(expected: 5, found: 6)), .badInput,
        "x: section IVEC: expected 5 elements, found 6", nil
      ),
      (
        .badSection("IVEC", .offset(expected: 4096, found: 4160)), .badInput,
        "x: section IVEC: expected to start at byte 4096, found 4160", nil
      ),
      (
        .badSection("IVEC", .size(bytes: 9, count: 2, elementBytes: 4)), .badInput,
        "x: section IVEC: has 9 bytes, which is not 2 × 4", nil
      ),
      (
        .badSection("UVEC", .unexpected), .badInput, "x: section UVEC: unexpected: the header declares it absent",
        nil
      ),
      (.missingSection("CHKS"), .badInput, "x: section CHKS is missing", nil),
      (
        .damagedChunk(section: "IVEC", byteRange: 4096..<8192), .badInput,
        "x: section IVEC: checksum mismatch in bytes 4096..<8192",
        "restore a good copy, or write the file again; `akin verify` lists all damage"
      ),
      (
        .aboveLimit(name: "items", found: 9, limit: 8), .badInput, "x: items: expected at most 8, found 9", nil
      ),
      (
        .unsupportedElements(.float16), .badInput,
        "x: the vectors are stored as float16; this Akin reads float32", nil
      ),
    ] as [(FileProblem, TroubleKind, String, String?)])
  func files(problem: FileProblem, kind: TroubleKind, sentence: String, help: String?) {
    let error = FileError(path: "x", problem: problem)
    #expect(error.description == sentence)
    #expect(error.help == help)
    #expect(error.kind == kind)
  }

  @Test("Damages")
  func damages() {
    let damage = Damage(section: "IVEC", byteRange: 4096..<8192, reason: .checksum(chunk: 0))
    #expect(damage.description == "section IVEC, bytes 4096..<8192: checksum mismatch in chunk 0")
    let gap = Damage(section: nil, byteRange: 8000..<8192, reason: .padding)
    #expect(gap.description == "between sections, bytes 8000..<8192: expected zeros")
    let page = Damage(section: nil, byteRange: 48..<64, reason: .rootDigest)
    #expect(
      page.description
        == "first page, bytes 48..<64: the root digest does not match the first page and the checksums")
  }

  @Test("Every section that Akin writes has a meaning to show")
  func meanings() throws {
    for sample in Sample.allCases {
      for section in try opened(try sample.bytes).container.sections {
        #expect(section.name.meaning(in: .embeddings) != nil, "\(section.name)")
      }
    }
    #expect(("LNK0" as SectionName).meaning(in: .embeddings) == nil)
  }
}
