import AkinSupport
import Foundation
import Testing

@testable import AkinTool

@Suite("A generated catalogue")
struct SampleTests {
  @Test(
    "Holds exactly as many different pairs as asked for",
    arguments: [(1, 1, 0), (1, 1, 1), (3, 5, 15), (3, 5, 2), (40, 30, 300), (200, 7, 1_400), (500, 300, 5_000)])
  func counts(users: Int, items: Int, interactions: Int) {
    for seed in UInt64(0)..<3 {
      let catalogue = SampleCatalogue(users: users, items: items, interactions: interactions, seed: seed)
      let activity = catalogue.activity()
      #expect(activity.count == users)
      #expect(activity.reduce(0, +) == interactions, "seed \(seed)")
      if interactions >= users { #expect(activity.allSatisfy { $0 >= 1 }, "seed \(seed)") }
      for user in 0..<users {
        let choices = catalogue.choices(of: user, count: activity[user])
        #expect(choices.count == activity[user])
        #expect(Set(choices.map(\.item)).count == choices.count, "seed \(seed), user \(user)")
        #expect(choices.allSatisfy { (0..<items).contains($0.item) && (1...5).contains($0.rating) })
      }
    }
  }

  @Test("No two items have one title, and every item has a category")
  func titles() {
    var titles: Set<String> = []
    SampleCatalogue(users: 1, items: 20_000, interactions: 0, seed: 1).forEachItem { _, title, categories in
      titles.insert(title)
      #expect((1...2).contains(categories.count) && !title.contains(",") && !title.contains("\""))
    }
    #expect(titles.count == 20_000)
  }

  @Test("Popularity is uneven, and tastes are clustered")
  func shape() {
    let catalogue = SampleCatalogue(users: 400, items: 1_000, interactions: 20_000, seed: 5)
    var theme: [String] = []
    catalogue.forEachItem { _, _, categories in theme.append(categories[0]) }
    var popularity = [Int](repeating: 0, count: 1_000)
    var inTopTwo = 0
    for (user, count) in catalogue.activity().enumerated() {
      var counts: [String: Int] = [:]
      for choice in catalogue.choices(of: user, count: count) {
        popularity[choice.item] += 1
        counts[theme[choice.item], default: 0] += 1
      }
      inTopTwo += counts.values.sorted(by: >).prefix(2).reduce(0, +)
    }
    #expect(
      popularity.sorted(by: >).prefix(100).reduce(0, +) > 20_000 / 4,
      "a tenth of the items has a quarter of the choices")
    #expect(inTopTwo > 20_000 * 6 / 10, "six of ten choices fall into a user's two themes")
  }

  @Test("The same seed writes the same bytes, another seed others; nothing is replaced unasked")
  func files() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("akin-sample-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    func sample(_ name: String, seed: Int, _ more: String...) -> Run {
      akin(
        [
          "sample", "--out", directory + "/" + name, "--users", "50", "--items", "40", "--interactions", "500",
          "--seed", "\(seed)",
        ] + more)
    }
    let first = sample("a", seed: 7, "-q")
    #expect(first.code == 0 && first.output.isEmpty && first.messages.isEmpty)
    #expect(sample("b/deep/", seed: 7).code == 0)
    #expect(sample("c", seed: 8).code == 0)
    func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: directory + "/" + path) }
    for file in ["interactions.csv", "items.csv"] {
      #expect(bytes("a/" + file) != nil)
      #expect(bytes("a/" + file) == bytes("b/deep/" + file))
      #expect(bytes("a/" + file) != bytes("c/" + file))
    }
    let rows = String(decoding: bytes("a/interactions.csv") ?? Data(), as: UTF8.self).split(separator: "\n")
    #expect(rows[0] == "user,item,rating" && rows.count == 501)

    let again = sample("a", seed: 7)
    #expect(again.code == 2)
    #expect(again.messages.contains("exists already"))
    #expect(sample("a", seed: 7, "--force").code == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: directory + "/a").sorted() == [
        "interactions.csv", "items.csv",
      ])
  }

  @Test("More pairs than there are is a usage error")
  func tooMany() {
    let run = akin("sample", "--out", "/nowhere", "--users", "3", "--items", "5", "--interactions", "16")
    #expect(run.code == 2)
    #expect(
      run.messages.hasPrefix(
        "akin: error: --interactions must be at most users × items (15), as all pairs differ, found '16'\n"))
  }

  @Test("A cancelled run leaves no file")
  func cancelled() throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("akin-sample-\(UUID().uuidString)")
      .path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let cancellation = Cancellation()
    cancellation.cancel()
    let run = akin("sample", "--out", directory, cancellation: cancellation)
    #expect(run.code == 130)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
  }
}
