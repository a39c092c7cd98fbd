import Akin
import AkinSupport
import AkinTestSupport
import Foundation
import Testing

@testable import AkinTool

@Suite("What a newcomer sees")
struct NewcomerTests {
  private let world: SampleFiles

  init() throws { world = try SampleFiles() }

  @Test("Tables and pages fit 80 columns, and wider terminals see all of them")
  func width() {
    let narrow = Terminal(width: 80, hasColour: false)
    for words in [
      ["recall", world.idx, "-q"], ["recall", world.idx, "--recall", "0.9", "-q"], ["info", world.idx],
      ["info", world.emb],
    ] {
      for line in akin(words, terminal: narrow).output.split(separator: "\n") {
        #expect(String(line).terminalWidth <= 80, "\(words): \(line)")
      }
    }
    let wide = akin("recall", world.idx, "-q", terminal: Terminal(width: 140, hasColour: false)).output
    for heading in ["Way", "k", "With ties", "Queries", "p99 µs", "× exact"] { #expect(wide.contains(heading)) }
  }

  @Test("Every --json is one object with a schema, and --jsonl one object a line")
  func json() throws {
    let emb = world.emb
    let idx = world.idx
    try #require(akin("index", emb, "-o", world.scratch["y.idx"], "-q", "--with-users").code == 0)
    for words in [
      ["recall", idx, "-q"],
      [
        "query", world.scratch["y.idx"], "--queries", "users", "-o", world.scratch["q-{ef}.npy"], "--ef", "16", "-q",
      ],
      ["info", emb], ["info", idx], ["verify", emb], ["related", idx, "1"], ["recommend", idx, "--users", emb, "1"],
      ["predict", emb, "1", "2"], ["ask", emb, "--list"],
      ["evaluate", world.scratch["interactions.csv"], "--folds", "2", "--epochs", "1", "--dimensions", "2", "-q"],
      ["tune", world.scratch["interactions.csv"], "--folds", "2", "--grid", "lambda=1", "--epochs", "1", "-q"],
      ["train", world.scratch["interactions.csv"], "--epochs", "1", "-o", world.scratch["z.emb"], "-q"],
      ["index", world.scratch["z.emb"], "-o", world.scratch["z.idx"], "-q"],
    ] {
      let run = akin(words + ["--json"])
      #expect(run.code == 0, "\(words): \(run.messages)")
      #expect(run.output.split(separator: "\n").count == 1, "\(words)")
      let value = try JSONValue(
        parsing: Array(run.output.utf8), limits: JSONLimits(byteCount: 1 << 24, depth: 16, keys: 1 << 16))
      #expect(value["schema"] == .integer(1), "\(words)")
    }
    for words in [
      ["recall", idx, "--ef", "16,32", "-q"],
      [
        "query", world.scratch["y.idx"], "--queries", "users", "-o", world.scratch["r-{ef}.npy"], "--ef", "16,32", "-q",
      ],
    ] {
      let lines = akin(words + ["--jsonl"]).output.split(separator: "\n")
      #expect(lines.count >= 2 && lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
      #expect(akin(words + ["--json", "--jsonl"]).code == 2)
    }
  }

  @Test(
    "What controls a terminal is escaped on a pipe, byte by byte",
    arguments: [
      ("\u{1B}[31mred", "\\x1b[31mred"), ("a\u{7}b\u{7F}", "a\\x07b\\x7f"), ("x\u{9B}2J", "x\\xc2\\x9b2J"),
      ("\u{202E}abc", "\\xe2\\x80\\xaeabc"), ("tab\there\\", "tab\\there\\\\"), ("Amélie 千と千尋 🎬", "Amélie 千と千尋 🎬"),
    ])
  func escapes(text: String, field: String) {
    #expect(Cell.text(text).field == field)
    #expect(Cell.id(.text(text)).field == field)
  }

  @Test("An index with its users is one file to ask: by recommend, recall and query, with the digests of both")
  func withUsers() throws {
    let both = world.scratch["both.idx"]
    try #require(akin("index", world.emb, "-o", both, "-q", "--with-users").code == 0)
    #expect(akin("recommend", both, "1").output == akin("recommend", world.idx, "--users", world.emb, "1").output)
    #expect(akin("recommend", both, "--history", "1:3").code == 0 && akin("related", both, "1").code == 0)
    #expect(akin("verify", both).code == 0 && akin("info", both).output.contains("holdsEmbeddings\ttrue\n"))
    let none = akin("recommend", world.idx, "1")
    #expect(none.code == 3 && none.messages.contains("--with-users"), "\(none.messages)")
    // The same bytes at any number of threads, and damage inside is found.
    #expect(akin("index", world.emb, "-o", world.scratch["b3.idx"], "-q", "--with-users", "--threads", "3").code == 0)
    #expect(world.scratch.bytes("both.idx") == world.scratch.bytes("b3.idx"))
    let index = try HNSWIndex(path: both)
    let section = try #require(index.facts.container.entry("EMBF"))
    let start = Int(section.offset)
    #expect(
      Array(world.scratch.bytes("both.idx")[start..<start + Int(section.byteCount)]) == world.scratch.bytes("x.emb"))
    for place in [start, start + 200, start + Int(section.byteCount) - 1] {
      var bytes = world.scratch.bytes("both.idx")
      bytes[place] ^= 0x10
      let damaged = world.scratch.write(bytes, to: "damaged.idx")
      #expect(akin("verify", damaged).code == 1)
      let run = akin("recommend", damaged, "1")
      #expect(run.code == 0 || run.code == 3, "byte \(place): \(run.messages)")
    }
  }

  @Test("An index built in memory joins the embeddings that it was built from, and no others")
  func inMemory() throws {
    let file = try EmbeddingFile(path: world.emb)
    let index = try HNSWIndex(file.embeddings(execution: Execution(threads: 1)))
    let recommender = try Recommender(index, embeddings: file)
    let filed = try Recommender(index: world.idx, embeddings: world.emb)
    #expect(try recommender.recommend(for: .number(1), k: 5) == filed.recommend(for: .number(1), k: 5))
    var other = try file.embeddings(execution: Execution(threads: 1))
    other.items = EmbeddingMatrix(
      uniformRows: (0..<other.items.count).map { row in other.items[Row(row)].map { $0 * (row == 7 ? 2 : 1) } },
      dimension: other.items.dimension)
    try other.write(to: world.scratch["other.emb"])
    let foreign = try EmbeddingFile(path: world.scratch["other.emb"])
    #expect(throws: RecommenderError.self) { _ = try Recommender(index, embeddings: foreign) }
  }
}
