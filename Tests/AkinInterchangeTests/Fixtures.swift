import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

/// Little-endian bytes.
func le<Number: FixedWidthInteger>(_ numbers: Number...) -> [UInt8] { le(numbers) }

func le<Number: FixedWidthInteger>(_ numbers: [Number]) -> [UInt8] {
  numbers.flatMap { number in
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: UInt64(truncatingIfNeeded: number) >> UInt64(8 * $0)) }
  }
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
