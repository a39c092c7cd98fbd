import Foundation
import Testing

@testable import AkinTool

/// The command lines that README and the pages show have a meaning: no page names an option that is not there.
@Suite("The commands that pages show")
struct PageCommandTests {
  @Test("parse")
  func parse() throws {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let catalogue = root.appendingPathComponent("Sources/Akin/Akin.docc")
    let pages = try FileManager.default.contentsOfDirectory(at: catalogue, includingPropertiesForKeys: nil)
    var parsed = 0
    for page in pages.filter({ $0.pathExtension == "md" }) + [root.appendingPathComponent("README.md")] {
      for line in try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n") {
        // `$ akin …` with its output, or `    akin …` alone. Brackets stand for what may be left out.
        guard let start = ["$ akin ", "    akin ", "<!-- run: akin "].first(where: line.hasPrefix) else { continue }
        guard !line.contains("["), !line.contains("MODEL") else { continue }
        let words = Self.words(line.dropFirst(start.count).replacingOccurrences(of: " -->", with: ""))
        let verb = try #require(Tool.verbs.first { $0.command.name == words[0] }, "\(page.lastPathComponent): \(line)")
        #expect(throws: Never.self, "\(page.lastPathComponent): \(line)") {
          _ = try Parser.parse(Array(words.dropFirst()), for: verb.command)
        }
        parsed += 1
      }
    }
    #expect(parsed > 20)
  }

  /// The words of a command line, as a shell splits them; single quotes hold words together.
  private static func words(_ line: String) -> [String] {
    line.components(separatedBy: "'").enumerated().flatMap { place, part in
      place % 2 == 1 ? [part] : part.components(separatedBy: " ").filter { !$0.isEmpty }
    }
  }
}
