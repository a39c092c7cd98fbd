import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("A graph that does not lead everywhere by itself")
struct ReachWarningTests {
  @Test("The warning depends on number and share")
  func limits() {
    #expect(ReachWarning.sentence(repaired: 9, linked: 100) == nil)
    #expect(ReachWarning.sentence(repaired: 81, linked: 60_000) == nil)
    #expect(ReachWarning.sentence(repaired: 398, linked: 100_000)?.contains("398 of 100,000 items") == true)
  }

  @Test("index, info and verify tell it of a narrow cloud that is no group, and none of them of one cloud alone")
  func told() throws {
    let scratch = try Scratch()
    let normal = normalMatrix(rows: 1000, dimension: 16, seed: 1)
    let near = EmbeddingMatrix(
      uniformRows: (0..<1000).map { row in normal[Row(row)].map { row < 300 ? 1e-3 * $0 : $0 } }, dimension: 16)
    for (name, items, m) in [("near", near, "4"), ("normal", normal, "16")] {
      let (npy, emb, idx) = (scratch["\(name).npy"], scratch["\(name).emb"], scratch["\(name).idx"])
      try NpyWriter.write(items, to: npy, overwrite: false)
      #expect(akin("import", npy, "-o", emb, "--metric", "euclidean", "-q").code == 0)
      for words in [["index", emb, "-o", idx, "--m", m], ["info", idx], ["verify", idx]] {
        let run = akin(words)
        #expect(run.code == 0)
        #expect(run.messages.contains("akin: warning: ") == (name == "near"), "\(words): \(run.messages)")
      }
    }
  }
}
