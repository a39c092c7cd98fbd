import AkinSupport

/// An `.npy` column of integers of at least 0.
struct IntegerColumn {
  private let element: Element
  /// The number of integers.
  let count: Int
  private let offset: UInt64
  private let isSwapped: Bool
  private let what: String

  /// A column inside the file, as the header of an archive says.
  init(_ element: Element, count: Int, offset: UInt64, isSwapped: Bool) {
    self.element = element
    self.isSwapped = isSwapped
    self.count = count
    self.offset = offset
    what = "id"
  }

  /// - Parameter what: What one of the integers is, in errors: `id`.
  init(
    _ file: InputFile, _ header: NpyHeader, _ element: Element, of what: String = "id"
  ) throws(VectorFileError) {
    guard element.isInteger else {
      throw .unsupported(
        path: file.path, place: .header, found: "an array of floats as \(what)s",
        advice: "save integers: numpy.save('\(what)s.npy', \(what)s.astype('<i8')), or text with one \(what) a line")
    }
    self.element = element
    isSwapped = header.isSwapped
    self.what = what
    count = try header.columnCount(file)
    offset = header.dataOffset
  }

  func forEach(
    _ file: InputFile, _ execution: Execution, _ body: (UInt64) throws(VectorFileError) -> Void
  ) throws {
    let chunk = 65_536
    for start in stride(from: 0, to: count, by: chunk) {
      try execution.checkCancellation()
      let size = element.size
      var bytes = try file.bytes(at: offset + UInt64(start * size), count: min(chunk, count - start) * size)
      // Safe: the array is this column's own.
      if isSwapped { unsafe bytes.withUnsafeMutableBytes { unsafe reverseBytes(of: $0, each: size) } }
      for index in 0..<bytes.count / size {
        guard let number = number(bytes, at: index * size) else {
          throw VectorFileError.malformed(
            path: file.path, place: .row(start + index), expected: "\(what == "id" ? "an" : "a") \(what) of at least 0",
            found: "a negative number")
        }
        try body(number)
      }
    }
  }

  private func number(_ bytes: [UInt8], at place: Int) -> UInt64? {
    switch element {
    case .int8: UInt64(exactly: littleEndian(bytes, at: place, as: Int8.self))
    case .int16: UInt64(exactly: littleEndian(bytes, at: place, as: Int16.self))
    case .int32: UInt64(exactly: littleEndian(bytes, at: place, as: Int32.self))
    case .int64: UInt64(exactly: littleEndian(bytes, at: place, as: Int64.self))
    case .uint8: UInt64(bytes[place])
    case .uint16: UInt64(littleEndian(bytes, at: place, as: UInt16.self))
    case .uint32: UInt64(littleEndian(bytes, at: place, as: UInt32.self))
    default: littleEndian(bytes, at: place, as: UInt64.self)
    }
  }
}
