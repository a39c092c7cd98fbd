// Tables that are shown to people.

extension TextOpening {
  /// A tibble as R prints it.
  var isTibble: Bool { first.hasPrefix("# A tibble: ") || first.hasPrefix("# Source: ") && lines.count > 1 }

  /// A relation of Weka.
  var isARFF: Bool { words.hasPrefix("@relation ") }

  /// Lines that are an element with attributes, or a row of a table: `<r u="1" i="10"/>`, `<tr><td>1</td></tr>`.
  var areElements: Bool {
    allButLast { line in
      line.hasSuffix("/>") && line.first == "<" && line.contains("=\"")
        || line.hasPrefix("<tr") && line.hasSuffix("</tr>")
    }
  }

  /// Rows of a table of HTML, over several lines: `<TR><TD>1</TD>`.
  var areRowsOfHTML: Bool { words.hasPrefix("<tr>") || words.hasPrefix("<tr ") || words.hasPrefix("<tbody") }

  /// A table of MediaWiki.
  var isWikiTable: Bool { first.hasPrefix("{|") && lines.contains { $0.hasPrefix("|-") } }

  /// A table of BBCode.
  var isBBCode: Bool {
    guard first.hasPrefix("[table"), let close = first.firstIndex(of: "]") else { return false }
    return ["", "["].contains(first[first.index(after: close)...].prefix(1))
  }

  /// Records whose fields stand below each other, as mysql's `\G`, psql's `\x` and ClickHouse's `Vertical` show them.
  var areRecords: Bool {
    first.hasPrefix("-[ RECORD ") || first.hasPrefix("*****") && first.hasSuffix(". row ***************************")
      || first == "Row 1:" && lines.count > 2 && TextOpening.isRule(lines[1]) && lines[2].contains(":")
  }

  /// A table as Stata lists it: one pair of bars around each row, behind its number.
  var isListOfStata: Bool {
    guard lines.count > 3, TextOpening.isRule(lines[0]), TextOpening.isRule(lines[2]) else { return false }
    return lines[3].hasPrefix("1. |")
      && [lines[1], lines[3]].allSatisfy { $0.last == "|" && $0.count { $0 == "|" } == 2 }
  }

  /// A frame as Julia prints it: a number of each row before a bar, below a line of types behind one.
  var isFrameOfJulia: Bool {
    guard let names = lines.firstIndex(where: { $0.hasPrefix("Row \u{2502} ") }), names < 2, lines.count > names + 2
    else { return false }
    return lines[names + 1].hasPrefix("\u{2502} ") || lines[names + 1].contains("\u{253C}")
  }

  /// A series of pandas, above a line of its type: `Name: count, dtype: int64`.
  var isSeries: Bool {
    guard lines.count > 1, let last = lines.last else { return false }
    return last.hasPrefix("dtype: ")
      || ["Name: ", "Length: "].contains(where: last.hasPrefix) && last.contains("dtype: ")
  }

  /// A table whose columns stand below rules: `----  ----`.
  var isBelowRule: Bool { rule.map { $0.contains(" ") && !$0.contains { !"-= ".contains($0) } } ?? false }

  /// A table with lines between its rows or columns.
  var isDrawn: Bool { rule != nil }

  /// A table between double bars, or of AsciiDoc.
  var isBarred: Bool { lines.count > 1 && (first.hasPrefix("||") || first == "|===") }

  /// A table of LaTeX, or rows of one: cells between `&`, and two backslashes behind.
  var isLaTeX: Bool {
    if ["\\begin{", "\\documentclass", "\\toprule", "\\hline"].contains(where: first.hasPrefix) { return true }
    let rows = lines.filter { !$0.hasPrefix("\\") }
    return rows.count > 1 && rows.allSatisfy { $0.contains("&") && $0.hasSuffix("\\\\") }
  }

  /// The rule among the first lines, if there is one.
  private var rule: String? { lines.prefix(4).first(where: TextOpening.isRule) }

  /// Whether a line draws an edge, or the rule below names: `---------+--------`, `|----|----|`, `┌────┬────┐`.
  private static func isRule(_ line: String) -> Bool {
    let strokes = line.unicodeScalars.count { $0 == "-" || $0 == "=" || (0x2500...0x257F).contains($0.value) }
    guard strokes > 4 else { return false }
    return line.unicodeScalars.allSatisfy {
      "-=+|: \t".unicodeScalars.contains($0) || (0x2500...0x257F).contains($0.value)
    }
  }
}
