import Foundation

/// The folder of this package.
let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The text of a file of this package, by its path from the root.
func page(_ path: String) throws -> String {
  try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
}

/// The code blocks of a language in a page of Markdown, each as its lines.
func codeBlocks(_ language: String, in page: String) -> [[String]] {
  var blocks: [[String]] = []
  var isInside = false
  for line in page.components(separatedBy: "\n") {
    if line == "```" + language {
      isInside = true
      blocks.append([])
    } else if line == "```" {
      isInside = false
    } else if isInside {
      blocks[blocks.count - 1].append(line)
    }
  }
  return blocks
}

/// The rows of the first table under a heading, without the two that name its columns; each cell trimmed.
func tableRows(under heading: String, in page: String) -> [[String]] {
  let lines = page.components(separatedBy: "\n")
  guard let start = lines.firstIndex(where: { $0.drop { $0 == "#" } == " " + heading }) else { return [] }
  let table = lines[start...].drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
  return table.dropFirst(2).map { line in
    line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast().map {
      $0.trimmingCharacters(in: .whitespaces)
    }
  }
}
