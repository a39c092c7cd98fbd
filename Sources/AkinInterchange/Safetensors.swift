/// The header of a safetensors file.
///
///     offset  size  field
///          0     8  header length, uint64
///          8     …  JSON: {"name": {"dtype": "F32", "shape": [rows, dimension], "data_offsets": [begin, end]}, …}
///          …        the buffer, which the tensors fill without gaps and overlaps; offsets are relative to it
struct SafetensorsHeader {
  struct Tensor {
    var name: String
    var dtype: String
    var shape: [UInt64]
    /// The range of bytes in the buffer.
    var begin: UInt64
    var end: UInt64
  }

  /// The limit of the format.
  private static let longest: UInt64 = 100_000_000

  /// The tensors in the order of the header.
  let tensors: [Tensor]
  /// The names of texts beside them.
  let metadata: [String]
  /// The offset of the buffer in the file.
  let bufferOffset: UInt64

  /// Whether a file starts like a safetensors file: with a length that fits, and a brace.
  static func isLikely(_ file: InputFile) throws(VectorFileError) -> Bool {
    guard file.byteCount > 10 else { return false }
    let start = try file.bytes(at: 0, count: 9)
    let length = littleEndian(start, at: 0, as: UInt64.self)
    return length >= 2 && length <= min(longest, file.byteCount - 8) && start[8] == UInt8(ascii: "{")
  }

  init(_ file: InputFile) throws(VectorFileError) {
    func wrong(_ expected: String, _ found: String) -> VectorFileError {
      .malformed(path: file.path, place: .header, expected: expected, found: found)
    }
    guard file.byteCount >= 8 else { throw wrong("8 bytes with the header's length", "\(file.byteCount)") }
    let length = littleEndian(try file.bytes(at: 0, count: 8), at: 0, as: UInt64.self)
    let rest = file.byteCount - 8
    guard length <= rest, length <= SafetensorsHeader.longest else {
      throw wrong("a header of at most \(min(rest, SafetensorsHeader.longest)) bytes", "one of \(length)")
    }
    var json = JSONReader(try file.bytes(at: 8, count: Int(length)))
    do throws(UnexpectedText) {
      (tensors, metadata) = try SafetensorsHeader.content(&json)
    } catch {
      throw wrong(error.expected, error.found)
    }
    bufferOffset = 8 + length
    try check(file)
  }

  /// Checks that each tensor has the size of its shape, and that the tensors fill the buffer.
  private func check(_ file: InputFile) throws(VectorFileError) {
    var reached: UInt64 = 0
    for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      func wrong(_ expected: String, _ found: String) -> VectorFileError {
        .malformed(path: file.path, place: .tensor(tensor.name), expected: expected, found: found)
      }
      let offsets = "bytes \(tensor.begin) to \(tensor.end)"
      guard tensor.begin == reached, tensor.end >= tensor.begin else {
        throw wrong("to begin at byte \(reached) of the buffer, without a gap or an overlap", offsets)
      }
      guard tensor.end <= file.byteCount - bufferOffset else {
        throw wrong("to lie in a buffer of \(file.byteCount - bufferOffset) bytes", offsets)
      }
      if let size = SafetensorsHeader.size(tensor.dtype) {
        let bytes = tableBytes(tensor.shape, elementSize: size)
        guard bytes == tensor.end - tensor.begin else {
          throw wrong(
            "\(bytes.map(String.init) ?? "more than 2^64") bytes for \(tensor.dtype) × \(tensor.shape)", offsets)
        }
      }
      reached = tensor.end
    }
    guard reached == file.byteCount - bufferOffset else {
      throw .wrongSize(
        path: file.path, expected: bufferOffset + reached, found: file.byteCount, reason: "the tensors' table")
    }
  }

  /// The type of the components; `nil` for one that Akin does not read.
  static func element(_ dtype: String) -> Element? {
    switch dtype {
    case "F16": .float16
    case "BF16": .bfloat16
    case "F32": .float32
    case "F64": .float64
    case "I8": .int8
    case "U8": .uint8
    case "I16": .int16
    case "U16": .uint16
    case "I32": .int32
    case "U32": .uint32
    case "I64": .int64
    case "U64": .uint64
    default: nil
    }
  }

  private static func size(_ dtype: String) -> Int? {
    element(dtype)?.size ?? (dtype == "BOOL" ? 1 : dtype == "C64" ? 8 : nil)
  }
}

extension SafetensorsHeader {
  private static func content(
    _ json: inout JSONReader
  ) throws(UnexpectedText) -> (tensors: [Tensor], metadata: [String]) {
    var tensors: [Tensor] = []
    var metadata: [String] = []
    var names: Set<[UInt8]> = []
    try json.expect("{")
    if !json.skip("}") {
      repeat {
        let name = try json.string()
        guard names.insert(Array(name.utf8)).inserted else {
          throw .init(expected: "each name once", found: "'\(name.prefix(80))' twice")
        }
        try json.expect(":")
        if name == "__metadata__" {
          metadata = try namesOfTexts(&json)
        } else {
          tensors.append(try tensor(name, &json))
        }
      } while json.skip(",")
      try json.expect("}")
    }
    try json.expectEnd()
    return (tensors, metadata)
  }

  private static func tensor(_ name: String, _ json: inout JSONReader) throws(UnexpectedText) -> Tensor {
    var dtype: String?
    var shape: [UInt64]?
    var offsets: [UInt64]?
    try json.expect("{")
    repeat {
      let key = try json.string()
      try json.expect(":")
      switch key {
      case "dtype" where dtype == nil: dtype = try json.string()
      case "shape" where shape == nil: shape = try json.numbers(atMost: 64)
      case "data_offsets" where offsets == nil: offsets = try json.numbers(atMost: 2)
      default: throw .init(expected: "dtype, shape and data_offsets, each once", found: "'\(key.prefix(80))'")
      }
    } while json.skip(",")
    try json.expect("}")
    guard let dtype, let shape, let offsets, offsets.count == 2 else {
      throw .init(expected: "dtype, shape and two data_offsets for '\(name.prefix(80))'", found: "not all of them")
    }
    return Tensor(name: name, dtype: dtype, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private static func namesOfTexts(_ json: inout JSONReader) throws(UnexpectedText) -> [String] {
    var names: [String] = []
    try json.expect("{")
    if json.skip("}") { return names }
    repeat {
      names.append(try json.string())
      try json.expect(":")
      _ = try json.string()
    } while json.skip(",")
    try json.expect("}")
    return names
  }
}
