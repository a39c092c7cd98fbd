import AkinInterchange
import AkinSupport
import AkinTestSupport
import Testing

/// Reading a damaged file gives a typed error or vectors: never a trap, whatever the damage.
@Suite("Damaged files")
struct HostileFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Formats in which every byte is spoken for, so that any other length is an error.
  static let exact = VectorSample.all.filter {
    [.npy, .fbin, .u8bin, .i8bin, .ibin, .safetensors].contains($0.format)
  }

  func survives(_ bytes: [UInt8], _ sample: VectorSample) {
    let path = scratch.write(bytes, to: sample.name)
    for format in [nil, sample.format] {
      do {
        _ = try VectorFile.read(path: path, options: .init(format: format), execution: Execution(threads: 1))
      } catch {
        #expect(error is VectorFileError)
      }
    }
  }

  @Test("Cut at every length", arguments: VectorSample.all)
  func cut(sample: VectorSample) {
    for length in 0..<sample.bytes.count { survives(Array(sample.bytes[..<length]), sample) }
  }

  @Test("A cut is always found where every byte counts", arguments: exact)
  func cutIsFound(sample: VectorSample) {
    for length in 0..<sample.bytes.count {
      #expect(trouble(scratch, Array(sample.bytes[..<length]), as: sample.name) != nil, "at \(length)")
    }
  }

  @Test("A row that is cut is always found", arguments: VectorSample.all.filter { $0.name.hasSuffix("vecs") })
  func cutRow(sample: VectorSample) {
    let rowBytes = sample.bytes.count / 4
    for length in 0..<sample.bytes.count {
      let found = trouble(scratch, Array(sample.bytes[..<length]), as: sample.name)
      #expect((found != nil) == (length == 0 || length % rowBytes != 0), "at \(length)")
    }
  }

  @Test("Longer than it should be", arguments: VectorSample.all)
  func extended(sample: VectorSample) {
    for extra in [[0], [10], [32], [255], [0, 0, 0, 0], [UInt8](repeating: 7, count: 100), sample.bytes] as [[UInt8]] {
      survives(sample.bytes + extra, sample)
    }
  }

  @Test("Extra bytes are always found where every byte counts", arguments: exact)
  func extendedIsFound(sample: VectorSample) {
    for extra in 1...70 {
      #expect(trouble(scratch, sample.bytes + [UInt8](repeating: 1, count: extra), as: sample.name) != nil, "\(extra)")
    }
  }

  @Test("Every byte changed", arguments: VectorSample.all)
  func flipped(sample: VectorSample) {
    for place in sample.bytes.indices {
      for mask in [0x01, 0x80, 0xFF] as [UInt8] {
        var bytes = sample.bytes
        bytes[place] ^= mask
        survives(bytes, sample)
      }
    }
  }

  @Test("Bytes at random, behind a right beginning", arguments: VectorSample.all)
  func random(sample: VectorSample) {
    for seed in 0..<60 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let kept = Int.random(in: 0...sample.bytes.count, using: &generator)
      let added = (0..<Int.random(in: 0...64, using: &generator)).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      survives(Array(sample.bytes[..<kept]) + added, sample)
    }
  }

  @Test("Every file read as every other format")
  func mistaken() {
    for sample in VectorSample.all {
      for other in VectorSample.all { survives(sample.bytes, VectorSample(format: other.format, bytes: [])) }
    }
  }

  @Test("Sizes that a small file states are compared with its length")
  func sizes() {
    let most = UInt32.max
    #expect(
      sentence(scratch, le(most, 3), as: "x.fbin")
        == "x.fbin: header: expected at most 4294967294 rows, found 4294967295")
    #expect(
      sentence(scratch, le(most - 1, 65_536), as: "x.fbin")
        == "x.fbin: a header of 4294967294 rows × 65536 dimensions needs 1125899906318344 bytes, the file has 8")
    #expect(
      sentence(scratch, le(1, most), as: "x.u8bin")
        == "x.u8bin: header: expected 1 to 65536 dimensions, found 4294967295")
    #expect(sentence(scratch, le(1, 0) as [UInt8], as: "x.u8bin") != nil)
    #expect(
      sentence(scratch, le(Int32(-1), 0), as: "x.fvecs") == "x.fvecs: row 0: expected 1 to 65536 dimensions, found -1")
    #expect(
      sentence(scratch, le(Int32(65_536), 0), as: "x.fvecs")
        == "x.fvecs: a complete row 0 of 65536 components needs 262148 bytes, the file has 8")
    #expect(sentence(scratch, le(Int32(0), 0), as: "x.fvecs") != nil)
    // More rows than are looked at in one step; the first that differs is named, behind whole rows only the end.
    let row = le(Int32(60_000)) as [UInt8] + [UInt8](repeating: 1, count: 60_000)
    let rows = [[UInt8]](repeating: row, count: 40).flatMap { $0 }
    #expect(
      sentence(scratch, rows + le(Int32(4)), as: "x.bvecs")
        == "x.bvecs: a complete row 40 of 60000 components needs 2460164 bytes, the file has 2400164")
    var ragged = rows
    ragged[39 * row.count] = 0
    #expect(
      sentence(scratch, ragged + [4, 0, 0], as: "x.bvecs")
        == "x.bvecs: row 39: expected 60000 components as in the first row, found 59904")
  }

  @Test("A row of another length is named")
  func ragged() {
    let sameBytes = le(Int32(2), 1, 1) + le(Int32(3), 1, 1)
    #expect(
      sentence(scratch, sameBytes, as: "x.ivecs")
        == "x.ivecs: row 1: expected 2 components as in the first row, found 3")
    let otherBytes = le(Int32(2), 1, 1) + le(Int32(3), 1, 1, 1)
    #expect(sentence(scratch, otherBytes, as: "x.ivecs") == sentence(scratch, sameBytes, as: "x.ivecs"))
  }
}
