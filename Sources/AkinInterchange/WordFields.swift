import AkinSupport
import AkinVectors

extension WordVectors {
  /// The first line `N D`.
  struct Header {
    var count: UInt64
    var dimension: UInt64

    init(count: UInt64, dimension: UInt64) {
      self.count = count
      self.dimension = dimension
    }

    /// Parses the line; `nil` for another text.
    @unsafe init?(_ line: UnsafeRawBufferPointer) {
      guard line.count <= 64 else { return nil }
      let fields = unsafe line.split(whereSeparator: isSeparator).map { unsafe String(decoding: $0, as: UTF8.self) }
      guard fields.count == 2, let count = UInt64(canonical: fields[0]), let dimension = UInt64(canonical: fields[1])
      else { return nil }
      self.init(count: count, dimension: dimension)
    }

    /// Reads the first line.
    static func read(_ window: FileWindow) throws(VectorFileError) -> Header {
      guard let line = try unsafe window.nextLine(), let header = unsafe Header(line) else {
        throw .malformed(
          path: window.file.path, place: .line(1), expected: "two numbers, rows and dimension", found: "something else")
      }
      return header
    }
  }

  /// Counts the numbers at the end of a line after a token, up to a limit.
  @unsafe static func countNumbers(_ line: UnsafeRawBufferPointer, atMost limit: Int) -> Int {
    // Without leading separators, the rest before a number is empty or begins with a token.
    var rest = unsafe line.drop(while: isSeparator)
    var count = 0
    while count < limit, let field = unsafe takeLast(&rest), unsafe parseFloat(field) != nil, unsafe !rest.isEmpty {
      count += 1
    }
    return count
  }

  /// Removes the last field of a line and the separators after it; `nil` if there are only separators.
  @unsafe static func takeLast(_ rest: inout Slice<UnsafeRawBufferPointer>) -> UnsafeRawBufferPointer? {
    unsafe trim(&rest)
    var start = unsafe rest.endIndex
    while unsafe start > rest.startIndex, unsafe !isSeparator(rest[start - 1]) { start -= 1 }
    guard unsafe start < rest.endIndex else { return nil }
    let field = unsafe UnsafeRawBufferPointer(rebasing: rest[start...])
    unsafe rest = unsafe rest[..<start]
    return unsafe field
  }

  /// Removes the separators at the end.
  @unsafe static func trim(_ rest: inout Slice<UnsafeRawBufferPointer>) {
    while let last = unsafe rest.last, isSeparator(last) { unsafe rest = unsafe rest.dropLast() }
  }

  /// Whether a byte is a space or a tab.
  static func isSeparator(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  /// Whether a line is UTF-8 without control characters other than tabs.
  @unsafe static func isText(_ line: UnsafeRawBufferPointer) -> Bool {
    unsafe line.allSatisfy { $0 >= 0x20 || $0 == 0x09 } && String(validating: line, as: UTF8.self) != nil
  }
}
