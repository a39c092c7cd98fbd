/// The header of an `.npy` file (NumPy enhancement proposal 1).
///
///     offset  size    field
///          0     6    magic   93 "NUMPY"
///          6     2    version 1.0, 2.0 or 3.0
///          8  2 or 4  header length: uint16 in version 1, uint32 after
///          …          a Python dictionary: 'descr', 'fortran_order', 'shape'; then spaces and a newline
///          …          the components; NumPy aligns them to 64 bytes, other writers do not
struct NpyHeader {
  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
  /// NumPy refuses headers of more than 10 000 bytes by default.
  private static let longest: UInt64 = 1 << 20

  var element: Element
  var shape: [UInt64]
  /// Whether components are in Fortran order.
  var isColumnOrder: Bool
  /// The offset of the components.
  var dataOffset: UInt64

  /// Reads the header and checks that the shape fills the rest of the file.
  init(_ file: InputFile) throws(VectorFileError) {
    func wrong(_ expected: String, _ found: String) -> VectorFileError {
      .malformed(path: file.path, place: .header, expected: expected, found: found)
    }
    let start = try file.bytes(at: 0, count: Int(min(file.byteCount, 12)))
    guard start.starts(with: NpyHeader.magic) else { throw wrong("the .npy magic 93 'NUMPY'", "other bytes") }
    guard start.count >= 10 else { throw wrong("at least 10 bytes", "\(start.count)") }
    guard (1...3).contains(start[6]), start[7] == 0 else {
      throw wrong("version 1.0, 2.0 or 3.0", "\(start[6]).\(start[7])")
    }
    let textOffset: UInt64 = start[6] == 1 ? 10 : 12
    guard UInt64(start.count) >= textOffset else { throw wrong("at least \(textOffset) bytes", "\(start.count)") }
    let length =
      start[6] == 1
      ? UInt64(littleEndian(start, at: 8, as: UInt16.self)) : UInt64(littleEndian(start, at: 8, as: UInt32.self))
    let rest = file.byteCount - textOffset
    guard length <= rest, length <= NpyHeader.longest else {
      throw wrong("a header of at most \(min(rest, NpyHeader.longest)) bytes", "one of \(length)")
    }
    var literal = PythonLiteral(try file.bytes(at: textOffset, count: Int(length)))
    let fields: NpyFields
    do throws(UnexpectedText) {
      fields = try NpyFields(&literal)
    } catch {
      throw wrong(error.expected, error.found)
    }
    element = try NpyHeader.element(fields.descr, file)
    shape = fields.shape
    isColumnOrder = fields.isColumnOrder
    dataOffset = textOffset + length
    try checkSize(file)
  }

  private func checkSize(_ file: InputFile) throws(VectorFileError) {
    let named = "(\(shape.map(String.init).joined(separator: ", ")))"
    let end = tableBytes(shape, elementSize: element.size)?.addingReportingOverflow(dataOffset)
    guard let end, !end.overflow else {
      throw .malformed(path: file.path, place: .header, expected: "a shape that fits the file", found: named)
    }
    guard end.partialValue == file.byteCount else {
      throw .wrongSize(
        path: file.path, expected: end.partialValue, found: file.byteCount,
        reason: "shape \(named) of \(element.size) bytes each, from byte \(dataOffset),")
    }
  }

  private static func element(_ descr: PythonLiteral.Descr, _ file: InputFile) throws(VectorFileError) -> Element {
    guard case .simple(let name) = descr else {
      throw .unsupported(
        path: file.path, place: .header, found: "a structured dtype",
        advice: "save the field that holds the vectors: numpy.save('vectors.npy', array['field'])")
    }
    switch name {
    case "<f2": return .float16
    case "<f4": return .float32
    case "<f8": return .float64
    case "|i1", "<i1": return .int8
    case "|u1", "<u1": return .uint8
    case "<i2": return .int16
    case "<u2": return .uint16
    case "<i4": return .int32
    case "<u4": return .uint32
    case "<i8": return .int64
    case "<u8": return .uint64
    default:
      let found = name.hasPrefix(">") ? "big-endian '\(name)'" : name == "|O" ? "an object array" : "dtype '\(name)'"
      throw .unsupported(
        path: file.path, place: .header, found: found,
        advice: "convert it: numpy.save('vectors.npy', array.astype('<f4'))")
    }
  }
}

/// The three entries of the dictionary, in any order, each once.
private struct NpyFields {
  var descr: PythonLiteral.Descr
  var isColumnOrder: Bool
  var shape: [UInt64]

  init(_ literal: inout PythonLiteral) throws(UnexpectedText) {
    var descr: PythonLiteral.Descr?
    var isColumnOrder: Bool?
    var shape: [UInt64]?
    try literal.expect("{")
    while !literal.skip("}") {
      let key = try literal.string()
      try literal.expect(":")
      switch key {
      case "descr" where descr == nil:
        descr = try literal.descr()
        // The rest of a structured dtype is not read, because it is refused.
        if descr == .structured {
          self.init(descr: .structured, isColumnOrder: false, shape: [])
          return
        }
      case "fortran_order" where isColumnOrder == nil: isColumnOrder = try literal.bool()
      case "shape" where shape == nil: shape = try literal.tuple()
      default: throw .init(expected: "'descr', 'fortran_order' and 'shape', each once", found: "'\(key.prefix(40))'")
      }
      guard literal.skip(",") else {
        try literal.expect("}")
        break
      }
    }
    try literal.expectEnd()
    guard let descr, let isColumnOrder, let shape else {
      throw .init(expected: "'descr', 'fortran_order' and 'shape'", found: "not all of them")
    }
    self.init(descr: descr, isColumnOrder: isColumnOrder, shape: shape)
  }

  private init(descr: PythonLiteral.Descr, isColumnOrder: Bool, shape: [UInt64]) {
    self.descr = descr
    self.isColumnOrder = isColumnOrder
    self.shape = shape
  }
}
