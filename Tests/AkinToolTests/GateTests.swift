import AkinFiles
import AkinInterchange
import AkinSupport
import AkinTestSupport
import AkinVectors
import Testing

@testable import AkinTool

@Suite("Gates: what a passed check and a written number mean")
struct GateTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// An index over rows with the given ids, and its name.
  private func index(_ rows: [[Float]], ids: [UInt64]? = nil, metric: Metric = .euclidean) throws -> String {
    var embeddings = Embeddings(items: EmbeddingMatrix(uniformRows: rows, dimension: 2), metric: metric)
    if let ids { embeddings.itemIDs = .numbers(ids) }
    try embeddings.write(to: scratch["g.emb"], overwrite: true)
    let run = akin("index", scratch["g.emb"], "-o", scratch["g.idx"], "-q", "-f")
    try #require(run.code == 0, "\(run.messages)")
    return scratch["g.idx"]
  }

  private func vectors(_ rows: [[Float]]) throws -> String {
    try NpyWriter.write(EmbeddingMatrix(uniformRows: rows, dimension: 2), to: scratch["q.npy"], overwrite: true)
    return scratch["q.npy"]
  }

  @Test(
    "--no-fallback refuses a recall that the graph cannot promise, with 3, and writes nothing; without --recall it says nothing"
  )
  func fallback() throws {
    let idx = try index((0..<200).map { [Float($0 % 20), Float($0 / 20)] })
    let queries = try vectors([[0.5, 3.25]])
    for words in [["related", idx, "3"], ["query", idx, "--vectors", queries, "-o", scratch["a.npy"]]] {
      let asked = words + ["--recall", "0.9999999"]
      let refused = akin(asked + ["--no-fallback"])
      #expect(refused.code == 3, "\(refused.messages)")
      #expect(
        refused.messages.contains("the graph cannot promise a recall of 0.9999999 for k = 10"), "\(refused.messages)")
      #expect(!scratch.names.contains("a.npy"))
      #expect(akin(asked).code == 0)
      let alone = akin(words + ["--no-fallback"])
      #expect(alone.code == 2 && alone.messages.contains("--recall"), "\(alone.messages)")
    }
  }

  @Test("recall --fail-under with nothing to measure is bad input, and without it a warning")
  func nothing() throws {
    let some: [[Float]] = [[1, 0], [0, 1], [1, 1]]
    let cases: [(index: [[Float]], metric: Metric, queries: String)] = [
      (some, .euclidean, try vectors([])), ([], .euclidean, "items"), ([], .innerProduct, try vectors(some)),
      // A single item is like no other; zero vectors are like nothing.
      ([[1, 0]], .cosine, "items"), ([[0, 0], [0, 0]], .cosine, "items"),
    ]
    for (number, one) in cases.enumerated() {
      let idx = try index(one.index, metric: one.metric)
      let queries = one.queries == "items" ? "items" : try vectors(number == 0 ? [] : some)
      for words in [["--fail-under", "0.9"], ["--fail-under", "0"]] {
        let run = akin(["recall", idx, "--queries", queries, "-q", "-k", "1"] + words)
        #expect(run.code == 3, "case \(number): \(run.messages)")
        #expect(run.messages.contains("expected queries with an exact answer"), "case \(number): \(run.messages)")
      }
      let plain = akin("recall", idx, "--queries", queries, "-q", "-k", "1")
      #expect(plain.code == 0 && plain.messages.hasPrefix("akin: warning: "), "case \(number): \(plain.messages)")
    }
  }

  @Test("Recall counts the neighbours that exist: fewer items than k can be found whole")
  func fewer() throws {
    let idx = try index([[1, 0], [0, 1], [1, 1], [2, 1]])
    let run = akin("recall", idx, "-k", "50", "--fail-under", "1", "--ef", "64")
    #expect(run.code == 0, "\(run.output)")
    #expect(run.messages.contains("akin: note: -k 50 is cut to 4: the index has no more items\n"))
    #expect(run.output.contains("\ngraph\t64\t4\t1\t"))
  }

  @Test(
    "Ids of 2⁶³ and more are written as uint64, others as int64",
    arguments: [
      ([1, 2, 3], "<i8"), ([1, 2, 1 << 63], "<u8"), ([.max - 1, 7, (1 << 63) - 1], "<u8"),
      ([1, 2, (1 << 63) - 1], "<i8"),
    ] as [([UInt64], String)])
  func wideIDs(ids: [UInt64], type: String) throws {
    let idx = try index([[1, 0], [0, 1], [5, 5]], ids: ids)
    let queries = try vectors([[1, 0], [5, 5]])
    let out = scratch["o.npy"]
    #expect(akin("query", idx, "--vectors", queries, "-k", "3", "--ids", "-o", out, "-q").code == 0)
    let bytes = scratch.bytes("o.npy")
    #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("'descr': '\(type)'"))
    func number(_ place: Int) -> UInt64 {
      (0..<8).reduce(0) { $0 | UInt64(bytes[128 + place * 8 + $1]) << UInt64(8 * $1) }
    }
    #expect(Set((0..<3).map(number)) == Set(ids) && number(0) == ids[0] && number(3) == ids[2])
    // Places without an answer hold the largest number, which is -1 when read as signed.
    let few = ["query", idx, "--vectors", queries, "-k", "3", "--ids", "-o", out, "-q", "-f", "--min-score", "0"]
    #expect(akin(few).code == 0)
    #expect(scratch.bytes("o.npy")[(128 + 8)..<(128 + 24)].allSatisfy { $0 == 0xFF })
  }
}
