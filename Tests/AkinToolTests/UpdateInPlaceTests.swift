import AkinFiles
import AkinSupport
import AkinTestSupport
import AkinVectors
import Foundation
import Testing

@testable import AkinTool

@Suite("Updates of one file by several at once")
struct UpdateInPlaceTests {
  private let world: SampleFiles

  init() throws { world = try SampleFiles() }

  @Test("Each waits for the one before it, and nothing is lost")
  func several() throws {
    let scratch = world.scratch
    let users = (0..<6).map { "new\($0)" }
    let emb = world.emb
    let inputs = users.map { scratch.write("user,item,value\n\($0),1,2\n\($0),2,1\n", to: $0 + ".csv") }
    let runs = try together(inputs.count) { number in
      akin("update", emb, inputs[number], "-o", emb, "--force", "-q", "--threads", "1")
    }
    #expect(runs.allSatisfy { $0.code == 0 }, "\(runs.map(\.messages))")
    let file = try? EmbeddingFile(path: emb)
    for user in users { #expect(file?.userIDs?.row(of: .text(user)) != nil, "\(user) is lost") }
    #expect(scratch.names.allSatisfy { !$0.contains(".tmp.") })
  }

  @Test("A lock that waited has the file that is there now; while it waits it can be cancelled")
  func waiting() throws {
    let (one, path) = (Execution(threads: 1), world.emb)
    var first = try FileLock(path: path, execution: one) {}
    let before = try #require(first?.identity)
    let cancelled = Cancellation()
    cancelled.cancel()
    var waited = 0
    #expect(throws: Cancelled.self) {
      _ = try FileLock(path: path, execution: Execution(threads: 1, cancellation: cancelled)) { waited += 1 }
    }
    #expect(waited == 1)
    // The holder replaces the file and leaves.
    let next = try AtomicFile(path: path, overwrite: true)
    next.expected = before
    try next.publish()
    first = nil
    let second = try #require(try FileLock(path: path, execution: one) {})
    #expect(second.identity != before && second.identity == FileIdentity(path: path))
    #expect(try FileLock(path: world.scratch["none"], execution: one) {} == nil)
  }

  @Test("A file that another program replaced meanwhile is not overwritten")
  func changed() throws {
    let embeddings = try EmbeddingFile(path: world.emb).embeddings(execution: Execution(threads: 1))
    let before = FileIdentity(path: world.emb)
    let copy = world.scratch.write(world.scratch.bytes("x.emb"), to: "copy.emb")
    try FileManager.default.removeItem(atPath: world.emb)
    try FileManager.default.moveItem(atPath: copy, toPath: world.emb)
    let bytes = world.scratch.bytes("x.emb")
    #expect(throws: OutputError.changed(path: world.emb)) {
      try embeddings.write(to: world.emb, overwrite: true, replacing: before, execution: Execution(threads: 1))
    }
    #expect(world.scratch.bytes("x.emb") == bytes)
  }
}
