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

  /// The type of the components.
  enum Content {
    case numbers(Element)
    /// Truth values of one byte each, 0 or 1.
    case flags
    /// Texts of a fixed number of code points, 4 bytes each; zeros fill the rest.
    case codePoints(Int)
    /// Texts of a fixed number of bytes; zeros fill the rest.
    case bytes(Int)

    /// Bytes of one component.
    var size: Int {
      switch self {
      case .numbers(let element): element.size
      case .flags: 1
      case .codePoints(let count): 4 * count
      case .bytes(let count): count
      }
    }
  }

  var content: Content
  /// Whether the bytes of components are in big-endian order.
  var isSwapped = false
  var shape: [UInt64]
  /// Whether components are in Fortran order.
  var isColumnOrder: Bool
  /// The offset of the components.
  var dataOffset: UInt64

  /// Reads the header and checks that the shape fills the rest of the file, or of a part of it.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - part: The range of the array in the file, or `nil` for all; it lies in the file.
  ///   - place: The place in errors.
  init(_ file: InputFile, part: Range<UInt64>? = nil, place: FilePlace = .header) throws(VectorFileError) {
    func wrong(_ expected: String, _ found: String) -> VectorFileError {
      .malformed(path: file.path, place: place, expected: expected, found: found)
    }
    let part = part ?? 0..<file.byteCount
    let byteCount = part.upperBound - part.lowerBound
    let start = try file.bytes(at: part.lowerBound, count: Int(min(byteCount, 12)))
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
    let rest = byteCount - textOffset
    guard length <= rest, length <= NpyHeader.longest else {
      throw wrong("a header of at most \(min(rest, NpyHeader.longest)) bytes", "one of \(length)")
    }
    var literal = PythonLiteral(try file.bytes(at: part.lowerBound + textOffset, count: Int(length)))
    let fields: NpyFields
    do throws(UnexpectedText) {
      fields = try NpyFields(&literal)
    } catch {
      throw wrong(error.expected, error.found)
    }
    (content, isSwapped) = try NpyHeader.content(fields.descr, file, place)
    guard fields.shape.count < 3 else {
      throw .unsupported(
        path: file.path, place: place,
        found: "an array of \(fields.shape.count) dimensions, as it needs an array of 1 or 2 dimensions",
        advice: "save a row for each item: numpy.save('vectors.npy', array.reshape(-1, array.shape[-1]))")
    }
    shape = fields.shape
    isColumnOrder = fields.isColumnOrder
    dataOffset = part.lowerBound + textOffset + length
    try checkSize(file, end: part.upperBound, place)
  }

  /// Whether a part of a file is an array of Python's objects, by the text of its header.
  static func holdsObjects(_ file: InputFile, _ part: Range<UInt64>) throws(VectorFileError) -> Bool {
    let start = try file.bytes(at: part.lowerBound, count: Int(min(part.upperBound - part.lowerBound, 128)))
    return String(decoding: start, as: UTF8.self).contains("'descr': '|O'")
  }

  private func checkSize(_ file: InputFile, end limit: UInt64, _ place: FilePlace) throws(VectorFileError) {
    let named = "(\(shape.map(String.init).joined(separator: ", ")))"
    let end = tableBytes(shape, elementSize: content.size)?.addingReportingOverflow(dataOffset)
    guard let end, !end.overflow else {
      throw .malformed(path: file.path, place: place, expected: "a shape that fits the file", found: named)
    }
    guard end.partialValue == limit else {
      throw .wrongSize(
        path: file.path, expected: end.partialValue, found: limit,
        reason: "shape \(named) of \(content.size) bytes each, from byte \(dataOffset),")
    }
  }

  /// The type of the numbers.
  ///
  /// - Throws: ``VectorFileError/unsupported(path:place:found:advice:)`` for texts and truth values.
  func element(_ file: InputFile, place: FilePlace = .header) throws(VectorFileError) -> Element {
    switch content {
    case .numbers(let element): return element
    case .flags:
      throw .unsupported(
        path: file.path, place: place, found: "dtype '|b1' as numbers",
        advice: "convert it: numpy.save('vectors.npy', array.astype('<f4'))")
    case .codePoints, .bytes:
      throw .unsupported(
        path: file.path, place: place, found: "an array of texts as numbers",
        advice: "give texts as ids: --ids \(file.path); numbers that are texts: "
          + "numpy.save('vectors.npy', numpy.load('\(file.path)').astype('<f4'))")
    }
  }

  private static func content(
    _ descr: PythonLiteral.Descr, _ file: InputFile, _ place: FilePlace
  ) throws(VectorFileError) -> (Content, isSwapped: Bool) {
    guard case .simple(let written) = descr else {
      throw .unsupported(
        path: file.path, place: place, found: "a structured dtype",
        advice: "save the field that holds the vectors: numpy.save('vectors.npy', array['field'])")
    }
    let isSwapped = written.hasPrefix(">")
    let name = isSwapped ? "<" + written.dropFirst() : written
    if let element = elements[name] { return (.numbers(element), isSwapped) }
    if name == "|b1" { return (.flags, false) }
    for (kind, isWide) in [("<U", true), ("|S", false), ("<S", false)] where name.hasPrefix(kind) {
      if let count = UInt64(canonical: String(name.dropFirst(2))), (1...UInt64(1 << 16)).contains(count) {
        return (isWide ? .codePoints(Int(count)) : .bytes(Int(count)), isSwapped && isWide)
      }
    }
    var found = "dtype '\(written)'"
    var advice = "convert it: numpy.save('vectors.npy', array.astype('<f4'))"
    switch name {
    case _ where name.hasPrefix("<c"):
      advice = "save both parts: numpy.save('vectors.npy', numpy.hstack([array.real, array.imag]).astype('<f4'))"
    case _ where name.hasPrefix("<m") || name.hasPrefix("<M"):
      advice = "save an array of numbers, one row for each item"
    case "|O":
      found = "an object array"
      advice =
        "convert it: numpy.save('vectors.npy', numpy.stack(array).astype('<f4')); ids as texts: "
        + "numpy.save('ids.npy', array.astype('U'))"
    case "|V2", "<V2":
      // NumPy has no bfloat16: ml_dtypes saves it as two bytes without a type, and so it is loaded.
      found = "two bytes without a type, as bfloat16 is saved"
      advice =
        "convert it: a = numpy.load('\(file.path)').view('<u2').astype('<u4') << 16; "
        + "numpy.save('vectors.npy', a.view('<f4'))"
    default: break
    }
    throw .unsupported(path: file.path, place: place, found: found, advice: advice)
  }

  private static let elements: [String: Element] = [
    "<f2": .float16, "<f4": .float32, "<f8": .float64, "|i1": .int8, "<i1": .int8, "|u1": .uint8, "<u1": .uint8,
    "<i2": .int16, "<u2": .uint16, "<i4": .int32, "<u4": .uint32, "<i8": .int64, "<u8": .uint64,
  ]
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
