import AkinSupport
import AkinTestSupport
import Testing

@testable import AkinTool

@Suite("sample")
struct SampleTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func sample(_ directory: String, seed: Int = 7, _ more: String...) -> Run {
    akin(
      ["sample", "--out", scratch[directory], "--users", "50", "--items", "40", "--interactions", "500"]
        + ["--seed", "\(seed)"] + more)
  }

  @Test("The same seed writes the same bytes, another seed others, in directories that are made")
  func files() {
    let first = sample("a", "-q")
    #expect(first.code == 0 && first.output.isEmpty && first.messages.isEmpty)
    #expect(sample("b/deep/").code == 0)
    #expect(sample("c", seed: 8).code == 0)
    for file in ["interactions.csv", "items.csv"] {
      #expect(!scratch.bytes("a/" + file).isEmpty)
      #expect(scratch.bytes("a/" + file) == scratch.bytes("b/deep/" + file))
      #expect(scratch.bytes("a/" + file) != scratch.bytes("c/" + file))
    }
    let rows = String(decoding: scratch.bytes("a/interactions.csv"), as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 501)
  }

  @Test("Nothing is replaced unless --force says so")
  func force() {
    #expect(sample("a").code == 0)
    let before = scratch.bytes("a/interactions.csv")
    let again = sample("a", seed: 9)
    #expect(again.code == 2)
    #expect(again.messages.contains("interactions.csv: the file exists already"))
    #expect(scratch.bytes("a/interactions.csv") == before)
    #expect(sample("a", seed: 9, "--force").code == 0)
    #expect(scratch.bytes("a/interactions.csv") != before)
  }

  @Test("Sizes without meaning are a usage error")
  func sizes() {
    let run = akin("sample", "--out", scratch["x"], "--users", "3", "--items", "5", "--interactions", "16")
    #expect(run.code == 2)
    #expect(run.messages.hasPrefix("akin: error: interactions: expected "))
    #expect(scratch.names.isEmpty)
  }

  @Test("A cancelled run leaves no file")
  func cancelled() {
    let cancellation = Cancellation()
    cancellation.cancel()
    let run = akin("sample", "--out", scratch["x"], cancellation: cancellation)
    #expect(run.code == 130)
    #expect(scratch.bytes("x/interactions.csv").isEmpty && scratch.bytes("x/items.csv").isEmpty)
  }
}
