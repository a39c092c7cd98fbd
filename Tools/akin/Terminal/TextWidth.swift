import AkinInterchange

// The width of text on a terminal.
extension String {
  /// The width in columns: two for East Asian and pictorial characters, none for combining marks.
  var terminalWidth: Int {
    // Fast path for plain ASCII.
    if utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return utf8.count }
    return reduce(0) { $0 + $1.terminalWidth }
  }

  /// The text cut to `width` columns; `…` replaces the rest.
  func truncated(toWidth width: Int) -> String {
    guard terminalWidth > width else { return self }
    var out = ""
    var used = 0
    for character in self {
      if used + character.terminalWidth > width - 1 { break }
      out.append(character)
      used += character.terminalWidth
    }
    return out + "…"
  }

  /// The text in pieces of at most `width` columns, broken behind a space, comma or slash where there is one.
  func pieces(ofWidth width: Int) -> [String] {
    var pieces: [String] = []
    var rest = Substring(self)
    while String(rest).terminalWidth > width {
      var (end, used, last) = (rest.startIndex, 0, rest.startIndex)
      while end < rest.endIndex, used + rest[end].terminalWidth <= width {
        used += rest[end].terminalWidth
        let next = rest.index(after: end)
        if " ,/".contains(rest[end]) { last = next }
        end = next
      }
      let cut = last > rest.startIndex ? last : max(end, rest.index(after: rest.startIndex))
      pieces.append(String(rest[..<cut]))
      rest = rest[cut...]
    }
    return pieces + [String(rest)]
  }

  /// The text padded with spaces to `width` columns.
  func padded(toWidth width: Int, alignRight: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - terminalWidth))
    return alignRight ? space + self : self + space
  }

  /// The text with `�` for each character that controls a terminal or breaks a line.
  ///
  /// Titles come from untrusted files and must not move the cursor or change colours.
  var printable: String {
    if unicodeScalars.allSatisfy({ !$0.isControl }) { return self }
    var out = String.UnicodeScalarView()
    for scalar in unicodeScalars { out.append(scalar.isControl ? "\u{FFFD}" : scalar) }
    return String(out)
  }
}

extension Unicode.Scalar {
  /// C0, delete, C1, line separators and bidirectional controls.
  var isControl: Bool { TextField.isControl(self) }
}

extension Character {
  /// The width in columns: 0, 1 or 2.
  fileprivate var terminalWidth: Int {
    guard let first = unicodeScalars.first else { return 0 }
    // Variation selector 16 asks for the emoji form: ❤️.
    if unicodeScalars.contains("\u{FE0F}") { return 2 }
    switch first.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: return Character.isWide(first.value) ? 2 : 1
    }
  }

  /// The blocks that are wide by East Asian Width (Unicode Annex 11) and common in titles.
  private static func isWide(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
      0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x1FA70...0x1FAFF,
      0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
