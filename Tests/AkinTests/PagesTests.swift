import Foundation
import Testing

/// What README and the pages name exists.
@Suite("The pages")
struct PagesTests {
  private static let catalogue = "Sources/Akin/Akin.docc"

  private static func pages() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(catalogue).path)
      .filter { $0.hasSuffix(".md") }.sorted()
  }

  @Test("are all in the table of contents, and README links lead to files")
  func links() throws {
    let contents = try page("\(Self.catalogue)/Akin.md")
    for name in try Self.pages() where name != "Akin.md" {
      #expect(contents.contains("- <doc:\(name.dropLast(3))>"), "Akin.md does not link \(name)")
    }
    let links = try page("README.md").matches(of: /\]\(([^)#]+)(#[^)]*)?\)/).map { String($0.output.1) }
      .filter { !$0.hasPrefix("https:") }
    #expect(links.count > 10)
    for link in links {
      let path = root.appendingPathComponent(link).path
      #expect(FileManager.default.fileExists(atPath: path), "README links \(link), which is not there")
    }
  }

  @Test("name in the glossary only what the sources declare or use")
  func glossary() throws {
    let swift = try words(in: ["Sources", "Indexes"], of: ["swift"])
    let c = try words(in: ["Sources/CAkinKernels"], of: ["c", "h"])
    var checked = 0
    var terms = 0
    for line in try page("\(Self.catalogue)/Glossary.md").components(separatedBy: "\n") {
      if line.hasPrefix("- **") { terms += 1 }
      guard line.hasPrefix("  Source: ") else { continue }
      terms -= 1
      // "Source: … Swift: `A`, `B`. C: `c`."
      let parts = line.components(separatedBy: " C: ")
      let names = parts[0].components(separatedBy: " Swift: ").dropFirst().joined()
      for (text, known, language) in [(names, swift, "Swift"), (parts.dropFirst().joined(), c, "C")] {
        for match in text.matches(of: /`([A-Za-z0-9_]+)`/) {
          let name = String(match.output.1)
          #expect(known.contains(name), "the glossary names \(name), which no \(language) has")
          checked += 1
        }
      }
    }
    #expect(terms == 0, "each term has one line with its source")
    #expect(checked > 100)
  }

  @Test("give the version of the command")
  func version() throws {
    let tool = try page("Tools/akin/Tool.swift")
    let version = try #require(tool.firstMatch(of: /static let version = "([0-9.]+)"/)).output.1
    #expect(try page("README.md").contains(".upToNextMinor(from: \"\(version)\")"))
    #expect(try page("CHANGELOG.md").contains("\n## \(version) ("))
  }

  /// All words of the files below some folders that have one of the endings.
  private func words(in folders: [String], of endings: Set<String>) throws -> Set<String> {
    var found: Set<String> = []
    for folder in folders {
      let home = root.appendingPathComponent(folder)
      let files = FileManager.default.enumerator(at: home, includingPropertiesForKeys: nil)
      while let file = files?.nextObject() as? URL {
        guard endings.contains(file.pathExtension) else { continue }
        let text = try String(contentsOf: file, encoding: .utf8)
        let words = text.split { !($0.isLetter || $0.isNumber || $0 == "_") }
        found.formUnion(words.map(String.init))
      }
    }
    return found
  }
}
