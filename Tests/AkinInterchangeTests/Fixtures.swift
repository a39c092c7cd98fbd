import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

/// Little-endian bytes.
func le<Number: FixedWidthInteger>(_ numbers: Number...) -> [UInt8] { le(numbers) }

func le<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(numbers.count * Number.bitWidth / 8)
  for number in numbers {
    // Safe: the bytes are those of the number, and are copied.
    unsafe withUnsafeBytes(of: number.littleEndian) { unsafe bytes.append(contentsOf: $0) }
  }
  return bytes
}

func le(_ floats: [Float]) -> [UInt8] { le(floats.map(\.bitPattern)) }

/// An `.npy` file made by hand, without any padding.
func npy(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> [UInt8] {
  let text = Array(header.utf8) + [10]
  let length = version == 1 ? le(UInt16(text.count)) : le(UInt32(text.count))
  return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + text + data
}

func npyHeader(_ descr: String, _ shape: String, fortran: String = "False") -> String {
  "{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }"
}

func safetensors(_ json: String, _ buffer: [UInt8]) -> [UInt8] {
  le(UInt64(json.utf8.count)) + Array(json.utf8) + buffer
}

/// A zip archive of stored members, as `numpy.savez` writes it: with a zip64 field in the local headers.
func npz(_ members: [(name: String, bytes: [UInt8])], method: UInt16 = 0) -> [UInt8] {
  var bytes: [UInt8] = []
  var directory: [UInt8] = []
  for (name, content) in members {
    let path = Array("\(name).npy".utf8)
    let size = UInt32(content.count)
    let common = le(UInt16(45), 0, method, 0, 0) + le(UInt32(0))
    directory += le(UInt32(0x0201_4B50)) + le(UInt16(45)) + common + le(size, size)
    directory += le(UInt16(path.count), 0, 0, 0, 0) + le(UInt32(0), UInt32(bytes.count)) + path
    bytes += le(UInt32(0x0403_4B50)) + common + le(UInt32.max, .max) + le(UInt16(path.count), 20) + path
    bytes += le(UInt16(1), 16) + le(UInt64(size), UInt64(size)) + content
  }
  let start = UInt32(bytes.count)
  bytes += directory
  bytes += le(UInt32(0x0605_4B50)) + le(UInt16(0), 0, UInt16(members.count), UInt16(members.count))
  return bytes + le(UInt32(directory.count), start) + le(UInt16(0))
}

/// An archive of packed members, each with the number of its bytes and their checksum, as NumPy's `savez_compressed` writes it.
func deflatedNpz(_ members: [(name: String, packed: [UInt8], byteCount: Int, checksum: UInt32)]) -> [UInt8] {
  var bytes: [UInt8] = []
  var directory: [UInt8] = []
  for member in members {
    let path = Array("\(member.name).npy".utf8)
    let common =
      le(UInt16(20), 0, 8, 0, 0) + le(member.checksum) + le(UInt32(member.packed.count), UInt32(member.byteCount))
      + le(UInt16(path.count), 0)
    directory +=
      le(UInt32(0x0201_4B50)) + le(UInt16(20)) + common + le(UInt16(0), 0, 0) + le(UInt32(0), UInt32(bytes.count))
      + path
    bytes += le(UInt32(0x0403_4B50)) + common + path + member.packed
  }
  let start = UInt32(bytes.count)
  bytes += directory
  bytes += le(UInt32(0x0605_4B50)) + le(UInt16(0), 0, UInt16(members.count), UInt16(members.count))
  return bytes + le(UInt32(directory.count), start) + le(UInt16(0))
}

/// A small file of one format, and what it holds: whole numbers, so that every element type can hold them.
struct VectorSample: CustomTestStringConvertible {
  var format: VectorFormat
  var bytes: [UInt8]
  static let rows: [[Float]] = [[1, 2, 3], [4, 5, 6], [7, 8, 9], [10, 11, 12]]
  static let tokens: [String] = ["a", "bé", "c d", "e"]

  var testDescription: String { format.rawValue }
  var name: String { format == .glove ? "sample.txt" : "sample.\(format == .word2vecBinary ? "bin" : format.rawValue)" }

  static let all: [VectorSample] = VectorFormat.allCases.map { VectorSample(format: $0, bytes: bytes(of: $0)) }

  static func bytes(of format: VectorFormat) -> [UInt8] {
    let flat = rows.flatMap(\.self)
    let text = zip(tokens, rows).map { "\($0) \($1.map { "\($0)" }.joined(separator: " "))\n" }.joined()
    switch format {
    case .npy: return npy(npyHeader("<f4", "(4, 3)"), le(flat))
    case .fvecs: return rows.flatMap { le(Int32(3)) + le($0) }
    case .bvecs: return rows.flatMap { le(Int32(3)) + $0.map { UInt8($0) } }
    case .ivecs: return rows.flatMap { le(Int32(3)) + le($0.map { Int32($0) }) }
    case .fbin: return le(UInt32(4), 3) + le(flat)
    case .u8bin: return le(UInt32(4), 3) + flat.map { UInt8($0) }
    case .i8bin: return le(UInt32(4), 3) + flat.map { UInt8($0) }
    case .ibin: return le(UInt32(4), 3) + le(flat.map { Int32($0) })
    case .safetensors:
      let json = #"{"__metadata__":{"by":"h\u0061nd"},"items":{"dtype":"F32","shape":[4,3],"data_offsets":[0,48]}}"#
      return safetensors(json, le(flat))
    case .word2vec: return Array("4 3\n\(text)".utf8)
    case .glove: return Array(text.utf8)
    case .matrix:
      let lines = rows.map { $0.map { "\($0)" }.joined(separator: ", ") + "\n" }
      return Array(("# x y z\n" + lines.joined()).utf8)
    case .tsv:
      let lines = zip(tokens, rows).map { token, row in "\(token)\t\(row.map { "\($0)" }.joined(separator: "\t"))\n" }
      return Array(("id\tx0\tx1\tx2\n" + lines.joined()).utf8)
    case .npz: return npz([("items", npy(npyHeader("<f4", "(4, 3)"), le(flat)))])
    case .word2vecBinary:
      // Tokens end at the first space here.
      var bytes = Array("4 3\n".utf8)
      for (token, row) in zip(tokens, rows) {
        bytes += Array(token.utf8).map { $0 == 32 ? 95 : $0 } + [32]
        bytes += le(row) + [10]
      }
      return bytes
    }
  }
}

func rows(_ matrix: EmbeddingMatrix) -> [[Float]] { (0..<matrix.count).map { matrix[Row($0)] } }

/// The error that reading these bytes gives.
func trouble(_ scratch: Scratch, _ bytes: [UInt8], as name: String, tensor: String? = nil) -> VectorFileError? {
  let path = scratch.write(bytes, to: name)
  do {
    _ = try VectorFile.read(path: path, options: .init(tensor: tensor), execution: Execution(threads: 1))
    return nil
  } catch let error as VectorFileError {
    return error
  } catch {
    Issue.record("not a VectorFileError: \(error)")
    return nil
  }
}

/// The sentence of that error, without the directory.
func sentence(_ scratch: Scratch, _ bytes: [UInt8], as name: String, tensor: String? = nil) -> String? {
  trouble(scratch, bytes, as: name, tensor: tensor)?.description
    .replacingOccurrences(of: scratch.path + "/", with: "")
}

extension Scratch {
  /// What importing a file of these bytes reads, and its warnings without the name of the file.
  func imported(_ bytes: [UInt8], _ name: String) throws -> (read: ImportedVectors, warnings: [String]) {
    let notices = Notices()
    var options = VectorFile.Options()
    options.takesIDs = true
    options.takesModel = true
    let path = write(bytes, to: name)
    let read = try VectorFile.read(path: path, options: options, execution: notices.execution)
    return (read, notices.warnings.map { String($0.dropFirst(path.utf8.count + 2)) })
  }
}
