import Akin
import AkinTestSupport
import Foundation
import Testing

@testable import AkinFiles

extension FileFormatsTests {
  @Test("names the fields of a generation as they are")
  func generationFields() throws {
    let scratch = try Scratch()
    var sample = sample
    sample.objective = nil
    try sample.write(to: scratch["x.emb"])
    let file = try EmbeddingFile(path: scratch["x.emb"])
    let writer = try CatalogueWriter.create(
      at: scratch["shop"], from: file, options: HNSWBuildOptions(m: 4, efConstruction: 77, seed: 12345)
    ).writer
    try writer.delete([.text("item 3"), .text("item 39")])
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: scratch["shop/000000000002.cat"])))
    let first = Array(try Data(contentsOf: URL(fileURLWithPath: scratch["shop/000000000001.cat"])))
    #expect(bytes[3] == 0x43)
    let header = try number(in: bytes, "The first page")
    #expect(try header("generation") == 2)
    let source = try #require(try fields(under: "The first page").first { $0.name == "source digest" }).range
    let root = try #require(try fields(under: "The first page").first { $0.name == "root digest" }).range
    #expect(bytes[source].elementsEqual(first[root]))

    let block = try number(in: bytes, "Generation: kind block")
    #expect(try block("dimension") == 5 && block("metric") == 0 && block("flags") == 1)
    #expect(try block("rows") == 40 && block("live rows") == 38 && block("segments") == 1)
    #expect(try block("global mean") == UInt64(Float(3.5).bitPattern))
    #expect(try block("M") == 4 && block("efConstruction") == 77 && block("seed") == 12345)
    let lineage = try #require(try fields(under: "Generation: kind block").first { $0.name == "lineage" }).range
    #expect(bytes[lineage].elementsEqual(Array(try Data(contentsOf: URL(fileURLWithPath: scratch["x.emb"])))[root]))

    let sections = try sections(of: bytes)
    let records = try #require(sections["SEGS"]).range
    #expect(records.count == 40)
    let record = try number(in: bytes, "The segment record", at: records.lowerBound)
    #expect(try record("rows") == 40 && record("deleted rows") == 2 && record("segment flags") == 1)
    let name = "shop/" + bytes[records].prefix(16).map { String(format: "%02x", $0) }.joined() + ".idx"
    let segment = Array(try Data(contentsOf: URL(fileURLWithPath: scratch[name])))
    #expect(
      try record("segment bytes") == UInt64(segment.count) && bytes[records].prefix(16).elementsEqual(segment[root]))
    let words = numbers(bytes[try #require(sections["TOMB"]).range])
    #expect(words == [1 << 3, 1 << 7])
  }
}
