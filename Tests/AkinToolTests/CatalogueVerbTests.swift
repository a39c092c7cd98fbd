import Akin
import AkinFiles
import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("akin catalogue, add, delete and compact")
struct CatalogueVerbTests {
  private let world: SampleFiles
  private var shop: String { world.scratch["shop"] }

  init() throws {
    world = try SampleFiles()
    try #require(akin("catalogue", "create", shop, world.emb, "-q", "--threads", "1").code == 0)
  }

  /// The first words of the lines of an answer, without the head.
  private func column(_ number: Int, of run: Run) -> [String] {
    run.output.split(separator: "\n").dropFirst().map {
      String($0.split(separator: "\t", omittingEmptySubsequences: false)[number])
    }
  }

  private func object(_ run: Run) throws -> JSONValue { try JSONValue(parsing: Array(run.output.utf8)) }

  @Test("Every verb that asks an index asks a catalogue, with the same answers")
  func asking() throws {
    for words in [
      ["related", "", "1"], ["recommend", "", "1", "--users", world.emb],
      ["recommend", "", "--users", world.emb, "--history", "1,2"],
    ] {
      for effort in [["--exact"], ["--ef", "50"]] {
        let runs = [world.idx, shop].map { path in
          akin(words.map { $0.isEmpty ? path : $0 } + effort + ["-k", "7"])
        }
        #expect(runs[0].code == 0 && runs[0].output == runs[1].output, "\(words) \(effort): \(runs[1].messages)")
      }
    }
    let answers = [world.idx, shop].map { path in
      akin(
        "query", path, "--queries", "users:\(world.emb)", "-k", "3", "--exact", "--ids", "-o", world.scratch["a.npy"],
        "-f", "-q")
    }
    #expect(answers.allSatisfy { $0.code == 0 }, "\(answers.map(\.messages))")
    let recall = akin("recall", shop, "--queries", "users:\(world.emb)", "--ef", "64", "--sample", "20", "-q")
    #expect(recall.code == 0 && column(1, of: recall) == ["64", ""])
    #expect(akin("recall", shop, "--ef", "64", "--sample", "20", "--fail-under", "0.5", "-q").code == 0)
    #expect(try object(akin("info", shop, "--json"))["items"] == .integer(150))
  }

  @Test("An answer without items says why: no score is as high, or nothing is left")
  func empty() {
    let high = akin("recommend", shop, "1", "--users", world.emb, "--min-score", "1e9")
    #expect(
      high.code == 0 && high.messages.contains("akin: note: no item has a score of 1e+09 or more"), "\(high.messages)")
    #expect(akin("related", shop, "1", "--min-score", "2").messages.contains("no item has a score of 2.0 or more"))
    #expect(akin(["delete", shop, "-q"] + (1...150).map(String.init)).code == 0)
    let none = akin("recommend", shop, "1", "--users", world.emb)
    #expect(none.code == 0 && none.messages.contains("akin: note: the index has no items"), "\(none.messages)")
  }

  @Test("Items are added, replaced and deleted; generations stay until they are removed")
  func changes() throws {
    let again = akin("add", shop, world.emb)
    #expect(again.code == 0 && again.messages.contains("150 unchanged; generation 1 has 150 items in 1 segment"))
    let gone = akin("delete", shop, "5", "6", "nobody", "--json")
    #expect(try object(gone)["deleted"] == .integer(2) && object(gone)["unknown"] == .integer(1))
    #expect(akin("related", shop, "5").code == 3)
    #expect(akin("related", shop, "5", "--generation", "1").code == 0)
    let back = akin("add", shop, world.emb, "--json")
    #expect(try object(back)["added"] == .integer(2) && object(back)["generation"] == .integer(3))
    world.scratch.write("7\n8\n", to: "ids.txt")
    #expect(akin("delete", shop, "--from", world.scratch["ids.txt"], "-q").code == 0)
    #expect(column(1, of: akin("catalogue", "history", shop)) == ["delete", "add", "delete", "create"])
    let compacted = akin("compact", shop, "--keep", "2", "--json", "-q")
    #expect(try object(compacted)["segments"] == .integer(1) && object(compacted)["items"] == .integer(148))
    #expect(column(0, of: akin("catalogue", "history", shop)) == ["5", "4"])
    let old = akin("related", shop, "1", "--generation", "1")
    #expect(old.code == 3 && old.messages.contains("has no generation 1; it holds 4 to 5"))
    #expect(akin("catalogue", "verify", shop).code == 0 && akin("verify", shop, "--json").code == 0)
  }

  @Test("Attributes are kept through changes: conditions choose as in an index file of the same items")
  func attributes() throws {
    let scratch = world.scratch
    let lines = String(decoding: scratch.bytes("items.csv"), as: UTF8.self).split(separator: "\n")
    let more = lines.enumerated().map { number, line in
      number == 0 ? "\(line),year,brand" : "\(line),\(1980 + number % 40),\(["A", "B", ""][number % 3])"
    }
    scratch.write(more.joined(separator: "\n") + "\n", to: "more.csv")
    for words in [
      [
        "train", scratch["interactions.csv"], "--items", scratch["more.csv"], "-o", scratch["y.emb"], "--dimensions",
        "8",
        "--epochs", "2",
      ],
      ["index", scratch["y.emb"], "-o", scratch["y.idx"]], ["catalogue", "create", scratch["new"], scratch["y.emb"]],
      ["delete", scratch["new"], "3", "4", "5", "6"], ["add", scratch["new"], scratch["y.emb"]],
    ] {
      let run = akin(words + ["-q"])
      try #require(run.code == 0, "\(words): \(run.messages)")
    }
    func check(_ place: String) throws {
      for condition in ["year >= 2000 and brand = A", "not brand in (A, B)", "year < 1990 or not has brand"] {
        let found = [scratch["y.idx"], scratch["new"]].map { path in
          akin("related", path, "1", "--where", condition, "--exact", "-k", "30", "--json")
        }
        try #require(found.allSatisfy { $0.code == 0 }, "\(place), \(condition): \(found.map(\.messages))")
        // Items that were deleted and added again come last among equal scores; here no scores are equal.
        let lists = try found.map { run -> [JSONValue?] in
          guard case .array(let items) = try object(run)["items"] ?? .null else { return [] }
          return items.map { $0["id"] }
        }
        #expect(!lists[0].isEmpty && lists[0] == lists[1], "\(place), \(condition)")
      }
      let wrong = akin("related", scratch["new"], "1", "--where", "colour = red")
      #expect(wrong.code == 3 && wrong.messages.contains("colour"), "\(wrong.messages)")
    }
    try check("of two segments")
    #expect(akin("add", scratch["new"], scratch["y.emb"]).messages.contains("150 unchanged"))
    try #require(akin("compact", scratch["new"], "-q").code == 0)
    try check("compacted")
  }

  @Test("An update and an addition take a day's interactions in")
  func day() throws {
    world.scratch.write("user,item,value\n1,new-1,1\n2,new-1,1\n3,new-1,1\n1,2,1\n", to: "day.csv")
    #expect(akin("update", world.emb, world.scratch["day.csv"], "-o", world.emb, "-f", "-q").code == 0)
    let run = akin("add", shop, world.emb, "--json")
    #expect(try object(run)["added"] == .integer(1) && object(run)["unchanged"] == .integer(150))
    #expect(akin("related", shop, "new-1", "-k", "3").code == 0)
    #expect(akin("recommend", shop, "--users", world.emb, "9", "-k", "3").code == 0)
  }

  @Test("What cannot be done has a sentence and its exit code, and changes nothing")
  func refusals() throws {
    let scratch = world.scratch
    let before = try names(in: shop)
    #expect(
      akin("train", scratch["interactions.csv"], "-o", scratch["o.emb"], "--dimensions", "8", "--epochs", "1", "-q")
        .code == 0)
    let other = akin("add", shop, scratch["o.emb"])
    #expect(other.code == 3 && other.messages.contains("vectors of another model: the catalogue has the training"))
    #expect(other.messages.contains("--force"))
    #expect(akin("recommend", shop, "--users", scratch["o.emb"], "1").code == 3)
    let exists = akin("catalogue", "create", shop, scratch["o.emb"])
    #expect(exists.code == 2 && exists.messages.contains("holds a catalogue already, of generation 1"))
    #expect(akin("catalogue", "drop", shop).code == 2 && akin("catalogue", "create", shop).code == 2)
    #expect(akin("catalogue", "info", shop, world.emb).code == 2 && akin("delete", shop).code == 2)
    #expect(akin("delete", shop, "1", "--from", world.emb).code == 2)
    let none = akin("add", scratch.path, world.emb)
    #expect(none.code == 3 && none.messages.contains("expected a catalogue, found a directory without one"))
    #expect(akin("info", scratch["nowhere"]).code == 4)
    #expect(akin("related", world.idx, "1", "--generation", "1").code == 2)
    do {
      let writer = try CatalogueWriter(path: shop)
      let second = akin("delete", shop, "1")
      #expect(second.code == 4 && second.messages.contains("another process is writing this catalogue"))
      withExtendedLifetime(writer) {}
    }
    #expect(try names(in: shop).filter { $0 != "writer.lock" } == before.filter { $0 != "writer.lock" })
    // All items at once may be of another model.
    #expect(akin("catalogue", "create", shop, scratch["o.emb"], "--force", "-q").code == 0)
    #expect(akin("recommend", shop, "--users", scratch["o.emb"], "1").code == 0)
  }

  @Test("Damage is named, verified, and left out when told to; a future format is refused")
  func damage() throws {
    #expect(akin("delete", shop, "1", "-q").code == 0)
    #expect(akin("add", shop, world.emb, "-q").code == 0)
    let segment = try #require(CatalogueIndex(path: shop).manifest.segments.last).name
    let name = "shop/" + segment
    var bytes = world.scratch.bytes(name)
    bytes[4100] ^= 1
    world.scratch.write(bytes, to: name)
    let found = akin("catalogue", "verify", shop)
    #expect(found.code == 1 && found.output.contains(segment))
    let degraded = akin("related", shop, "2", "--degraded", "-k", "200")
    #expect(
      degraded.code == 0 && degraded.messages.contains(segment)
        && degraded.messages.contains("answers leave out 1 item"))
    #expect(column(1, of: degraded).count == 148)

    let newest = "shop/000000000003.cat"
    let whole = world.scratch.bytes(newest)
    world.scratch.write(whole.with(UInt16(2), at: 12).sealed, to: newest)
    let older = akin("info", shop)
    #expect(older.code == 0 && older.output.contains("generation\t2\n"))
    #expect(
      older.messages.contains("has format version 2.0") && older.messages.contains("generation 2 answers in its place"))
    let refused = akin("add", shop, world.emb)
    #expect(refused.code == 3 && refused.messages.contains("the newest generation is damaged"))
  }
}
