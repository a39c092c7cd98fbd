import AkinSupport

/// An `.npy` column of texts: code points of 4 bytes, or bytes of UTF-8; zeros fill the rest of each.
struct TextArray {
  /// The number of texts.
  let count: Int
  private let content: NpyHeader.Content
  private let offset: UInt64
  private let isSwapped: Bool

  init(_ file: InputFile, _ header: NpyHeader) throws(VectorFileError) {
    content = header.content
    count = try header.columnCount(file)
    offset = header.dataOffset
    isSwapped = header.isSwapped
  }

  /// Calls `body` with each text.
  ///
  /// - Throws: ``VectorFileError`` for a text that is none, what `body` throws, or `Cancelled`.
  func forEach(
    _ file: InputFile, _ execution: Execution, _ body: (String) throws(VectorFileError) -> Void
  ) throws {
    let size = content.size
    let chunk = max(1, (1 << 20) / size)
    for start in stride(from: 0, to: count, by: chunk) {
      try execution.checkCancellation()
      var bytes = try file.bytes(at: offset + UInt64(start) * UInt64(size), count: min(chunk, count - start) * size)
      // Safe: the array is this column's own. A code point has 4 bytes.
      if isSwapped { unsafe bytes.withUnsafeMutableBytes { unsafe reverseBytes(of: $0, each: 4) } }
      for index in 0..<bytes.count / size {
        guard let text = text(bytes[index * size..<(index + 1) * size]) else {
          throw VectorFileError.malformed(
            path: file.path, place: .row(start + index), expected: "a text in Unicode", found: "other bytes")
        }
        try body(text)
      }
    }
  }

  private func text(_ bytes: ArraySlice<UInt8>) -> String? {
    guard case .codePoints = content else {
      let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? bytes.startIndex
      return String(validating: bytes[bytes.startIndex..<end], as: UTF8.self)
    }
    var scalars = String.UnicodeScalarView()
    var zeros = 0
    for place in stride(from: bytes.startIndex, to: bytes.endIndex, by: 4) {
      let value = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) }
      if value == 0 {
        zeros += 1
        continue
      }
      guard let scalar = Unicode.Scalar(value), zeros == 0 else { return nil }
      scalars.append(scalar)
    }
    return String(scalars)
  }
}
