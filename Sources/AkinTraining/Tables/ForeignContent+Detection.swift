import AkinSupport

// What a file is by its first bytes: marks, structure, and what its first lines show.

extension ForeignContent {
  /// The content that the first bytes of a file tell; `nil` for what may be rows of text.
  ///
  /// - Parameters:
  ///   - start: The first bytes, without a byte order mark of UTF-8.
  ///   - is8Bit: Whether the caller has named an encoding in which any bytes but zeros are text.
  init?(_ start: ArraySlice<UInt8>, is8Bit: Bool) {
    let start = Array(start)
    if !is8Bit || start.contains(0),
      let content = ForeignContent.allCases.first(where: { $0.marks.contains { start.starts(with: $0) } })
    {
      self = content == .zip ? ForeignContent.archive(start) : content
    } else if start.count > 261, start[257...].starts(with: "ustar".utf8) {
      self = .tar
    } else if start.starts(with: "<stata_dta>".utf8) {
      self = .stata
    } else if FileSignature.isMarkup(start) {
      self = ForeignContent.markup(start)
    } else if FileSignature.pointer.marks.contains(where: { start.starts(with: $0) }) {
      self = .pointer
    } else if let first = start.firstIndex(where: { !" \t\r\n".utf8.contains($0) }),
      let content = ForeignContent.structured(start[first...])
    {
      self = content
    } else if let content = ForeignContent.shown(start) {
      self = content
    } else {
      return nil
    }
  }

  /// What zeros in a first row are: every second byte of Latin letters in UTF-16 is one.
  ///
  /// - Parameter row: The bytes of the row.
  init(zerosIn row: some Collection<UInt8>) {
    // In other files zeros stand side by side.
    let longest = row.split(omittingEmptySubsequences: true) { $0 != 0 }.map(\.count).max() ?? 0
    guard longest < 5, 3 * row.count(where: { $0 == 0 }) > row.count else {
      self = .binary
      return
    }
    self = row.first == 0 ? .utf16BigEndian : .utf16
  }

  /// The kind of a web page or XML: graphs have elements of their own.
  private static func markup(_ start: [UInt8]) -> ForeignContent {
    let text = String(decoding: start, as: UTF8.self).lowercased()
    return text.contains("<graphml") ? .graphML : text.contains("<gexf") ? .gexf : .markup
  }

  /// The kind of a zip archive, by the name of its first member.
  private static func archive(_ start: [UInt8]) -> ForeignContent {
    let name = String(decoding: start.dropFirst(30), as: UTF8.self)
    if name.contains("word/") || name.contains("ppt/") || name.hasPrefix("Index/")
      || name.hasPrefix("mimetypeapplication/vnd.oasis.opendocument.text")
    {
      return .document
    }
    if FileSignature.isWorkbook(name) { return .excel }
    return name.prefix(120).contains(".npy") ? .numpyArchive : .zip
  }
}
