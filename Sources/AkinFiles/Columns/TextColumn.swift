import AkinSupport
import AkinVectors

/// A column of one text per row, read in place: titles, text ids, category names.
///
/// Stored as two sections: `count + 1` offsets (u64, the first 0), and the UTF-8 bytes of all texts, one after the
/// other.
@safe public struct TextColumn: Sendable {
  /// The number of rows.
  public let count: Int
  let offsets: SectionView
  let text: SectionView

  /// Reads a pair of sections; `nil` when the file has none.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - offsets: The section of the offsets.
  ///   - text: The section of the bytes; absent when all texts are empty.
  ///   - count: The number of rows that is required; `nil` when the sections decide.
  ///   - isOptional: Whether the sections may be absent with a `count`; otherwise they are missing then.
  /// - Throws: ``FileError`` for sections that contradict each other or `count`.
  package init?(
    in file: ContainerFile, offsets: SectionName, text: SectionName, count: Int? = nil, isOptional: Bool = true
  ) throws(FileError) {
    guard let view = try file.optionalSection(offsets, elementBytes: 8) else {
      try file.refuseSection(text)
      guard isOptional else { throw file.error(.missingSection(offsets)) }
      return nil
    }
    if let count, view.count != count + 1 {
      throw file.error(.badSection(offsets, .count(expected: UInt64(count) + 1, found: UInt64(view.count))))
    }
    self.offsets = view
    self.text = try file.sectionOrEmpty(text, elementBytes: 0)
    self.count = view.count - 1
  }

  /// The text of a row; `nil` for a row that does not exist or whose offsets are damaged.
  ///
  /// - Parameter row: The row.
  /// - Complexity: O(*bytes of the text*).
  public subscript(row: Row) -> String? {
    guard let bytes = unsafe bytes(at: Int(row.index)) else { return nil }
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// A copy of all texts, for building another file; `nil` when one is damaged.
  package func copy() -> [String]? {
    var texts: [String] = []
    texts.reserveCapacity(count)
    unsafe forEach { row, bytes in
      if row == texts.count, let text = unsafe String(validating: bytes, as: UTF8.self) { texts.append(text) }
    }
    return texts.count == count ? texts : nil
  }

  /// Copies of the texts of some rows, in their order; empty for a damaged one.
  ///
  /// - Complexity: O(*bytes of all texts*), whatever the offsets say, as for ``forEach(_:)``.
  package func texts(_ rows: Range<Int>) -> [String] {
    var texts: [String] = []
    texts.reserveCapacity(rows.count)
    var reached: UInt64 = 0
    for row in rows {
      guard let start = offsets.u64(at: row), start >= reached, let bytes = unsafe bytes(at: row) else {
        texts.append("")
        continue
      }
      reached = start + UInt64(bytes.count)
      texts.append(unsafe String(decoding: bytes, as: UTF8.self))
    }
    return texts
  }

  /// Calls `body` with each row and its bytes, in row order; skips rows with damaged offsets.
  ///
  /// - Complexity: O(*bytes of all texts*), whatever the offsets say: a text that starts inside the one before it
  ///   counts as damaged.
  @unsafe package func forEach(_ body: (_ row: Int, _ bytes: UnsafeRawBufferPointer) -> Void) {
    var reached: UInt64 = 0
    for row in 0..<count {
      guard let start = offsets.u64(at: row), start >= reached, let bytes = unsafe bytes(at: row) else { continue }
      reached = start + UInt64(bytes.count)
      unsafe body(row, bytes)
    }
  }

  /// The bytes of a row's text, valid while the column lives.
  @unsafe package func bytes(at index: Int) -> UnsafeRawBufferPointer? {
    guard index >= 0, index < count, let start = offsets.u64(at: index), let end = offsets.u64(at: index + 1) else {
      return nil
    }
    return unsafe text.slice(start, end)
  }

  /// Adds what is wrong: offsets that fall or do not end with the text, texts that are not UTF-8 or too long.
  package func check(_ list: inout DamageList, limit: UInt64 = .max) {
    checkOffsets(offsets, end: UInt64(text.byteCount), &list)
    unsafe forEach { row, bytes in
      let start = Int(offsets.u64(at: row) ?? 0)
      let range = start..<start + bytes.count
      if UInt64(bytes.count) > limit {
        list.add(text, range, .idTooLong(row: UInt64(row), bytes: UInt64(bytes.count)))
      }
      if !(unsafe isUTF8(bytes)) { list.add(text, range, .notUTF8(row: UInt64(row))) }
    }
  }
}

/// Whether bytes are valid UTF-8.
private func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
  if unsafe bytes.allSatisfy({ $0 < 0x80 }) { return true }
  return unsafe String(validating: bytes, as: UTF8.self) != nil
}

/// Adds each row whose offsets fall, and the first and last offset when they are not 0 and `end`.
func checkOffsets(_ offsets: SectionView, end: UInt64, _ list: inout DamageList) {
  var previous: UInt64 = 0
  for index in 0..<offsets.count {
    let offset = offsets.u64(at: index) ?? 0
    let isRight =
      switch index {
      case 0: offset == 0
      case offsets.count - 1: offset == end && offset >= previous
      default: offset >= previous && offset <= end
      }
    if !isRight || (offsets.count == 1 && end != 0) {
      list.add(offsets, index * 8..<index * 8 + 8, .offsets(row: UInt64(max(0, index - 1))))
    }
    previous = offset
  }
}
